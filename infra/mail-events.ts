import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Foundation } from './foundation.ts';
import { allowInvoke, createEventFunction } from './functions.ts';
import * as policies from './policies.ts';
import { allowTopic } from './queues.ts';

/** Takes down what became of each mail. */
export function declareMailEvents(foundation: Foundation): void {
  const { arns, tables, mail } = foundation;
  const name = 'mail-events';
  const handler = createEventFunction(foundation, name, {
    env: { NOTIFICATIONS_TABLE: tables.notifications.name },
    statements: arns.apply(policies.mailEvents),
    timeoutSeconds: 15,
  });
  const permission = allowInvoke(name, handler, {
    principal: 'sns.amazonaws.com',
    sourceArn: mail.events.arn,
  });
  // What Lambda does not even take from SNS ends where what the function fails at does.
  const { deadLetters, alias } = handler;
  const queuePolicy = allowTopic(name, deadLetters, mail.events);
  new aws.sns.TopicSubscription(
    name,
    {
      topic: mail.events.arn,
      protocol: 'lambda',
      endpoint: alias.arn,
      redrivePolicy: pulumi.jsonStringify({ deadLetterTargetArn: deadLetters.arn }),
    },
    { dependsOn: [permission, queuePolicy] },
  );
}
