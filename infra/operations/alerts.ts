import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config.ts';
import { policyDocument } from '../trust.ts';

/** Who is told when something is wrong, and what has been put under watch so far. */
export interface Alerts {
  readonly topic: aws.sns.Topic;
  /** Filled as things are declared; the dashboard shows them in this order. */
  readonly watched: Watched;
}

export interface Watched {
  /** ARNs. */
  readonly alarms: pulumi.Output<string>[];
  /** Names. */
  readonly functions: pulumi.Output<string>[];
  readonly queues: pulumi.Output<string>[];
  /** Ids by name. */
  readonly apis: (readonly [name: string, id: pulumi.Output<string>])[];
  readonly distributions: (readonly [name: string, id: pulumi.Output<string>])[];
}

/** What one needs to put something under watch. */
export interface Watching {
  readonly config: StackConfig;
  readonly alerts: Alerts;
}

/** The one topic that every alarm goes to, and the mail address that it reaches; AWS asks that address to confirm. */
export function declareAlerts({ namePrefix, accountId, region, mail }: StackConfig): Alerts {
  const topic = new aws.sns.Topic('alerts', { name: `${namePrefix}alerts`, displayName: 'Bosun' });
  new aws.sns.TopicPolicy('alerts', {
    arn: topic.arn,
    policy: topic.arn.apply((arn) => JSON.stringify(topicFedByAlarms(arn, { accountId, region }))),
  });
  new aws.sns.TopicSubscription('alerts', { topic: topic.arn, protocol: 'email', endpoint: mail.alerts });
  return { topic, watched: { alarms: [], functions: [], queues: [], apis: [], distributions: [] } };
}

/** Alarms and budgets of this account may publish, and nobody else. */
function topicFedByAlarms(topic: string, { accountId, region }: Pick<StackConfig, 'accountId' | 'region'>) {
  const sources = {
    'cloudwatch.amazonaws.com': `arn:aws:cloudwatch:${region}:${accountId}:alarm:*`,
    'budgets.amazonaws.com': `arn:aws:budgets::${accountId}:*`,
  };
  const statements = Object.entries(sources).map(([service, source]) => ({
    Effect: 'Allow',
    Principal: { Service: service },
    Action: 'sns:Publish',
    Resource: topic,
    Condition: { StringEquals: { 'AWS:SourceAccount': accountId }, ArnLike: { 'AWS:SourceArn': source } },
  }));
  return policyDocument(statements);
}
