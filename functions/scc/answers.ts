import { withSignUps } from '#bookings/model/sign-ups.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import type { Amount } from './assignment-store.ts';
import type { EntryOf } from './entries/entry.ts';
import type { EventState } from './entries/fold.ts';
import type { ToldEvent } from './event-store.ts';
import { placeVersion } from './place-version.ts';

/** `re-confirm`: it was confirmed, and something material to this person changed since. */
export const ANSWER_STATES = ['none', 'confirmed', 're-confirm', 'declined'] as const;
export type AnswerState = (typeof ANSWER_STATES)[number];

/** One person of a charter and what they said to it. */
export interface CrewAnswer {
  readonly member: string;
  /** Position's key. */
  readonly position: string;
  readonly role: string;
  /** Invited to an open position that nobody has yet. */
  readonly invited: boolean;
  readonly state: AnswerState;
  readonly reason: string | null;
  /** Id of the entry that answered, and its instant; null without an answer that counts. */
  readonly entry: string | null;
  readonly at: string | null;
}

/** A position's pay in the revision that was released. */
export type PayOf = (position: string) => Amount | null;

/** The charter as the crew sees it: what was last released, with its sign-ups. */
export const effectiveView = ({ told, signUps }: ToldEvent): EventView => withSignUps(told.event, signUps);

/**
 * The revision since which a member is part of the charter. A release knows all but those who are invited again because
 * a sign-up was taken back: they are since the release itself.
 */
export const sinceOf = ({ told, toldRevision }: ToldEvent, member: string): number =>
  told.places[member]?.since ?? toldRevision;

/** Everyone with a place or an invitation, by position; nobody while the charter is cancelled or on hold. */
export function crewAnswers(
  event: ToldEvent,
  { answers }: Pick<EventState, 'answers'>,
  payOf: PayOf,
): CrewAnswer[] {
  const view = effectiveView(event);
  if (view.status !== 'confirmed') return [];
  const seen = new Set(view.crew.map((position) => position.member));
  return view.crew.flatMap((position) => {
    const invited = position.candidates.filter((candidate) => !seen.has(candidate));
    for (const candidate of invited) seen.add(candidate);
    const place = { version: placeVersion(view, position, payOf(position.key)), ...heldAs(event, position) };
    return (position.member === null ? invited : [position.member]).map((member) => {
      const latest = answers[member];
      const answer = latest?.since === sinceOf(event, member) ? latest : undefined;
      const state = stateInPlace(answer, place);
      const holds = state === 'none' ? undefined : answer;
      return {
        member,
        position: position.key,
        role: position.role,
        invited: place.invited,
        state,
        reason: holds?.reason ?? null,
        entry: holds?.id ?? null,
        at: holds?.at ?? null,
      };
    });
  });
}

/** Whether a member's last word is no. It counts while they are where they were when they said it. */
export function hasDeclined(
  event: ToldEvent,
  { answers }: Pick<EventState, 'answers'>,
  member: string,
): boolean {
  const answer = answers[member];
  return answer?.answer === 'declined' && answer.since === sinceOf(event, member);
}

interface HeldAs {
  readonly invited: boolean;
  /** Git says that the position is open. */
  readonly signedUp: boolean;
}

function heldAs({ told }: ToldEvent, { key, member }: EventView['crew'][number]): HeldAs {
  const isOpen = told.event.crew.some((position) => position.key === key && position.member === null);
  return { invited: member === null, signedUp: isOpen && member !== null };
}

/**
 * Having the place *is* the yes to an invitation: who accepted once and has no place now has to accept again. And a
 * decline takes its sign-up back first, so that a sign-up beside a decline is the newer of the two.
 */
function stateInPlace(
  answer: EntryOf<'answer'> | undefined,
  { version, invited, signedUp }: HeldAs & { readonly version: string },
): AnswerState {
  const state = answerState(answer, version);
  if (invited && state !== 'declined') return 'none';
  return signedUp && state === 'declined' ? 'none' : state;
}

/** What an answer that counts for the place says of the version that is shown now. */
function answerState(answer: EntryOf<'answer'> | undefined, version: string): AnswerState {
  if (answer === undefined) return 'none';
  if (answer.answer === 'declined') return 'declined';
  return answer.version === version ? 'confirmed' : 're-confirm';
}
