import type { NotificationTable } from '../adapters/notification-table.ts';
import type { Publish } from '../adapters/notification-topic.ts';

export interface SweepDeps {
  readonly notifications: Pick<NotificationTable, 'due'>;
  readonly publish: Publish;
  readonly graceSeconds: number;
  /** Most notifications of one run; the next run takes the rest. */
  readonly limit: number;
  readonly now: () => Date;
}

/** Brings back what nobody finished: lost messages, claims in doubt, throttled and postponed sends. Returns how many. */
export async function sweep(deps: SweepDeps): Promise<number> {
  const now = deps.now();
  const createdBefore = new Date(now.getTime() - deps.graceSeconds * 1000).toISOString();
  const ids = await deps.notifications.due({ createdBefore, now: now.toISOString() }, deps.limit);
  const results = await Promise.allSettled(ids.map((id) => deps.publish(id)));
  const errors = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${ids.length} not published`);
  return ids.length;
}
