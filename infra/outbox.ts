import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Watching } from './operations/alerts.ts';
import { allowTopic, createDeadLetters, DAY } from './queues.ts';
import { watchQueue } from './operations/watch-queues.ts';

export interface Outbox {
  readonly topic: aws.sns.Topic;
  readonly queue: aws.sqs.Queue;
  readonly deadLetters: aws.sqs.Queue;
}

/** Where intents to tell somebody are published, and the queue that keeps them until they are handled. */
export function declareOutbox(watching: Watching): Outbox {
  const { namePrefix } = watching.config;
  const topic = new aws.sns.Topic('scc-crew-notifications', { name: `${namePrefix}scc-crew-notifications` });
  const deadLetters = createDeadLetters(watching, 'crew-notify');
  const queue = new aws.sqs.Queue('crew-notify', {
    name: `${namePrefix}crew-notify`,
    // Six times the function's timeout, as Lambda asks, so that a batch in work is not delivered again.
    visibilityTimeoutSeconds: 360,
    messageRetentionSeconds: 4 * DAY,
    sqsManagedSseEnabled: true,
    redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 5 }),
  });
  watchQueue(watching, 'crew-notify', queue);
  subscribe(topic, queue, deadLetters);
  return { topic, queue, deadLetters };
}

function subscribe(topic: aws.sns.Topic, queue: aws.sqs.Queue, deadLetters: aws.sqs.Queue): void {
  const dependsOn = [
    allowTopic('crew-notify', queue, topic),
    allowTopic('crew-notify-dead-letters', deadLetters, topic),
  ];
  new aws.sns.TopicSubscription(
    'crew-notify',
    {
      topic: topic.arn,
      protocol: 'sqs',
      endpoint: queue.arn,
      rawMessageDelivery: true,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn }),
    },
    { dependsOn },
  );
}
