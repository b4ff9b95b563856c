import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { Watching } from './alerts.ts';

/** When somebody is to be told. */
export interface Rule {
  /** Without the stack's prefix; what an alarm is called is its heading in `docs/runbook.md`. */
  readonly name: string;
  /** What it means, for whoever gets the mail. */
  readonly meaning: string;
  readonly metric: Metric | Query;
  readonly when: Comparison;
  readonly threshold: number;
  /** Length of a period in seconds, and how many of them in a row have to be wrong. */
  readonly period: number;
  readonly periods: number;
  /** What no data means; when absent, that all is well. */
  readonly silence?: keyof typeof SILENCE;
}

export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions?: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: 'Sum' | 'Minimum' | 'Maximum' | 'Average';
}

/** A query of CloudWatch Metrics Insights, which sees many metrics as one. */
export interface Query {
  readonly query: pulumi.Input<string>;
}

type Comparison = keyof typeof COMPARISONS;
const COMPARISONS = {
  'at least': 'GreaterThanOrEqualToThreshold',
  'more than': 'GreaterThanThreshold',
  'less than': 'LessThanThreshold',
} as const;

const SILENCE = {
  /** The very thing to be told of. */
  'is wrong': 'breaching',
  /** Nothing: a queue at which nothing happens for six hours is no longer counted, whatever it holds. */
  'says nothing': 'ignore',
} as const;

/** One alarm; it tells the alerts topic when it begins and when it is over. */
export function createAlarm({ config, alerts }: Watching, rule: Rule): void {
  const alarm = new aws.cloudwatch.MetricAlarm(rule.name, {
    name: config.namePrefix + rule.name,
    alarmDescription: rule.meaning,
    ...watchedMetric(rule),
    comparisonOperator: COMPARISONS[rule.when],
    threshold: rule.threshold,
    evaluationPeriods: rule.periods,
    datapointsToAlarm: rule.periods,
    treatMissingData: rule.silence === undefined ? 'notBreaching' : SILENCE[rule.silence],
    // What has just been made was silent so far.
    ...(rule.silence === 'is wrong' && {
      warmUpConfiguration: { warmUpPeriodDurationInMinutes: (rule.period * rule.periods) / 60 },
    }),
    alarmActions: [alerts.topic.arn],
    okActions: [alerts.topic.arn],
  });
  alerts.watched.alarms.push(alarm.arn);
}

function watchedMetric({ metric, period }: Rule): Partial<aws.cloudwatch.MetricAlarmArgs> {
  if (!('query' in metric)) return { ...metric, period };
  return { metricQueries: [{ id: 'all', expression: metric.query, period, returnData: true }] };
}
