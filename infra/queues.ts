import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Watching } from './operations/alerts.ts';
import { queueFedBy } from './trust.ts';
import { watchDeadLetters } from './operations/watch-queues.ts';

export const DAY = 24 * 60 * 60;

/** Keeps what could not be handled for the two weeks that SQS allows, so that somebody can look at it. */
export function createDeadLetters(watching: Watching, name: string): aws.sqs.Queue {
  const queue = new aws.sqs.Queue(`${name}-dead-letters`, {
    name: `${watching.config.namePrefix}${name}-dead-letters`,
    messageRetentionSeconds: 14 * DAY,
    sqsManagedSseEnabled: true,
  });
  watchDeadLetters(watching, name, queue);
  return queue;
}

/** Lets one topic, and nobody else, send to a queue. */
export const allowTopic = (name: string, queue: aws.sqs.Queue, topic: aws.sns.Topic): aws.sqs.QueuePolicy =>
  new aws.sqs.QueuePolicy(name, {
    queueUrl: queue.url,
    policy: pulumi
      .all([queue.arn, topic.arn])
      .apply(([queueArn, topicArn]) => JSON.stringify(queueFedBy(queueArn, topicArn))),
  });
