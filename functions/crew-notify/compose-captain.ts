import { compareEntries } from '../scc/entries/entry.ts';
import {
  allConfirmedLetter,
  declineLetter,
  unansweredLetter,
  type Decline,
} from '../email/captain-letters.ts';
import { renderLetter } from '../email/letter.ts';
import { hasDeclined } from '../scc/answers.ts';
import { captainView, timesAround, type CaptainPosition } from '../scc/captain-view.ts';
import type { CrewContact } from '../scc/crew-registry.ts';
import { isTold } from '../scc/event-store.ts';
import type { ComposeDeps, Composer } from './compose.ts';
import { bothAddresses } from './compose-summary.ts';
import { captainNews, type Situation } from './situation.ts';
import { staleness } from './truth.ts';

/** Occasion: the id of the entry that declined. */
export const composeDecline: Composer = async ({ notification }, _, situation, deps) => {
  const answer = Object.values(situation.state.answers).find(({ id }) => id === notification.occasion);
  const holds =
    situation.view.status === 'confirmed' &&
    answer &&
    hasDeclined(situation.event, situation.state, answer.member);
  if (!answer || !holds) return { superseded: 'the decline was taken back, or the place is gone' };
  const { contacts, positions } = await captainsKnowledge(situation, deps);
  const position = placeOfDecline(positions, answer);
  const letter = declineLetter(captainNews(situation, deps.crewUrl), {
    name: nameOf(answer.member, situation, contacts),
    role: position?.role ?? 'crew',
    reason: answer.reason,
    place: outcome(position, answer.member),
    free: position?.substitutes ?? [],
  });
  return { ...renderLetter(letter), to: bothAddresses(deps), replyTo: [] };
};

/** Occasion: the id of the last of the answers that confirm. */
export const composeAllConfirmed: Composer = async ({ notification }, _, situation, deps) => {
  const { view, answers, state } = situation;
  const isFull = view.crew.length > 0 && view.crew.every(({ member }) => member !== null);
  const isTrue = isFull && answers.length > 0 && answers.every((one) => one.state === 'confirmed');
  if (!isTrue) return { superseded: 'not everyone has confirmed any more' };
  const last = answers
    .map(({ member }) => state.answers[member])
    .filter((answer) => answer !== undefined)
    .toSorted(compareEntries)
    .at(-1);
  if (last?.id !== notification.occasion) return { superseded: 'a later confirmation says it' };
  const letter = allConfirmedLetter(captainNews(situation, deps.crewUrl));
  return { ...renderLetter(letter), to: [deps.captainAddress], replyTo: [] };
};

export const composeUnanswered: Composer = async (intent, intents, situation, deps) => {
  const stale = staleness(intent, intents, situation);
  if (stale !== undefined) return { superseded: stale };
  const unanswered = situation.answers.filter(({ state }) => state === 'none' || state === 're-confirm');
  if (unanswered.length === 0) return { superseded: 'everyone has answered' };
  const contacts = await deps.registry.list();
  const named = unanswered.map((one) => ({ ...one, name: nameOf(one.member, situation, contacts) }));
  const letter = unansweredLetter(captainNews(situation, deps.crewUrl), named);
  return { ...renderLetter(letter), to: [deps.captainAddress], replyTo: [] };
};

async function captainsKnowledge({ event, state, payOf }: Situation, deps: ComposeDeps) {
  const { from, to } = timesAround(event);
  const [contacts, around] = await Promise.all([deps.registry.list(), deps.events.startingBetween(from, to)]);
  const others = around.filter(isTold);
  return { contacts, positions: captainView({ event, state, payOf, contacts, others }).positions };
}

/** Theirs; or the open one that still invites them; or, when another has that already, the one that they had. */
const placeOfDecline = (
  positions: readonly CaptainPosition[],
  { member, position }: { member: string; position: string },
): CaptainPosition | undefined =>
  positions.find((one) => one.member === member) ??
  positions.find(({ invited }) => invited.some((one) => one.member === member)) ??
  positions.find(({ key }) => key === position);

function outcome(position: CaptainPosition | undefined, decliner: string): Decline['place'] {
  if (position?.member === decliner) return 'theirs';
  if (position?.member != null) return { takenBy: position.name ?? position.member };
  const asked = (position?.invited ?? []).filter(({ answer }) => answer !== 'declined');
  return { asked: asked.map(({ name }) => name) };
}

/** As git names those on board, as the registry names the others. */
const nameOf = (member: string, { view }: Situation, contacts: readonly CrewContact[]): string =>
  view.crew.find((position) => position.member === member)?.name ??
  contacts.find(({ key }) => key === member)?.name ??
  member;
