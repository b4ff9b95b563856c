import type { Notification } from '#bookings/model/notifications.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import { isolate } from '#bookings/model/visible-text.ts';
import { formatHours } from '../charter-time.ts';
import { formatMoney } from '../charter-money.ts';
import type { AnswerState } from '../scc/answers.ts';
import { ASKS, CREW_WORDS } from './crew-words.ts';
import type { Letter } from './letter.ts';
import { changeLines, longWhen, subjectLine, type Change } from './wording.ts';

/** What a member of the crew is told about a charter: everything but a new link. */
export type CrewKind = Exclude<Notification['kind'], 'summary' | 'declined' | 'all-confirmed' | 'new-link'>;
type Amount = { readonly cents: number; readonly currency: string };

export interface CrewNews {
  readonly kind: CrewKind;
  readonly changes: readonly Change[];
  /** With sign-ups. */
  readonly event: EventView;
  /** The reader's own position, or the one that invites them; null for neither. Its pay is the only money in a mail. */
  readonly own: {
    readonly position: EventView['crew'][number];
    readonly invited: boolean;
    readonly answer: AnswerState;
    readonly pay: Amount | null;
    readonly payBefore: Amount | null;
  } | null;
  /** A colleague's answer gives rise to it: they accepted first, or gave their place back. */
  readonly byColleague: boolean;
  /** `in 2 days` */
  readonly startsIn: string;
  /** The reader's magic link; null when it would show them nothing. */
  readonly link: string | null;
}

/** What one member of the crew is told. */
export function crewLetter(news: CrewNews): Letter {
  const { event, kind, own } = news;
  const changes = allChanges(news);
  const onBoard = ON_BOARD.has(kind);
  const ask = own === null || !(onBoard || own.invited) ? ASKS.nothing : ASKS[askOf(own)];
  const words = CREW_WORDS[kind](
    news,
    changes.map(({ label }) => label.toLowerCase()),
  );
  const intro = `${words.intro} ${words.ask ?? ask.sentence}`.trim();
  return {
    subject: subjectLine(event.vessel.name, event.start, words.subject),
    preview: intro,
    title: words.title,
    intro,
    facts: [...charterFacts(event, onBoard), ...(onBoard ? ownFacts(news) : [])],
    changes: kind === 'changed' ? changes : [],
    notes: onBoard && event.notes !== undefined ? [{ label: 'Notes', text: event.notes }] : [],
    lists: onBoard ? colleagues(news) : [],
    actions: news.link === null ? [] : [{ label: ask.action, url: news.link, hint: LINK_HINT }],
    footer: crewFooter(event.vessel.name),
  };
}

export const LINK_HINT = 'This link is yours alone: please do not forward it.';
export const crewFooter = (vessel: string): string =>
  `You get this because you sail with ${vessel}. Questions: just answer this mail.`;

/** Kinds that are about a place that the reader has, or may have, and so show all of the charter. */
const ON_BOARD: ReadonlySet<CrewKind> = new Set(['assigned', 'invited', 'changed', 'reminder']);

function askOf({ invited, answer }: NonNullable<CrewNews['own']>): keyof typeof ASKS {
  if (answer === 'declined') return 'declined';
  return invited ? 'invited' : answer;
}

export function charterFacts(event: EventView, withGuests: boolean): Letter['facts'] {
  const when = { label: 'When', value: longWhen(event), url: null };
  const vessel = { label: 'Vessel', value: event.vessel.name, url: null };
  if (!withGuests) return [vessel, when];
  const { count } = event.guest;
  const firstName = isolate(event.guest.firstName);
  return [
    vessel,
    when,
    { label: 'Where', value: event.berth.name, url: event.berth.map },
    { label: 'Guests', value: count === 1 ? firstName : `${firstName} and ${count - 1} more`, url: null },
  ];
}

function ownFacts({ own }: CrewNews): Letter['facts'] {
  if (own === null) return [];
  const { role, hours } = own.position;
  const place = { label: 'You', value: `${role}, ${formatHours(hours)}`, url: null };
  return own.pay === null ? [place] : [place, { label: 'Your pay', value: formatMoney(own.pay), url: null }];
}

/** Pay travels in no notification: that it changed says the notification, how it changed its owner's assignment. */
function allChanges({ changes, event, own }: CrewNews): Letter['changes'] {
  const lines = changeLines(changes, event.zone);
  if (!own?.pay || !changes.some(({ path }) => path === 'pay')) return lines;
  const [before, now] = [own.payBefore && formatMoney(own.payBefore), formatMoney(own.pay)];
  return before === now ? lines : [...lines, { label: 'Your pay', from: before ?? 'before', to: now }];
}

function colleagues({ event, own }: CrewNews): Letter['lists'] {
  const others = event.crew.filter(({ key }) => key !== own?.position.key);
  if (others.length === 0) return [];
  const toLine = ({ name, role }: EventView['crew'][number]) => ({
    ...{ name: name ?? 'still open', detail: role },
    ...{ state: null, command: null },
  });
  return [{ label: 'On board', lines: others.map(toLine) }];
}
