import type * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { createAlarm, type Metric } from './alarms.ts';
import type { Watching } from './alerts.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;

export interface WatchedFunction {
  readonly lambda: aws.lambda.Function;
  readonly timeoutSeconds: number;
}

/** Of a function somebody waits for, one error is one too many; of an event's three attempts only the last. */
const TOLERATED = { requests: 1, events: 3 } as const;

/** Errors, and runs that come near the time limit, where the next one may be cut off. */
export function watchFunction(
  watching: Watching,
  name: string,
  { lambda, timeoutSeconds }: WatchedFunction,
  takes: keyof typeof TOLERATED,
): void {
  const { functions } = watching.alerts.watched;
  functions.push(lambda.name);
  createAlarm(watching, {
    name: `${name}-errors`,
    meaning: `${name} failed, or was cut off at its time limit.`,
    metric: ofFunction(lambda, 'Errors', 'Sum'),
    when: 'at least',
    threshold: TOLERATED[takes],
    period: takes === 'requests' ? 5 * MINUTE : 15 * MINUTE,
    periods: 1,
  });
  createAlarm(watching, {
    name: `${name}-slow`,
    meaning: `${name} took more than 80 % of the ${timeoutSeconds} seconds after which it is cut off.`,
    metric: ofFunction(lambda, 'Duration', 'Maximum'),
    when: 'more than',
    threshold: timeoutSeconds * 800,
    period: 5 * MINUTE,
    periods: 1,
  });
}

/** A job that the clock should have started and did not. */
export function watchSchedule(
  watching: Watching,
  name: string,
  { lambda, expression }: { readonly lambda: aws.lambda.Function; readonly expression: string },
): void {
  createAlarm(watching, {
    name: `${name}-silent`,
    meaning: `${name} did not run, although it should at ${expression}.`,
    metric: ofFunction(lambda, 'Invocations', 'Sum'),
    when: 'less than',
    threshold: 1,
    ...patience(expression),
    silence: 'is wrong',
  });
}

/** Three runs of what runs often; of what runs daily one, and two hours. Throws for expressions it cannot tell. */
export function patience(expression: string): { period: number; periods: number } {
  const [, count = '', unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const seconds = Number(count) * ({ minute: MINUTE, hour: HOUR, day: 24 * HOUR }[unit] ?? 0);
  if (seconds === 24 * HOUR) return { period: HOUR, periods: 26 };
  if (seconds > 0 && seconds <= 8 * HOUR) return { period: seconds, periods: 3 };
  throw new Error(`how long may ${expression} be silent? Say so in patience()`);
}

/** The account runs so many functions at once and no more, whoever's they are. */
export const watchThrottles = (watching: Watching): void =>
  createAlarm(watching, {
    name: 'functions-throttled',
    meaning: 'Functions were not started, as the account already runs as many at once as it may.',
    // Without a dimension: all functions of the region (Lambda developer guide, "Types of metrics").
    metric: { namespace: 'AWS/Lambda', metricName: 'Throttles', statistic: 'Sum' },
    when: 'at least',
    threshold: 1,
    period: 5 * MINUTE,
    periods: 1,
  });

const ofFunction = (
  { name }: { readonly name: pulumi.Output<string> },
  metricName: string,
  statistic: Metric['statistic'],
): Metric => ({ namespace: 'AWS/Lambda', metricName, dimensions: { FunctionName: name }, statistic });
