import { notificationIdOf } from '#bookings/model/ids.ts';
import type { Notification } from '#bookings/model/notifications.ts';
import { shiftInstant } from '#bookings/model/time.ts';
import type { NotificationTable } from '../adapters/notification-table.ts';
import type { Publish } from '../adapters/notification-topic.ts';
import type { ToldEvent } from './event-store.ts';

export interface TellDeps {
  readonly notifications: Pick<NotificationTable, 'create'>;
  readonly publish: Publish;
  readonly now: () => Date;
}

/**
 * Tells what no release tells, each notification once however often it is asked for. What is created and then not
 * published, because the process died between, the sweeper publishes. Returns how many were new.
 */
export async function tell(
  event: ToldEvent,
  news: readonly Notification[],
  { notifications, publish, now }: TellDeps,
): Promise<number> {
  let count = 0;
  for (const notification of news) {
    const isNew = await notifications.create({
      notification,
      bookingKey: event.bookingKey,
      revision: event.toldRevision,
      gate: 'none',
      createdAt: now().toISOString(),
      expiresAt: shiftInstant(event.told.event.endsAt, KEEP_HOURS),
    });
    if (!isNew) continue;
    count += 1;
    await publish(notificationIdOf(notification));
  }
  return count;
}

/** Longer than a year, so that last season's notifications can still be explained. */
export const KEEP_HOURS = 400 * 24;
