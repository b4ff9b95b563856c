import {
  allConfirmedLetter,
  declineLetter,
  unansweredLetter,
  type CaptainNews,
  type Decline,
} from '#functions/email/captain-letters.ts';
import { crewLetter, type CrewKind, type CrewNews } from '#functions/email/crew-letter.ts';
import { standings } from '#functions/email/crew-list.ts';
import { renderLetter, type RenderedLetter } from '#functions/email/letter.ts';
import { linkLetter } from '#functions/email/link-letter.ts';
import { summaryLetter } from '#functions/email/summary-letter.ts';
import type { CrewAnswer } from '#functions/scc/answers.ts';
import { john, openSkipper, samplePut } from '#test/functions/scc/samples.ts';

const { event: spec, summary } = samplePut();
export const event = spec.view;

/** A captain who signed up and said yes, a deckhand who said no, and a place that nobody took. */
const rosa = {
  ...openSkipper,
  key: 'captain-1',
  member: 'rosa',
  name: 'Rosa',
  role: 'captain',
  candidates: [],
};
const full = { ...event, crew: [rosa, john, openSkipper] };
const answerOf = (member: string, more: Partial<CrewAnswer>): CrewAnswer => ({
  ...{ member, position: member, role: 'deckhand', invited: false, state: 'none' },
  ...{ reason: null, entry: null, at: null },
  ...more,
});
const declined = answerOf('john', { state: 'declined', reason: 'I am <ill>,\nsorry' });
const crewOf = (...answers: CrewAnswer[]) =>
  standings(full, { ...full, crew: [{ ...rosa, member: null, name: null }, john, openSkipper] }, answers);

const usd = (cents: number) => ({ cents, currency: 'USD' });

const news = (kind: CrewKind, more: Partial<CrewNews> = {}): CrewNews => ({
  kind,
  changes: [],
  event,
  own: { position: john, invited: false, answer: 'none', pay: usd(12_500), payBefore: usd(10_000) },
  byColleague: false,
  startsIn: 'in 2 days',
  link: 'https://crew.example.test/crew/enter?t=abc.def',
  ...more,
});
export const crew = (kind: CrewKind, more: Partial<CrewNews> = {}): RenderedLetter =>
  renderLetter(crewLetter(news(kind, more)));
const own = (more: Partial<NonNullable<CrewNews['own']>> = {}): Partial<CrewNews> => ({
  own: { ...news('assigned').own!, ...more },
});
const invited = own({ position: openSkipper, invited: true, pay: usd(20_000), payBefore: null });
const NOWHERE: Partial<CrewNews> = { own: null, link: null };

export const guestLink = 'https://guest.example.test/g/xhqgmdh#k=0123456789';
const cardLink = 'https://board.example.test/#boatsetter-xhqgmdh';
export const summaryMail = (more: object = {}, changes: CrewNews['changes'] = []): RenderedLetter =>
  renderLetter(
    summaryLetter({
      summary: { ...summary, ...more },
      changes,
      crew: crewOf(declined, {
        ...answerOf('rosa', { state: 'confirmed' }),
        position: 'captain-1',
      }),
      guestLink,
      cardLink,
    }),
  );

const captain = (more: Partial<CaptainNews> = {}): CaptainNews => ({
  event: full,
  crew: crewOf(answerOf('john', { state: 're-confirm' })),
  startsIn: 'in 23 hours',
  page: 'https://crew.example.test/crew/events/abc',
  ...more,
});
export const decline = (more: Partial<Decline> = {}): RenderedLetter =>
  renderLetter(
    declineLetter(captain({ crew: crewOf(declined) }), {
      ...{ name: 'John Reyes', role: 'deckhand', reason: 'I am <ill>,\nsorry', place: 'theirs' },
      free: [{ name: 'Ana', command: 'npm run booking -- amend XHQGMDH --assign john=ana' }],
      ...more,
    }),
  );
const unanswered = (...names: string[]): RenderedLetter =>
  renderLetter(
    unansweredLetter(
      captain(),
      names.map((name) => ({ name, role: 'deckhand', state: 'none', invited: false })),
    ),
  );
const allConfirmed = (): RenderedLetter =>
  renderLetter(allConfirmedLetter(captain({ crew: crewOf(answerOf('john', { state: 'confirmed' })) })));
export const newLink = (more: Partial<typeof event> = {}): RenderedLetter =>
  renderLetter(
    linkLetter({ event: { ...event, ...more }, link: 'https://crew.example.test/crew/enter?t=a.b' }),
  );

const changes = [
  { path: 'start', from: '2027-05-30T09:00', to: '2027-05-31T10:00' },
  { path: 'berth.map', from: 'https://a.example.test', to: 'https://b.example.test' },
  { path: 'notes', from: undefined, to: 'Bring <ice>' },
  { path: 'pay', from: null, to: null },
];
const everything = [
  { path: 'start', from: '2027-05-30T09:00', to: '2027-05-31T10:00' },
  { path: 'end', from: '2027-05-30T12:00', to: '2027-05-31T13:00' },
  { path: 'zone', from: 'America/Denver', to: 'America/Los_Angeles' },
  { path: 'hours', from: 3, to: 4 },
  { path: 'vessel', from: 'Luna', to: 'JADA' },
  { path: 'berth', from: 'Dock A', to: 'Dock C' },
  { path: 'guest.count', from: 3, to: 4 },
  { path: 'role', from: 'skipper', to: 'deckhand' },
];

export const ABROAD = {
  zone: 'Pacific/Auckland',
  start: '2027-01-15T18:00',
  end: '2027-01-15T21:00',
  startsAt: '2027-01-15T05:00:00Z',
  endsAt: '2027-01-15T08:00:00Z',
};
/** Over the night in which clocks go back: 3 hours from 11 PM to 1 AM. */
const DST = {
  start: '2027-11-06T23:00',
  end: '2027-11-07T01:00',
  startsAt: '2027-11-07T06:00:00Z',
  endsAt: '2027-11-07T09:00:00Z',
};

/** One of each kind, and of what a kind can say. */
export const SAMPLES = {
  assigned: crew('assigned'),
  'assigned and confirmed': crew('assigned', own({ answer: 'confirmed' })),
  'assigned without notes, alone': crew('assigned', { event: { ...event, crew: [john], notes: undefined } }),
  invited: crew('invited', invited),
  'invited again': crew('invited', { ...invited, byColleague: true }),
  changed: crew('changed', { changes, ...own({ answer: 're-confirm' }) }),
  'changed in all': crew('changed', { changes: everything }),
  'changed and declined': crew('changed', { changes, ...own({ answer: 'declined' }) }),
  'changed and invited': crew('changed', { changes, ...invited }),
  cancelled: crew('cancelled', NOWHERE),
  'on hold': crew('cancelled', { ...NOWHERE, event: { ...event, status: 'on-hold' } }),
  unassigned: crew('unassigned', NOWHERE),
  'unassigned and invited': crew('unassigned', invited),
  filled: crew('filled', NOWHERE),
  'filled by a colleague': crew('filled', { ...NOWHERE, byColleague: true }),
  'reminded to answer': crew('reminder'),
  'reminded to confirm again': crew('reminder', own({ answer: 're-confirm' })),
  'reminded of an invitation': crew('reminder', invited),
  abroad: crew('assigned', { event: { ...event, ...ABROAD } }),
  'over a change of clocks': crew('assigned', { event: { ...event, ...DST } }),
  'a new link': newLink(),
  summary: summaryMail(),
  'changed summary': summaryMail({}, [
    { path: 'crew', from: [], to: summary.crew },
    { path: 'guest.count', from: 4, to: 6 },
  ]),
  'cancelled summary': summaryMail({ status: 'cancelled' }, [
    { path: 'status', from: 'confirmed', to: 'cancelled' },
  ]),
  declined: decline(),
  'declined without a reason': decline({ reason: null, free: [] }),
  'declined, and taken': decline({ place: { takenBy: 'Mia' }, free: [] }),
  'declined, and open': decline({ place: { asked: ['Mia', 'Ana'] } }),
  'declined, and nobody left': decline({ place: { asked: [] }, free: [] }),
  'one unanswered': unanswered('John Reyes'),
  'some unanswered': unanswered('John Reyes', 'Mia'),
  'all confirmed': allConfirmed(),
} as const satisfies Record<string, RenderedLetter>;
