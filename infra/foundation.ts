import * as pulumi from '@pulumi/pulumi';
import { declareAlerts, type Watching } from './operations/alerts.ts';
import { declareBuckets, type Buckets } from './buckets.ts';
import type { StackConfig } from './config.ts';
import { declareMail, type Mail } from './mail.ts';
import { declareOutbox, type Outbox } from './outbox.ts';
import type { Arns } from './policies.ts';
import { declareSecrets, type Secrets } from './secrets.ts';
import { declareTables, type Tables } from './tables.ts';

/** What the functions stand on. */
export interface Foundation extends Watching {
  readonly tables: Tables;
  readonly buckets: Buckets;
  readonly secrets: Secrets;
  readonly outbox: Outbox;
  readonly mail: Mail;
  readonly arns: pulumi.Output<Arns>;
}

/** Tables, buckets, secrets, topic and queue, mail, and who is told when something is wrong. */
export function declareFoundation(config: StackConfig): Foundation {
  const alerts = declareAlerts(config);
  const tables = declareTables(config);
  const secrets = declareSecrets(config);
  const outbox = declareOutbox({ config, alerts });
  const mail = declareMail(config);
  const buckets = declareBuckets(config);
  const arns = pulumi.output({
    tables: mapValues(tables, ({ arn }) => arn),
    secrets: mapValues(secrets, ({ arn }) => arn),
    photosBucket: buckets.photos.arn,
    notificationsTopic: outbox.topic.arn,
    notificationsQueue: outbox.queue.arn,
    mailIdentity: mail.identity.arn,
    configurationSet: mail.configurationSet.arn,
  });
  return { config, alerts, tables, secrets, outbox, mail, arns, buckets };
}

/** The same keys with other values. */
export const mapValues = <Key extends string, From, To>(
  record: Readonly<Record<Key, From>>,
  map: (value: From) => To,
): Record<Key, To> =>
  Object.fromEntries(Object.entries<From>(record).map(([key, value]) => [key, map(value)])) as Record<
    Key,
    To
  >;
