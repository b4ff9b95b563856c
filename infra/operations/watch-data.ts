import { createAlarm } from './alarms.ts';
import type { Watching } from './alerts.ts';
import { credentialMetrics } from '../credential-secrets.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Tables that turn requests away. One query for all of the account, as they hardly ever do, and a query cannot say "or". */
export function watchTables(watching: Watching): void {
  const of = (metric: string) => ({
    query: `SELECT SUM(${metric}) FROM SCHEMA("AWS/DynamoDB", TableName, Operation)`,
  });
  const often = { when: 'at least', period: 5 * MINUTE } as const;
  createAlarm(watching, {
    name: 'tables-throttled',
    meaning: 'DynamoDB turned away requests to a table of the account, as there were too many at once.',
    metric: of('ThrottledRequests'),
    threshold: 10,
    periods: 1,
    ...often,
  });
  createAlarm(watching, {
    name: 'tables-failing',
    meaning:
      'DynamoDB could not answer requests to tables of the account for 10 minutes: its fault, not ours.',
    metric: of('SystemErrors'),
    threshold: 5,
    periods: 2,
    ...often,
  });
}

/**
 * The account's standing with SES, as shares from 0 to 1 of what it sent. AWS reviews an account at 5 % bounces or 0.1 %
 * complaints (SES developer guide, "Sending review process FAQs"): half of that leaves time to do something.
 */
export function watchMail(watching: Watching): void {
  const rate = (metricName: string) => ({ namespace: 'AWS/SES', metricName, statistic: 'Maximum' }) as const;
  const slowly = { when: 'at least', period: HOUR, periods: 1 } as const;
  createAlarm(watching, {
    name: 'mail-bounces',
    meaning: 'More than 2.5 % of our mails bounce; at 5 % AWS reviews the account, and may stop its mail.',
    metric: rate('Reputation.BounceRate'),
    threshold: 0.025,
    ...slowly,
  });
  createAlarm(watching, {
    name: 'mail-complaints',
    meaning: 'More than 0.05 % of our mails are called spam; at 0.1 % AWS reviews the account.',
    metric: rate('Reputation.ComplaintRate'),
    threshold: 0.0005,
    ...slowly,
  });
}

/** Two weeks are enough to replace a key. Two days without a figure mean that nobody looks. */
export function watchCredentials(watching: Watching): void {
  for (const { credential, namespace, metricName, dimensions } of credentialMetrics(watching.config))
    createAlarm(watching, {
      name: `credential-${credential}`,
      meaning: `The credential ${credential} is due within 14 days, or nobody looked at it for two days.`,
      metric: { namespace, metricName, dimensions, statistic: 'Minimum' },
      when: 'less than',
      threshold: 14,
      period: DAY,
      periods: 2,
      silence: 'is wrong',
    });
}
