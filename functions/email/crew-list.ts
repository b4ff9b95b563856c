import type { EventView } from '#bookings/model/views/event.ts';
import { formatHours } from '../charter-time.ts';
import type { CrewAnswer } from '../scc/answers.ts';
import type { ListLine } from './letter.ts';

/** A position of a charter, with what its holder answered. */
export interface CrewStanding {
  /** With sign-ups; null while open. */
  readonly name: string | null;
  readonly role: string;
  readonly hours: number;
  /** Accepted here, and still open in git. */
  readonly signedUp: boolean;
  /** Null while open, and when nobody is asked: the charter is cancelled or on hold. */
  readonly answer: Pick<CrewAnswer, 'state' | 'reason'> | null;
  /** Whether anybody was invited to it, while open. */
  readonly invites: boolean;
}

/** Each position as it stands: `view` is the charter with sign-ups, `released` the one that git knows. */
export const standings = (
  view: EventView,
  released: EventView,
  answers: readonly CrewAnswer[],
): CrewStanding[] =>
  view.crew.map(({ key, name, member, role, hours, candidates }) => ({
    ...{ name, role, hours },
    signedUp: member !== null && released.crew.find((one) => one.key === key)?.member === null,
    answer: answers.find((one) => one.position === key && !one.invited) ?? null,
    invites: view.status === 'confirmed' && member === null && candidates.length > 0,
  }));

/** `John — deckhand, 5 hours — declined: “I am ill”` */
export const standingLine = (standing: CrewStanding): ListLine => ({
  name: standing.name ?? 'open',
  detail: `${standing.role}, ${formatHours(standing.hours)}`,
  state: stateOf(standing),
  command: null,
});

function stateOf({ answer, signedUp, invites }: CrewStanding): string | null {
  if (answer === null) return invites ? 'nobody has accepted yet' : null;
  const words = answerWords(answer);
  return signedUp ? `signed up, ${words}` : words;
}

export const answerWords = ({ state, reason }: Pick<CrewAnswer, 'state' | 'reason'>): string =>
  state === 'declined' && reason !== null ? `${ANSWERS.declined}: “${inOneLine(reason)}”` : ANSWERS[state];

const inOneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const ANSWERS: Record<CrewAnswer['state'], string> = {
  none: 'has not answered',
  confirmed: 'confirmed',
  're-confirm': 'has to confirm again',
  declined: 'declined',
};
