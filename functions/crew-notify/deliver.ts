import { compareInstants } from '#bookings/model/time.ts';
import type { Intent, NotificationTable } from '../adapters/notification-table.ts';
import { MailDeferred, MailRefused, type Mail, type SendMail } from '../adapters/ses.ts';
import { withoutAddresses, type Log } from '../log.ts';
import type { EventStore, StoredEvent } from '../scc-api/event-store.ts';
import { compose, type ComposeDeps, type ReleasedEvent } from './compose.ts';

export interface DeliverDeps extends ComposeDeps {
  readonly notifications: NotificationTable;
  readonly events: EventStore;
  readonly send: SendMail;
  /** How long a send without evidence stays in doubt before it is repeated. */
  readonly graceSeconds: number;
  readonly now: () => Date;
  readonly log: Log;
}

/** `waiting`: nothing to do yet, the sweeper brings it back. `in-doubt`: SES may have it, evidence or grace decides. */
export type Outcome = Intent['state'] | 'unknown' | 'waiting' | 'in-doubt';

/** Sends one notification at most once as far as can be known. Throws {@link MailDeferred} to be asked again. */
export async function deliver(notificationId: string, deps: DeliverDeps): Promise<Outcome> {
  const intent = await deps.notifications.find(notificationId);
  if (intent === undefined) return 'unknown';
  if (intent.state !== 'pending' && intent.state !== 'claimed') return intent.state;
  const event = await deps.events.find(intent.notification.eventId);
  if (event === undefined) return close(intent, 'failed', 'its event does not exist', deps);
  if (isOver(event, deps.now())) return close(intent, 'expired', 'the charter was over', deps);
  if (!isReleased(event, intent)) {
    // Its release never came to pass: a later one told people what holds instead.
    if ((event.toldRevision ?? 0) > intent.revision)
      return close(intent, 'superseded', 'its revision was never released', deps);
    return 'waiting';
  }
  const composed = await compose(intent, event, deps);
  if ('close' in composed) return close(intent, composed.close.state, composed.close.reason, deps);
  return claimAndSend(intent, composed.mail, deps);
}

const isOver = ({ told, view }: StoredEvent, now: Date): boolean =>
  compareInstants((told?.event ?? view).endsAt, now.toISOString()) <= 0;

const isReleased = (event: StoredEvent, intent: Intent): event is ReleasedEvent =>
  event.told !== null && event.released.includes(intent.revision);

async function close(
  intent: Intent,
  state: 'expired' | 'superseded' | 'failed',
  reason: string,
  { notifications }: DeliverDeps,
): Promise<Outcome> {
  await notifications.close(intent.id, { state, reason });
  return state;
}

async function claimAndSend(intent: Intent, mail: Mail, deps: DeliverDeps): Promise<Outcome> {
  const { notifications, graceSeconds } = deps;
  const claimedAt = deps.now().toISOString();
  const staleBefore = new Date(deps.now().getTime() - graceSeconds * 1000).toISOString();
  if (!(await notifications.claim(intent.id, claimedAt, staleBefore))) return 'waiting';
  try {
    const { messageId } = await deps.send(mail);
    await notifications.sent(intent.id, { at: deps.now().toISOString(), messageId });
    return 'sent';
  } catch (error) {
    return settle(error, intent, claimedAt, deps);
  }
}

async function settle(
  error: unknown,
  intent: Intent,
  claimedAt: string,
  deps: DeliverDeps,
): Promise<Outcome> {
  if (error instanceof MailRefused) return close(intent, 'failed', withoutAddresses(error.message), deps);
  if (error instanceof MailDeferred) {
    await deps.notifications.unclaim(intent.id, claimedAt);
    throw error;
  }
  deps.log.warn('send in doubt', { notificationId: intent.id, error });
  return 'in-doubt';
}
