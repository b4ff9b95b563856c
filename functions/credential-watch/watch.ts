import type { Log } from '../log.ts';
import type { Watched } from './env.ts';
import { daysLeft, inUseSince, type ListedVersion } from './validity.ts';

export interface WatchDeps {
  readonly credentials: Watched;
  /** Those that have a label; never their values. */
  readonly versionsOf: (secret: string) => Promise<readonly ListedVersion[]>;
  readonly now: () => Date;
  /** Writes one line to where CloudWatch reads metrics from. */
  readonly emit: (line: string) => void;
  readonly log: Log;
}

/**
 * Writes `DaysLeft` of each credential. One that cannot be looked at holds up no other, and is thrown at the end: an
 * alarm also rings when there is no metric.
 */
export async function watchCredentials(deps: WatchDeps): Promise<void> {
  const errors: unknown[] = [];
  for (const [credential, { secret, days }] of Object.entries(deps.credentials)) {
    try {
      const now = deps.now();
      const left = daysLeft(inUseSince(await deps.versionsOf(secret)), days, now);
      deps.emit(JSON.stringify(daysLeftMetric(credential, left, now)));
      if (left <= 0) deps.log.warn('a credential is due', { reason: credential });
    } catch (error) {
      errors.push(error);
      deps.log.error('a credential could not be looked at', { reason: credential, error });
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} credentials not looked at`);
}

export const METRIC = { namespace: 'Bosun', name: 'DaysLeft', dimension: 'Credential' } as const;

/**
 * A log line that CloudWatch makes a metric of, so that no right to write metrics is needed (CloudWatch user guide,
 * "Specification: Embedded metric format").
 */
const daysLeftMetric = (credential: string, left: number, now: Date): object => ({
  _aws: {
    Timestamp: now.getTime(),
    CloudWatchMetrics: [
      {
        Namespace: METRIC.namespace,
        Dimensions: [[METRIC.dimension]],
        Metrics: [{ Name: METRIC.name, Unit: 'None' }],
      },
    ],
  },
  [METRIC.dimension]: credential,
  [METRIC.name]: left,
});
