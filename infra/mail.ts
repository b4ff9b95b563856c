import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from './config.ts';
import { topicFedBySes } from './trust.ts';

export interface Mail {
  readonly identity: aws.sesv2.EmailIdentity;
  readonly configurationSet: aws.sesv2.ConfigurationSet;
  /** What became of each mail: the evidence that it was sent. */
  readonly events: aws.sns.Topic;
}

/** The sender's domain, and the configuration set of crew mail; campaigns must use another one. */
export function declareMail(config: StackConfig): Mail {
  const identity = new aws.sesv2.EmailIdentity('crew-mail', { emailIdentity: mailDomain(config.mail.from) });
  const configurationSet = new aws.sesv2.ConfigurationSet('crew-mail', {
    configurationSetName: `${config.namePrefix}crew-mail`,
    deliveryOptions: { tlsPolicy: 'REQUIRE' },
    reputationOptions: { reputationMetricsEnabled: true },
    suppressionOptions: { suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
  });
  return { identity, configurationSet, events: declareEvents(config, configurationSet) };
}

function declareEvents(config: StackConfig, configurationSet: aws.sesv2.ConfigurationSet): aws.sns.Topic {
  const topic = new aws.sns.Topic('scc-mail-events', { name: `${config.namePrefix}scc-mail-events` });
  const policy = new aws.sns.TopicPolicy('scc-mail-events', {
    arn: topic.arn,
    policy: pulumi
      .all([topic.arn, configurationSet.arn])
      .apply(([topicArn, setArn]) => JSON.stringify(topicFedBySes(topicArn, setArn, config.accountId))),
  });
  new aws.sesv2.ConfigurationSetEventDestination(
    'scc-mail-events',
    {
      configurationSetName: configurationSet.configurationSetName,
      eventDestinationName: 'scc-mail-events',
      eventDestination: {
        enabled: true,
        matchingEventTypes: ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT'],
        snsDestination: { topicArn: topic.arn },
      },
    },
    { dependsOn: [policy] },
  );
  return topic;
}

/** `JADA crew <crew@sailjada.com>` → `sailjada.com`. */
const mailDomain = (from: string): string => {
  const domain = /@([^@\s<>]+)>?$/.exec(from)?.[1];
  if (domain === undefined) throw new Error(`mail.from has no mail address in it: "${from}"`);
  return domain;
};
