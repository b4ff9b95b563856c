import { compareInstants, shiftInstant } from '#bookings/model/time.ts';
import type { NotificationTable } from '../adapters/notification-table.ts';
import type { Publish } from '../adapters/notification-topic.ts';
import type { Log } from '../log.ts';
import { effectiveView } from '../scc/answers.ts';
import type { AssignmentStore } from '../scc/assignment-store.ts';
import type { CrewContact, CrewRegistry } from '../scc/crew-registry.ts';
import { isTold, type EventStore, type ToldEvent } from '../scc/event-store.ts';
import type { LinkKeys } from '../scc/link-keys.ts';
import { keysFor, readLink, type Link } from '../scc/links.ts';
import { placeOf } from '../scc/place.ts';
import { tell } from '../scc/tell.ts';
import { isOver, landingOf } from './landing.ts';

export interface LinkRequestDeps {
  readonly events: EventStore;
  readonly assignments: AssignmentStore;
  readonly registry: CrewRegistry;
  readonly notifications: NotificationTable;
  readonly publish: Publish;
  readonly linkKeys: LinkKeys;
  readonly now: () => Date;
  readonly log: Log;
}

/** By the address on file, or by any link of ours: one that was revoked or is over still says whose it was. */
export interface LinkRequest {
  readonly email?: string | undefined;
  readonly token?: string | undefined;
}

/**
 * Mails a new link, to the address on file and nowhere else, at most once in ten minutes and five times a day. It
 * answers nothing: who asks must not learn whether somebody exists. So the same is read whatever is found, and what
 * fails is only logged; the sweeper publishes what was not.
 */
export async function requestLink(request: LinkRequest, deps: LinkRequestDeps): Promise<void> {
  const link = await linkOf(request.token ?? '', deps.linkKeys);
  const found = (await deps.registry.list()).filter((contact) => isAskedFor(contact, request.email, link));
  for (const contact of found.length > 0 ? found : [NOBODY]) {
    try {
      await mailLink(contact, link?.e, deps);
    } catch (error) {
      deps.log.error('a new link was not mailed', { error });
    }
  }
}

const NOBODY: CrewContact = { key: '-', name: '', email: '', active: false, linkVersion: 0 };

const linkOf = async (token: string, linkKeys: LinkKeys): Promise<Link | undefined> =>
  readLink(await keysFor(token, linkKeys), token);

function isAskedFor({ key, email, active }: CrewContact, asked: string | undefined, link: Link | undefined) {
  const byAddress = asked !== undefined && asked !== '' && toComparable(asked) === toComparable(email);
  return active && (byAddress || link?.m === key);
}

const toComparable = (email: string): string => email.trim().toLowerCase();

async function mailLink(member: CrewContact, preferred: string | undefined, deps: LinkRequestDeps) {
  const now = deps.now();
  const events = await chartersOf(member.key, now, deps);
  const sent = await linksSent(member.key, events, deps.notifications);
  const event = landingOf(events, preferred, now);
  const occasion = slotOf(now);
  if (event === undefined || !isAllowed(sent, occasion, now)) return;
  const notification = {
    eventId: event.eventId,
    recipient: member.key,
    kind: 'new-link' as const,
    occasion,
    position: placeOf(effectiveView(event), member.key)?.position.key,
    changes: [],
  };
  await tell(event, [notification], deps);
}

async function chartersOf(
  member: string,
  now: Date,
  { events, assignments }: LinkRequestDeps,
): Promise<ToldEvent[]> {
  // Nobody's charters are asked for as well, so that finding none takes no fewer calls.
  const ids = [...(await assignments.eventsOf(member)), { eventId: '-', createdTimestamp: '-' }];
  return (await events.findMany(ids))
    .filter(isTold)
    .filter((event) => !isOver(event, now) && placeOf(effectiveView(event), member) !== undefined);
}

interface Sent {
  readonly occasion: string;
  readonly createdAt: string;
}

async function linksSent(
  member: string,
  events: readonly ToldEvent[],
  notifications: NotificationTable,
): Promise<Sent[]> {
  const ids = events.length > 0 ? events.map(({ eventId }) => eventId) : ['-'];
  const intents = await Promise.all(ids.map((eventId) => notifications.ofRecipient(eventId, member)));
  return intents
    .flat()
    .filter(({ notification }) => notification.kind === 'new-link')
    .map(({ notification, createdAt }) => ({ occasion: notification.occasion, createdAt }));
}

const SLOT = 10 * 60_000;
const MOST_A_DAY = 5;

/** `2027-05-01T12:10:00.000Z`: when the ten minutes began that an instant is in. */
const slotOf = (now: Date): string => new Date(Math.floor(now.getTime() / SLOT) * SLOT).toISOString();

function isAllowed(sent: readonly Sent[], slot: string, now: Date): boolean {
  const dayBefore = shiftInstant(now.toISOString(), -24);
  const today = sent.filter(({ createdAt }) => compareInstants(createdAt, dayBefore) > 0);
  return today.length < MOST_A_DAY && !sent.some(({ occasion }) => occasion === slot);
}
