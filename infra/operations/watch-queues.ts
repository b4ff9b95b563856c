import type * as aws from '@pulumi/aws';
import { createAlarm, type Metric } from './alarms.ts';
import type { Watching } from './alerts.ts';

const MINUTE = 60;

/** A queue that is worked off too slowly: messages that wait too long, or too many of them. */
export function watchQueue(watching: Watching, name: string, queue: aws.sqs.Queue): void {
  watching.alerts.watched.queues.push(queue.name);
  createAlarm(watching, {
    name: `${name}-age`,
    meaning: `A message has been waiting for ${name} for more than half an hour.`,
    metric: ofQueue(queue, 'ApproximateAgeOfOldestMessage'),
    when: 'more than',
    threshold: 30 * MINUTE,
    period: 5 * MINUTE,
    periods: 1,
  });
  createAlarm(watching, {
    name: `${name}-depth`,
    meaning: `More than 500 messages have been waiting for ${name} for a quarter of an hour.`,
    metric: ofQueue(queue, 'ApproximateNumberOfMessagesVisible'),
    when: 'more than',
    threshold: 500,
    period: 5 * MINUTE,
    periods: 3,
  });
}

/** Anything that could not be handled; it stays wrong until somebody has looked and emptied the queue. */
export function watchDeadLetters(watching: Watching, name: string, queue: aws.sqs.Queue): void {
  watching.alerts.watched.queues.push(queue.name);
  createAlarm(watching, {
    name: `${name}-dead-letters`,
    meaning: `${name} could not handle something, tried again, and gave up: it is kept for 14 days.`,
    metric: ofQueue(queue, 'ApproximateNumberOfMessagesVisible'),
    when: 'at least',
    threshold: 1,
    period: 5 * MINUTE,
    periods: 1,
    silence: 'says nothing',
  });
}

const ofQueue = ({ name }: aws.sqs.Queue, metricName: string): Metric => ({
  namespace: 'AWS/SQS',
  metricName,
  dimensions: { QueueName: name },
  statistic: 'Maximum',
});
