import type { EventView } from '#bookings/model/views/event.ts';
import type { Intent, NotificationTable } from '../adapters/notification-table.ts';
import type { Mail } from '../adapters/ses.ts';
import { crewLetter, type CrewKind, type CrewNews } from '../email/crew-letter.ts';
import { renderLetter } from '../email/letter.ts';
import { summaryLetter } from '../email/summary-letter.ts';
import type { AssignmentStore } from '../scc/assignment-store.ts';
import type { CrewContact, CrewRegistry } from '../scc/crew-registry.ts';
import type { ToldEvent } from '../scc/event-store.ts';
import { guestLink } from '../scc/guest-link.ts';
import type { LinkKeys } from '../scc/link-keys.ts';
import { signLink } from '../scc/links.ts';
import { placeOf, type Place } from '../scc/place.ts';
import { currentChanges, newsOf, type News } from './news.ts';

export interface ComposeDeps {
  readonly notifications: NotificationTable;
  readonly assignments: AssignmentStore;
  readonly registry: CrewRegistry;
  readonly linkKeys: Pick<LinkKeys, 'read'>;
  readonly captainAddress: string;
  readonly managerAddress: string;
  readonly crewUrl: string;
  readonly guestUrl: string;
  readonly boardPage: string;
}

/** A mail, or why there will be none, or why there is none yet. */
export type Composed =
  { readonly mail: Mail } | { readonly superseded: string } | { readonly unreachable: string };

/**
 * Makes the mail of an intent from `told`, what was last released: never from a stored view that waits for its
 * release, and never from an older one, so that of several mails on their way all say the same of the charter.
 */
export async function compose(intent: Intent, event: ToldEvent, deps: ComposeDeps): Promise<Composed> {
  const { eventId, recipient } = intent.notification;
  const intents = await deps.notifications.ofRecipient(eventId, recipient);
  const news = newsOf(intent, intents, event.released);
  if (news === undefined) return { superseded: 'a later notification says what holds now' };
  return news.kind === 'summary'
    ? composeSummary(intent, news, event, deps)
    : composeCrewMail(intent, { ...news, kind: news.kind }, event, deps);
}

const NOTHING_LEFT: Composed = { superseded: 'what changed was taken back before anybody was told' };

async function composeSummary(
  intent: Intent,
  news: News,
  { told: { summary } }: ToldEvent,
  deps: ComposeDeps,
): Promise<Composed> {
  const changes = news.isFirst ? [] : currentChanges(news.changes, summary);
  if (!news.isFirst && changes.length === 0) return NOTHING_LEFT;
  const letter = summaryLetter({
    summary,
    changes,
    guestLink: guestLink(deps.guestUrl, await deps.linkKeys.read(), summary.pageId),
    cardLink: `${deps.boardPage}#${summary.bookingKey}`,
  });
  const to = [...new Set([deps.captainAddress, deps.managerAddress])];
  return { mail: { ...renderLetter(letter), to, replyTo: [], notificationId: intent.id } };
}

async function composeCrewMail(
  intent: Intent,
  news: News & { readonly kind: CrewKind },
  event: ToldEvent,
  deps: ComposeDeps,
): Promise<Composed> {
  const { recipient, position } = intent.notification;
  const place = event.told.event.status === 'confirmed' ? placeOf(event.told.event, recipient) : undefined;
  const kind = kindNow(news.kind, event, position === recipient);
  if (!STILL_TRUE[kind](place)) return { superseded: `untrue since revision ${event.toldRevision}` };
  const member = await deps.registry.find(recipient);
  if (member?.active !== true)
    return { unreachable: `not ${member === undefined ? '' : 'active '}in the crew registry` };
  const letter = crewLetter({
    kind,
    changes: currentChanges(news.changes, shownTo(event.told.event, place)),
    event: event.told.event,
    own: place === undefined ? null : await ownPlace(place, news, event, deps.assignments),
    link: place === undefined ? null : await crewLink(member, event, deps),
  });
  if (kind === 'changed' && letter.changes.length === 0) return NOTHING_LEFT;
  const to = { to: [member.email], replyTo: [deps.managerAddress] };
  return { mail: { ...renderLetter(letter), ...to, notificationId: intent.id } };
}

/** Who lost a place with a charter that is on again, without them, is no longer on board: nothing is cancelled. */
function kindNow(kind: CrewKind, { told }: ToldEvent, hadPlace: boolean): CrewKind {
  if (kind !== 'cancelled' || told.event.status !== 'confirmed') return kind;
  return hadPlace ? 'unassigned' : 'filled';
}

const STILL_TRUE: Record<CrewKind, (place: Place | undefined) => boolean> = {
  assigned: (place) => place?.invited === false,
  invited: (place) => place?.invited === true,
  changed: (place) => place !== undefined,
  cancelled: (place) => place === undefined,
  unassigned: (place) => place === undefined || place.invited,
  filled: (place) => place === undefined,
};

/** A charter by the paths that a crew member's changes name. */
const shownTo = (event: EventView, place: Place | undefined): Record<string, unknown> => ({
  ...event,
  vessel: event.vessel.name,
  berth: event.berth.name,
  role: place?.position.role,
  hours: place?.position.hours,
});

async function ownPlace(
  { position }: Place,
  { since, positionBefore = position.key }: News,
  { eventId, toldRevision, released }: ToldEvent,
  assignments: AssignmentStore,
): Promise<NonNullable<CrewNews['own']>> {
  const before = released.findLast((revision) => revision < since);
  const [pay, payBefore] = await Promise.all([
    assignments.payOf(eventId, position.key, toldRevision),
    before === undefined ? null : assignments.payOf(eventId, positionBefore, before),
  ]);
  return { position, pay, payBefore };
}

async function crewLink(member: CrewContact, event: ToldEvent, deps: ComposeDeps): Promise<string> {
  const claims = { member: member.key, eventId: event.eventId, linkVersion: member.linkVersion };
  return `${deps.crewUrl}/crew/enter?t=${signLink(await deps.linkKeys.read(), claims)}`;
}
