import type { EventView } from '#bookings/model/views/event.ts';
import type { Intent } from '../adapters/notification-table.ts';
import { crewLetter, type CrewKind, type CrewNews } from '../email/crew-letter.ts';
import { renderLetter } from '../email/letter.ts';
import { timeLeft } from '../email/wording.ts';
import type { AssignmentStore } from '../scc/assignment-store.ts';
import type { CrewContact } from '../scc/crew-registry.ts';
import type { ToldEvent } from '../scc/event-store.ts';
import { crewLink } from '../scc/links.ts';
import { placeOf, type Place } from '../scc/place.ts';
import type { ComposeDeps, Composer } from './compose.ts';
import { currentChanges, LATER_SPEAKS, newsOf, NOTHING_LEFT, type News } from './news.ts';
import type { Situation } from './situation.ts';
import { whyUntrue } from './truth.ts';

/** A mail to a member of the crew about a place of theirs. */
export const composeCrewMail: Composer = async (intent, intents, situation, deps) => {
  const { event, view, now } = situation;
  const { recipient } = intent.notification;
  const news = newsOf(intent, intents, event.released);
  if (news === undefined) return LATER_SPEAKS;
  const place = view.status === 'confirmed' ? placeOf(view, recipient) : undefined;
  const kind = kindNow(news.kind as CrewKind, { intent, event, place });
  const superseded = whyUntrue(kind, { intent, intents, place, situation });
  if (superseded !== undefined) return { superseded };
  const member = await deps.registry.find(recipient);
  if (member?.active !== true)
    return { unreachable: `not ${member === undefined ? '' : 'active '}in the crew registry` };
  const letter = crewLetter({
    kind,
    changes: currentChanges(news.changes, shownTo(view, place)),
    event: view,
    own: place === undefined ? null : await ownPlace(place, news, situation, deps.assignments, recipient),
    byColleague: intent.gate === 'none',
    startsIn: timeLeft(view.startsAt, now),
    link: place === undefined ? null : await linkOf(member, event.eventId, deps),
  });
  if (kind === 'changed' && letter.changes.length === 0) return NOTHING_LEFT;
  return { ...renderLetter(letter), to: [member.email], replyTo: [deps.managerAddress] };
};

/** What an intent says to who is where the reader is now. */
function kindNow(
  kind: CrewKind,
  { intent, event, place }: { intent: Intent; event: ToldEvent; place: Place | undefined },
): CrewKind {
  // Who accepted before the invitation left has only to hear what changed.
  if (kind === 'invited' && place?.invited === false) return 'changed';
  if (kind !== 'cancelled' || event.told.event.status !== 'confirmed') return kind;
  // Who lost a place with a charter that is on again, without them, is no longer on board: nothing is cancelled.
  const { position, recipient } = intent.notification;
  const hadPlace = position === recipient || event.told.former[recipient] !== undefined;
  return hadPlace ? 'unassigned' : 'filled';
}

/** A charter by the paths that a crew member's changes name. */
const shownTo = (event: EventView, place: Place | undefined): Record<string, unknown> => ({
  ...event,
  vessel: event.vessel.name,
  berth: event.berth.name,
  role: place?.position.role,
  hours: place?.position.hours,
});

async function ownPlace(
  { position, invited }: Place,
  { since, positionBefore = position.key }: News,
  { event: { eventId, toldRevision, released }, answers }: Situation,
  assignments: AssignmentStore,
  member: string,
): Promise<NonNullable<CrewNews['own']>> {
  const before = released.findLast((revision) => revision < since);
  const [pay, payBefore] = await Promise.all([
    assignments.payOf(eventId, position.key, toldRevision),
    before === undefined ? null : assignments.payOf(eventId, positionBefore, before),
  ]);
  const answer = answers.find((one) => one.member === member)?.state ?? 'none';
  return { position, invited, answer, pay, payBefore };
}

async function linkOf(member: CrewContact, eventId: string, deps: ComposeDeps): Promise<string> {
  const claims = { member: member.key, eventId, linkVersion: member.linkVersion };
  return crewLink(deps.crewUrl, await deps.linkKeys.read(), claims);
}
