import type { SummaryView } from '#bookings/model/views/summary.ts';
import { isolate } from '#bookings/model/visible-text.ts';
import { formatHours } from '../charter-time.ts';
import { standingLine, type CrewStanding } from './crew-list.ts';
import type { Letter } from './letter.ts';
import { changeLines, longWhen, STATUS_WORDS, subjectLine, type Change } from './wording.ts';

export interface SummaryNews {
  readonly summary: SummaryView;
  readonly changes: readonly Change[];
  /** The crew with their answers as they are when the mail is made: no part of the view. */
  readonly crew: readonly CrewStanding[];
  /** The guest's link with the upload key in it. */
  readonly guestLink: string;
  /** The booking's card on the revenue board. */
  readonly cardLink: string;
}

/** What captain and booking manager are told: everything but money. */
export function summaryLetter(told: SummaryNews): Letter {
  const { summary, changes, crew, guestLink, cardLink } = told;
  const { vessel, guest, notes } = summary;
  const name = isolate(guest.name);
  const news = headline(summary, changes);
  const booking = `${summary.platform} ${summary.id}`;
  return {
    subject: subjectLine(vessel, summary.start, `${booking}: ${news}`),
    preview: `${name}, ${guest.count} guests`,
    title: `${booking}: ${news}`,
    intro: `${name}, ${longWhen(summary)}.`,
    facts: facts(summary),
    changes: changeLines(changes, summary.zone),
    notes: [
      { label: 'Notes for the guest', text: notes.guest },
      { label: 'Notes for the crew', text: notes.crew },
      { label: 'Internal notes', text: notes.internal },
    ].flatMap(({ label, text }) => (text === undefined ? [] : [{ label, text }])),
    lists: crew.length === 0 ? [] : [{ label: 'Crew', lines: crew.map(standingLine) }],
    actions: [
      { label: 'The guest’s page', url: guestLink, hint: GUEST_HINT },
      { label: 'The revenue card', url: cardLink, hint: CARD_HINT },
    ],
    footer: 'Sent to captain and booking manager. The booking’s file in git is where changes are made.',
  };
}

const CARD_HINT = 'On the board, for captain and booking manager.';
const GUEST_HINT = 'Send this to the guest. Whoever has this link can upload and see photos.';

function headline({ status }: SummaryView, changes: readonly Change[]): string {
  if (status !== 'confirmed') return STATUS_WORDS[status] ?? status;
  const was = changes.find(({ path }) => path === 'status');
  if (was !== undefined) return 'confirmed again';
  return changes.length === 0 ? 'new booking' : 'changed';
}

const LANGUAGES: Readonly<Record<string, string>> = { en: 'English', es: 'Spanish' };

const guests = ({ count, language }: SummaryView['guest']): string =>
  `${count} ${count === 1 ? 'guest' : 'guests'}, page in ${LANGUAGES[language] ?? language}`;

const facts = (summary: SummaryView): Letter['facts'] =>
  [
    { label: 'Status', value: STATUS_WORDS[summary.status] ?? summary.status },
    { label: 'When', value: longWhen(summary) },
    { label: 'Duration', value: formatHours(summary.hours) },
    { label: 'Vessel', value: summary.vessel },
    { label: 'Berth', value: summary.berth },
    { label: 'Guest', value: `${isolate(summary.guest.name)}, ${guests(summary.guest)}` },
    { label: 'Booking', value: summary.bookingKey },
    ...(summary.rebookedFrom === undefined ? [] : [{ label: 'Replaces', value: summary.rebookedFrom }]),
  ].map((fact) => ({ ...fact, url: null }));
