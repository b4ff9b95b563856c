import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from './config.ts';
import { publish, zoneOf, type DnsRecord, type RecordsToEnter } from './sites/dns-records.ts';
import { topicFedBySes } from './trust.ts';

export interface Mail {
  readonly identity: aws.sesv2.EmailIdentity;
  readonly configurationSet: aws.sesv2.ConfigurationSet;
  /** What became of each mail: the evidence that it was sent. */
  readonly events: aws.sns.Topic;
  /** Where DNS is kept elsewhere. */
  readonly recordsToEnter: RecordsToEnter;
}

/** The sender's domain, and the configuration set of crew mail; campaigns must use another one. */
export function declareMail(config: StackConfig): Mail {
  const configurationSet = new aws.sesv2.ConfigurationSet('crew-mail', {
    configurationSetName: `${config.namePrefix}crew-mail`,
    deliveryOptions: { tlsPolicy: 'REQUIRE' },
    reputationOptions: { reputationMetricsEnabled: true },
    suppressionOptions: { suppressedReasons: ['BOUNCE', 'COMPLAINT'] },
  });
  const domain = mailDomain(config.mail.from);
  const identity = declareIdentity(domain, configurationSet);
  const { toEnter } = publish(zoneOf(config, domain), mailRecords(config, domain, identity));
  const events = declareEvents(config, configurationSet);
  return { identity, configurationSet, events, recordsToEnter: toEnter };
}

/** Mail that names no configuration set has this one, so that no bounce goes unseen. */
function declareIdentity(
  domain: string,
  configurationSet: aws.sesv2.ConfigurationSet,
): aws.sesv2.EmailIdentity {
  const identity = new aws.sesv2.EmailIdentity('crew-mail', {
    emailIdentity: domain,
    configurationSetName: configurationSet.configurationSetName,
    dkimSigningAttributes: { nextSigningKeyLength: 'RSA_2048_BIT' },
  });
  new aws.sesv2.EmailIdentityMailFromAttributes('crew-mail', {
    emailIdentity: identity.emailIdentity,
    mailFromDomain: bounceDomain(domain),
    // Without its records mail goes out under Amazon's name: DKIM still proves it, and the crew still hears of a charter.
    behaviorOnMxFailure: 'USE_DEFAULT_VALUE',
  });
  new aws.sesv2.EmailIdentityFeedbackAttributes('crew-mail', {
    emailIdentity: identity.emailIdentity,
    // Bounces and complaints come as events; by mail they would go to a sender that has no mailbox.
    emailForwardingEnabled: false,
  });
  return identity;
}

const bounceDomain = (domain: string) => `bounce.${domain}`;

/**
 * What proves that mail is ours. SPF is looked up at the MAIL FROM domain, so the SPF record of the domain itself, which
 * belongs to whoever hosts its mailboxes, stays as it is.
 */
const mailRecords = (config: StackConfig, domain: string, identity: aws.sesv2.EmailIdentity): DnsRecord[] => [
  ...[0, 1, 2].map((index) => {
    const token = identity.dkimSigningAttributes.apply(({ tokens }) => tokens[index]!);
    return {
      key: `mail-dkim-${index + 1}`,
      name: pulumi.interpolate`${token}._domainkey.${domain}`,
      type: 'CNAME' as const,
      value: pulumi.interpolate`${token}.dkim.amazonses.com`,
      purpose: 'DKIM: no mail is sent before all three are found',
    };
  }),
  {
    key: 'mail-from-mx',
    name: bounceDomain(domain),
    type: 'MX',
    value: `10 feedback-smtp.${config.region}.amazonses.com`,
    purpose: 'MAIL FROM: bounces come back to SES',
  },
  {
    key: 'mail-from-spf',
    name: bounceDomain(domain),
    type: 'TXT',
    value: 'v=spf1 include:amazonses.com -all',
    purpose: 'SPF of the MAIL FROM domain',
  },
  {
    key: 'mail-dmarc',
    name: `_dmarc.${domain}`,
    type: 'TXT',
    value: dmarcRecord(config, domain),
    purpose: 'DMARC: what others do with mail that only claims to be ours',
  },
];

/** Reports go to an address of the same domain only: another domain would first have to say that it takes them. */
export function dmarcRecord(
  {
    dmarcPolicy,
    mail,
  }: Pick<StackConfig, 'dmarcPolicy'> & { readonly mail: Pick<StackConfig['mail'], 'alerts'> },
  domain: string,
): string {
  const reports = mail.alerts.endsWith(`@${domain}`) ? [`rua=mailto:${mail.alerts}`] : [];
  return ['v=DMARC1', `p=${dmarcPolicy}`, ...reports].join('; ');
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
