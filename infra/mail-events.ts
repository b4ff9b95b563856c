import * as aws from '@pulumi/aws';
import type { Foundation } from './foundation.ts';
import { createFunction } from './functions.ts';
import * as policies from './policies.ts';

/** Takes down what became of each mail. */
export function declareMailEvents({ config, arns, tables, mail }: Foundation): void {
  const { lambda } = createFunction(config, 'mail-events', {
    env: { NOTIFICATIONS_TABLE: tables.notifications.name },
    statements: arns.apply(policies.mailEvents),
    timeoutSeconds: 15,
  });
  const permission = new aws.lambda.Permission('mail-events', {
    action: 'lambda:InvokeFunction',
    function: lambda.name,
    principal: 'sns.amazonaws.com',
    sourceArn: mail.events.arn,
  });
  new aws.sns.TopicSubscription(
    'mail-events',
    { topic: mail.events.arn, protocol: 'lambda', endpoint: lambda.arn },
    { dependsOn: [permission] },
  );
}
