import { compareInstants, shiftInstant } from '#bookings/model/time.ts';
import type { Intent, NotificationTable } from '../adapters/notification-table.ts';
import { MailDeferred, MailRefused, type Mail, type SendMail } from '../adapters/ses.ts';
import { withoutAddresses, type Log } from '../log.ts';
import { isTold, type EventStore, type StoredEvent, type ToldEvent } from '../scc/event-store.ts';
import { LINK_HOURS } from '../scc/links.ts';
import { compose, type ComposeDeps } from './compose.ts';
import { nextAttempt } from './next-attempt.ts';

export interface DeliverDeps extends ComposeDeps {
  readonly events: EventStore;
  readonly send: SendMail;
  /** How long a send without evidence stays in doubt before it is repeated. */
  readonly graceSeconds: number;
  readonly log: Log;
}

/**
 * `waiting`: nothing to do yet, the sweeper brings it back. `in-doubt`: SES may have it, evidence or grace decides.
 * `postponed`: nothing was sent, and it is tried again later.
 */
export type Outcome = Intent['state'] | 'unknown' | 'waiting' | 'in-doubt' | 'postponed';

/** Sends one notification at most once as far as can be known. Throws {@link MailDeferred} to be asked again. */
export async function deliver(notificationId: string, deps: DeliverDeps): Promise<Outcome> {
  const intent = await deps.notifications.find(notificationId);
  if (intent === undefined) return 'unknown';
  if (intent.state !== 'pending' && intent.state !== 'claimed') return intent.state;
  const event = await deps.events.find(intent.notification.eventId);
  if (event === undefined) return close(intent, 'failed', 'its event does not exist', deps);
  if (isOver(event, intent, deps.now())) return close(intent, 'expired', 'the charter was over', deps);
  // Its release never came to pass: a later one told people what holds instead.
  if (isDead(event, intent)) return close(intent, 'superseded', 'its revision was never released', deps);
  if (!isTold(event) || !isOpen(event, intent)) return 'waiting';
  const composed = await compose(intent, event, deps);
  if ('superseded' in composed) return close(intent, 'superseded', composed.superseded, deps);
  // Until the charter is over somebody may enter the address.
  if ('unreachable' in composed) return postpone(intent, { reason: composed.unreachable }, deps);
  return claimAndSend(intent, composed.mail, event, deps);
}

/** Nobody is mailed about a charter that is over; but a new link is sent as long as it works. */
function isOver({ told, view }: StoredEvent, { notification }: Intent, now: Date): boolean {
  const hours = notification.kind === 'new-link' ? LINK_HOURS : 0;
  return compareInstants(shiftInstant((told?.event ?? view).endsAt, hours), now.toISOString()) <= 0;
}

const isOpen = ({ released }: StoredEvent, { gate, revision }: Intent): boolean =>
  gate === 'none' || released.includes(revision);

const isDead = (event: StoredEvent, intent: Intent): boolean =>
  isOpen(event, intent) ? isOvertaken(event, intent) : (event.toldRevision ?? 0) > intent.revision;

/** A release starts over when somebody signs up meanwhile, and lists what it told in the end. */
const isOvertaken = ({ told, toldRevision }: StoredEvent, { id, gate, revision }: Intent): boolean =>
  gate === 'release' && revision === toldRevision && told?.news?.includes(id) === false;

async function close(
  intent: Intent,
  state: Parameters<NotificationTable['close']>[1]['state'],
  reason: string,
  { notifications }: DeliverDeps,
): Promise<Outcome> {
  await notifications.close(intent.id, { state, reason });
  return state;
}

async function postpone(
  intent: Intent,
  why: { reason: string; heldSince?: string; notAfter?: string },
  { notifications, now }: DeliverDeps,
): Promise<Outcome> {
  const { reason, heldSince, notAfter } = why;
  const until = nextAttempt(intent.attempts, now(), notAfter);
  await notifications.postpone(intent.id, { until, reason, heldSince });
  return 'postponed';
}

async function claimAndSend(
  intent: Intent,
  mail: Mail,
  event: ToldEvent,
  deps: DeliverDeps,
): Promise<Outcome> {
  const { notifications, graceSeconds } = deps;
  const claimedAt = deps.now().toISOString();
  const staleBefore = new Date(deps.now().getTime() - graceSeconds * 1000).toISOString();
  if (!(await notifications.claim(intent.id, claimedAt, staleBefore))) return 'waiting';
  try {
    const { messageId } = await deps.send(mail);
    await notifications.sent(intent.id, { at: deps.now().toISOString(), messageId });
    return 'sent';
  } catch (error) {
    return settle(error, { intent, claimedAt, startsAt: event.told.event.startsAt }, deps);
  }
}

async function settle(
  error: unknown,
  { intent, claimedAt, startsAt }: { intent: Intent; claimedAt: string; startsAt: string },
  deps: DeliverDeps,
): Promise<Outcome> {
  if (error instanceof MailRefused) {
    // What SES refuses today, an unverified sender or recipient, it may take once somebody has seen to it.
    const reason = withoutAddresses(error.message);
    deps.log.warn('mail refused', { notificationId: intent.id, reason });
    const hasStarted = compareInstants(startsAt, deps.now().toISOString()) <= 0;
    if (hasStarted) return close(intent, 'failed', reason, deps);
    return postpone(intent, { reason, heldSince: claimedAt, notAfter: startsAt }, deps);
  }
  if (error instanceof MailDeferred) {
    await deps.notifications.unclaim(intent.id, claimedAt);
    throw error;
  }
  deps.log.warn('send in doubt', { notificationId: intent.id, error });
  return 'in-doubt';
}
