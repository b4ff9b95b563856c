import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from './config.ts';
import { queueFedBy } from './trust.ts';

export interface Outbox {
  readonly topic: aws.sns.Topic;
  readonly queue: aws.sqs.Queue;
}

const DAY = 24 * 60 * 60;

/** Where intents to tell somebody are published, and the queue that keeps them until they are handled. */
export function declareOutbox({ namePrefix }: StackConfig): Outbox {
  const topic = new aws.sns.Topic('scc-crew-notifications', { name: `${namePrefix}scc-crew-notifications` });
  const deadLetters = new aws.sqs.Queue('crew-notify-dead-letters', {
    name: `${namePrefix}crew-notify-dead-letters`,
    messageRetentionSeconds: 14 * DAY,
    sqsManagedSseEnabled: true,
  });
  const queue = new aws.sqs.Queue('crew-notify', {
    name: `${namePrefix}crew-notify`,
    // Six times the function's timeout, as Lambda asks, so that a batch in work is not delivered again.
    visibilityTimeoutSeconds: 360,
    messageRetentionSeconds: 4 * DAY,
    sqsManagedSseEnabled: true,
    redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn, maxReceiveCount: 5 }),
  });
  subscribe(topic, queue);
  return { topic, queue };
}

function subscribe(topic: aws.sns.Topic, queue: aws.sqs.Queue): void {
  const queuePolicy = new aws.sqs.QueuePolicy('crew-notify', {
    queueUrl: queue.url,
    policy: pulumi
      .all([queue.arn, topic.arn])
      .apply(([queueArn, topicArn]) => JSON.stringify(queueFedBy(queueArn, topicArn))),
  });
  new aws.sns.TopicSubscription(
    'crew-notify',
    { topic: topic.arn, protocol: 'sqs', endpoint: queue.arn, rawMessageDelivery: true },
    { dependsOn: [queuePolicy] },
  );
}
