import type { EventView } from '#bookings/model/views/event.ts';
import type { CrewAnswer } from '../scc/answers.ts';
import { charterFacts } from './crew-letter.ts';
import { answerWords, standingLine, type CrewStanding } from './crew-list.ts';
import type { Letter, ListLine } from './letter.ts';
import { subjectLine } from './wording.ts';

/** What every mail to the captain's address says of the charter. There is no money in it. */
export interface CaptainNews {
  /** With sign-ups. */
  readonly event: EventView;
  readonly crew: readonly CrewStanding[];
  /** `in 23 hours` */
  readonly startsIn: string;
  /** The charter's page, where captain's rights are by the captain's own session; null when nobody has them. */
  readonly page: string | null;
}

export interface Decline {
  readonly name: string;
  readonly role: string;
  readonly reason: string | null;
  /** What became of the place: theirs until git says otherwise, somebody else's already, or open, with who is asked. */
  readonly place: 'theirs' | { readonly takenBy: string } | { readonly asked: readonly string[] };
  /** Who could do it, each with the command that gives it to them. */
  readonly free: readonly { readonly name: string; readonly command: string }[];
}

/** To captain and booking manager: somebody does not come, and who else could. */
export function declineLetter(news: CaptainNews, decline: Decline): Letter {
  const { name, role, reason, free } = decline;
  const offers = free.map((one) => ({
    ...{ name: one.name, command: one.command },
    detail: role,
    state: null,
  }));
  return {
    ...frame(news),
    subject: subject(news, `${name} declined (${role})`),
    preview: reason ?? 'No reason given',
    title: `${name} cannot come`,
    intro: `${name} declined as ${role}. It starts ${news.startsIn}. ${whatNow(decline)}`,
    notes: reason === null ? [] : [{ label: `${name}’s reason`, text: `“${reason}”` }],
    lists: [
      ...(offers.length === 0 ? [] : [{ label: 'Who is free', lines: offers }]),
      ...crewList(
        'The crew',
        news.crew.map((one) => withoutReason(one, reason)),
      ),
    ],
    footer: TO_BOTH,
  };
}

/** To the captain: everybody comes. */
export const allConfirmedLetter = (news: CaptainNews): Letter => ({
  ...frame(news),
  subject: subject(news, 'everyone has confirmed'),
  preview: news.crew.map(({ name }) => name).join(', '),
  title: 'Everyone has confirmed',
  intro: `${news.crew.length === 1 ? 'Your crew of one has' : `All ${news.crew.length} of the crew have`} confirmed. It starts ${news.startsIn}.`,
  lists: crewList('The crew', news.crew),
});

/** Somebody whose answer is missing; `invited` to an open position. */
export type Unanswered = Pick<CrewAnswer, 'role' | 'state' | 'invited'> & { readonly name: string };

/** To the captain, a day before: who has not answered. */
export function unansweredLetter(news: CaptainNews, unanswered: readonly Unanswered[]): Letter {
  const who = unanswered.length === 1 ? `${unanswered[0]!.name} has` : `${unanswered.length} people have`;
  const answered = news.crew.filter(
    ({ name, answer }) => name === null || answer?.state === 'confirmed' || answer?.state === 'declined',
  );
  return {
    ...frame(news),
    subject: subject(news, `no answer yet from ${nameOrCount(unanswered)}`),
    preview: unanswered.map(({ name }) => name).join(', '),
    title: `${who} not answered`,
    intro: `It starts ${news.startsIn}, and ${who} not answered. A call may help.`,
    lists: [
      { label: 'No answer from', lines: unanswered.map(unansweredLine) },
      ...crewList('The others', answered),
    ],
  };
}

const nameOrCount = (unanswered: readonly Unanswered[]): string =>
  unanswered.length === 1 ? unanswered[0]!.name : `${unanswered.length} people`;

const unansweredLine = ({ name, role, state, invited }: Unanswered): ListLine => ({
  name,
  detail: role,
  state: invited ? 'was asked to come' : answerWords({ state, reason: null }),
  command: null,
});

const subject = ({ event }: CaptainNews, news: string): string =>
  subjectLine(event.vessel.name, event.start, news);

const frame = ({ event, page }: CaptainNews) => ({
  facts: [...charterFacts(event, true), { label: 'Booking', value: event.bookingKey, url: null }],
  changes: [],
  notes: [],
  actions: page === null ? [] : [{ label: 'Open the charter', url: page, hint: PAGE_HINT }],
  footer: 'Sent to the captain. A reassignment is made in the booking’s file in git.',
});

const PAGE_HINT = 'Opens where you are logged in as crew of this charter.';
const TO_BOTH =
  'Sent to captain and booking manager. A reassignment is made in the booking’s file in git: the command changes it, a commit tells everyone.';

/** The reason that the letter is about is quoted once. */
const withoutReason = (one: CrewStanding, reason: string | null): CrewStanding =>
  one.answer?.reason === reason && one.answer ? { ...one, answer: { ...one.answer, reason: null } } : one;

function whatNow({ place, role, free }: Decline): string {
  if (place === 'theirs')
    return free.length === 0 ? nobodyFree(role) : 'The place is theirs until you give it to somebody else.';
  if ('takenBy' in place) return `${place.takenBy} has the place instead: nothing is left to do.`;
  if (place.asked.length > 0)
    return `The place is open, and ${asked(place.asked)} asked: the first to say yes has it.`;
  return `The place is open, and nobody is left to ask. ${free.length === 0 ? nobodyFree(role) : ''}`.trim();
}

const nobodyFree = (role: string): string => `No other ${role} is free at that time.`;
const asked = (names: readonly string[]): string =>
  `${new Intl.ListFormat('en-US').format(names)} ${names.length === 1 ? 'is' : 'are'}`;

const crewList = (label: string, crew: readonly CrewStanding[]): Letter['lists'] =>
  crew.length === 0 ? [] : [{ label, lines: crew.map(standingLine) }];
