import { compareInstants } from '#bookings/model/time.ts';
import { HttpProblem } from '../http.ts';
import { readAnswerFacts, readFactsToTell, type AnswerFactsDeps } from '../scc/answer-facts.ts';
import { hasGivenBack, newsOfAnswers, standingAnswers, type AnswerFacts } from '../scc/answer-news.ts';
import { sinceOf } from '../scc/answers.ts';
import type { CrewMember } from '../scc/crew-reader.ts';
import type { EntryStore } from '../scc/entries/entry-store.ts';
import type { Entry, EntryOf } from '../scc/entries/entry.ts';
import { foldEntries } from '../scc/entries/fold.ts';
import type { EventStore } from '../scc/event-store.ts';
import { placeVersion } from '../scc/place-version.ts';
import { tell, type TellDeps } from '../scc/tell.ts';
import { appendLook, changedSince, currentLook, lookIdOf, takenId } from './look.ts';
import { charterToAnswer, type OwnCharter } from './own-charter.ts';

export interface AnswerDeps extends AnswerFactsDeps, TellDeps {
  readonly events: Pick<EventStore, 'find' | 'signUps'>;
  readonly entries: EntryStore;
}

export interface AnswerRequest {
  readonly eventId: string;
  readonly member: CrewMember;
  /** Of the entry that it becomes. */
  readonly id: string;
  readonly answer: 'confirmed' | 'declined';
  /** The version of the place that was shown. */
  readonly version: string;
  /** All that was shown, by `lookOf`: where it is what holds, the answer is a look as well. */
  readonly look: string | null;
  readonly reason: string | null;
}

/** `signed-up`: a yes to an open position, and the first one. `passed`: a no to one, on whom nobody had counted. */
export const ANSWERED = ['confirmed', 'signed-up', 'declined', 'passed'] as const;
export type Answered = (typeof ANSWERED)[number];

/**
 * Takes an answer, and tells whoever has to hear of it. Repeatable after a crash at any point: an acceptance takes the
 * position first and a decline gives it back first, then the entry follows, and what is told follows from the two.
 */
export async function answer(request: AnswerRequest, deps: AnswerDeps): Promise<Answered> {
  const answered = await answerInTurn(request, deps);
  const facts = await readFactsToTell(request.eventId, deps);
  if (facts !== undefined) await tell(facts.event, newsOfAnswers(facts), deps);
  return answered;
}

/** How often an answer starts over because somebody else's came first, or a release. */
const ROUNDS = 5;

async function answerInTurn(request: AnswerRequest, deps: AnswerDeps): Promise<Answered> {
  for (let round = 0; round < ROUNDS; round++) {
    const charter = await charterToAnswer(request.eventId, request.member.key, deps.events);
    const facts = await readAnswerFacts(charter.event, deps);
    const answered = await answerOnce(request, { charter, facts }, deps);
    if (answered !== undefined) return answered;
  }
  throw new HttpProblem(503, 'Everybody is answering right now', 'try again in a moment');
}

interface Situation {
  readonly charter: OwnCharter;
  readonly facts: AnswerFacts;
}

/** Undefined when the sign-ups are not as they were read any more. */
async function answerOnce(
  request: AnswerRequest,
  situation: Situation,
  deps: AnswerDeps,
): Promise<Answered | undefined> {
  const { charter, facts } = situation;
  const known = facts.entries.find(({ id }) => id === request.id);
  if (known !== undefined) return repeated(known, request, situation, deps);
  refuse(request, situation);
  if (!(await moveSignUp(request, charter, deps))) return undefined;
  const { lamport, seen } = foldEntries(facts.entries);
  const entry = isSaidAlready(request, facts)
    ? toMark(request, seen[request.member.key], { lamport, deps })
    : toEntry(request, charter, { lamport, deps });
  if (entry !== undefined && (await deps.entries.append(request.eventId, entry)) === 'conflict')
    throw takenId();
  const entries = entry === undefined ? facts.entries : [...facts.entries, entry];
  await noteLook(request, { charter, facts: { ...facts, entries } }, deps);
  return outcomeOf(request, situation);
}

/** A decline that gives a place back is one also when a crash, or its repetition, finds them merely invited again. */
function outcomeOf({ answer: said, member }: AnswerRequest, { charter, facts }: Situation): Answered {
  if (!charter.place.invited) return said;
  if (said === 'confirmed') return 'signed-up';
  return hasGivenBack(member.key, facts) ? 'declined' : 'passed';
}

/** Only of what holds: their page may have shown less. */
async function noteLook(
  { member, id, look }: AnswerRequest,
  { charter, facts: { entries, payOf } }: Situation,
  deps: AnswerDeps,
): Promise<void> {
  if (look !== currentLook(charter, payOf)) return;
  await appendLook({ charter, member: member.key, id: lookIdOf(id), entries }, deps);
}

async function repeated(
  known: Entry,
  request: AnswerRequest,
  situation: Situation,
  deps: AnswerDeps,
): Promise<Answered> {
  if (known.kind === 'seen' && known.member === request.member.key) return outcomeOf(request, situation);
  if (!isRepetition(known, request)) throw takenId();
  await noteLook(request, situation, deps);
  const hasSignedUp = situation.charter.event.signUps.some(({ entry }) => entry === known.id);
  if (known.answer === 'declined') return outcomeOf(request, situation);
  return hasSignedUp ? 'signed-up' : 'confirmed';
}

const isRepetition = (known: Entry, request: AnswerRequest): known is EntryOf<'answer'> =>
  known.kind === 'answer' &&
  known.member === request.member.key &&
  known.answer === request.answer &&
  known.version === request.version &&
  known.reason === reasonOf(request);

function refuse(request: AnswerRequest, { charter, facts }: Situation): void {
  const { view, place } = charter;
  if (view.status !== 'confirmed')
    throw new HttpProblem(409, 'The charter is cancelled or on hold', undefined, { notice: 'not-on' });
  if (compareInstants(view.endsAt, facts.now) <= 0)
    throw new HttpProblem(409, 'The charter is over', undefined, { notice: 'over' });
  if (request.version !== versionOf(charter, facts)) throw changedSince();
  if (request.answer === 'declined' && !place.invited && request.reason === null)
    throw new HttpProblem(422, 'A reason is needed', 'who counts on you has to know why', {
      notice: 'refused',
    });
}

const versionOf = ({ view, place: { position } }: OwnCharter, { payOf }: AnswerFacts): string =>
  placeVersion(view, position, payOf(position.key));

/** The conditional write by which the first has it. True also when there is nothing to move. */
async function moveSignUp(
  { answer: said, member, id }: AnswerRequest,
  { event, place }: OwnCharter,
  { events }: AnswerDeps,
): Promise<boolean> {
  const others = event.signUps.filter((signUp) => signUp.member !== member.key);
  if (said === 'declined') return others.length === event.signUps.length || events.signUps(event, others);
  if (!place.invited) return true;
  const { role } = place.position;
  return events.signUps(event, [...others, { role, member: member.key, name: member.name, entry: id }]);
}

/** Saying it once more, from another page, is no news to anybody. */
function isSaidAlready(request: AnswerRequest, facts: AnswerFacts): boolean {
  const own = standingAnswers(facts).find(({ member }) => member === request.member.key);
  return own?.state === request.answer && own.reason === reasonOf(request);
}

/** Remembers its id by another look at the same: its late repetition must not undo what came after it. */
function toMark(
  { id }: AnswerRequest,
  last: EntryOf<'seen'> | undefined,
  { lamport, deps }: { lamport: number; deps: AnswerDeps },
): EntryOf<'seen'> | undefined {
  const at = deps.now().toISOString();
  return last && { ...last, id, lamport: lamport + 1, at, receivedAt: at };
}

const reasonOf = ({ answer: said, reason }: AnswerRequest): string | null =>
  said === 'declined' ? reason : null;

function toEntry(
  request: AnswerRequest,
  { event, place }: OwnCharter,
  { lamport, deps }: { lamport: number; deps: AnswerDeps },
): EntryOf<'answer'> {
  const { id, member, answer: said, version } = request;
  const at = deps.now().toISOString();
  return {
    id,
    member: member.key,
    lamport: lamport + 1,
    at,
    receivedAt: at,
    kind: 'answer',
    answer: said,
    position: place.position.key,
    version,
    since: sinceOf(event, member.key),
    reason: reasonOf(request),
  };
}
