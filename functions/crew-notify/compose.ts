import type { Intent, NotificationTable } from '../adapters/notification-table.ts';
import type { Mail } from '../adapters/ses.ts';
import { crewLetter, type CrewKind } from '../email/crew-letter.ts';
import { renderLetter } from '../email/letter.ts';
import { summaryLetter } from '../email/summary-letter.ts';
import type { AssignmentStore } from '../scc-api/assignment-store.ts';
import type { CrewContact, CrewRegistry } from '../scc-api/crew-registry.ts';
import type { StoredEvent, Told } from '../scc-api/event-store.ts';
import { guestLink } from '../scc-api/guest-link.ts';
import type { LinkKey } from '../scc-api/link-keys.ts';
import { signLink } from '../scc-api/links.ts';
import { placeOf, type Place } from '../scc-api/place.ts';

export interface ComposeDeps {
  readonly assignments: AssignmentStore;
  readonly registry: CrewRegistry;
  readonly linkKeys: () => Promise<readonly LinkKey[]>;
  readonly captainAddress: string;
  readonly managerAddress: string;
  readonly crewUrl: string;
  readonly guestUrl: string;
  readonly boardPage: string;
}

/** A mail, or why there is none. */
export type Composed =
  { readonly mail: Mail } | { readonly close: Parameters<NotificationTable['close']>[1] };
export type ReleasedEvent = StoredEvent & { readonly told: Told; readonly toldRevision: number };

/**
 * Makes the mail of an intent from `told`, what was last released: never from a stored view that waits for its
 * release, and never from an older one, so that of several mails on their way all say the same of the charter.
 * An intent that the newest release made untrue (a place since withdrawn, a withdrawal since taken back) is
 * superseded: that release made an intent of its own, which says what holds now.
 */
export async function compose(intent: Intent, event: ReleasedEvent, deps: ComposeDeps): Promise<Composed> {
  const { kind, recipient } = intent.notification;
  if (kind === 'summary') return { mail: await composeSummary(intent, event, deps) };
  const place = placeOf(event.told.event, recipient);
  if (!STILL_TRUE[kind](event.told.event.status === 'confirmed' ? place : undefined))
    return { close: { state: 'superseded', reason: `released again at revision ${event.toldRevision}` } };
  const member = await deps.registry.find(recipient);
  if (member === undefined) return { close: { state: 'failed', reason: 'not in the crew registry' } };
  if (!member.active) return { close: { state: 'failed', reason: 'not active in the crew registry' } };
  return { mail: await composeCrewMail(intent, kind, { event, place, member }, deps) };
}

const STILL_TRUE: Record<CrewKind, (place: Place | undefined) => boolean> = {
  assigned: (place) => place?.invited === false,
  invited: (place) => place?.invited === true,
  changed: (place) => place !== undefined,
  cancelled: (place) => place === undefined,
  unassigned: (place) => place === undefined,
};

async function composeSummary(intent: Intent, event: ReleasedEvent, deps: ComposeDeps): Promise<Mail> {
  const { summary } = event.told;
  const link = guestLink(deps.guestUrl, await deps.linkKeys(), summary.pageId);
  const letter = summaryLetter({
    summary,
    changes: intent.notification.changes,
    guestLink: link,
    cardLink: `${deps.boardPage}#${summary.bookingKey}`,
  });
  return {
    ...renderLetter(letter),
    to: [...new Set([deps.captainAddress, deps.managerAddress])],
    replyTo: [],
    notificationId: intent.id,
  };
}

async function composeCrewMail(
  intent: Intent,
  kind: CrewKind,
  { event, place, member }: { event: ReleasedEvent; place: Place | undefined; member: CrewContact },
  deps: ComposeDeps,
): Promise<Mail> {
  const letter = crewLetter({
    kind,
    changes: intent.notification.changes,
    event: event.told.event,
    own: place === undefined ? null : await ownPlace(place, intent, event, deps.assignments),
    link: place === undefined ? null : await crewLink(member, event, deps),
  });
  return {
    ...renderLetter(letter),
    to: [member.email],
    replyTo: [deps.managerAddress],
    notificationId: intent.id,
  };
}

async function ownPlace(
  { position }: Place,
  intent: Intent,
  { eventId, toldRevision, released }: ReleasedEvent,
  assignments: AssignmentStore,
) {
  const before = released.findLast((revision) => revision < intent.revision);
  const [pay, payBefore] = await Promise.all([
    assignments.payOf(eventId, position.key, toldRevision),
    before === undefined ? null : assignments.payOf(eventId, position.key, before),
  ]);
  return { position, pay, payBefore };
}

async function crewLink(member: CrewContact, event: ReleasedEvent, deps: ComposeDeps): Promise<string> {
  const claims = { member: member.key, eventId: event.eventId, linkVersion: member.linkVersion };
  return `${deps.crewUrl}/crew/enter?t=${signLink(await deps.linkKeys(), claims)}`;
}
