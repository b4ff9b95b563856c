import type { Notification } from '#bookings/model/notifications.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import { formatHours } from '../charter-time.ts';
import type { Letter } from './letter.ts';
import { changeLines, longWhen, moneyText, shortWhen, type Change } from './wording.ts';

export type CrewKind = Exclude<Notification['kind'], 'summary'>;
type Amount = { readonly cents: number; readonly currency: string };

export interface CrewNews {
  readonly kind: CrewKind;
  readonly changes: readonly Change[];
  readonly event: EventView;
  /** The reader's own position, or the one that invites them; null for neither. Its pay is the only money in a mail. */
  readonly own: {
    readonly position: EventView['crew'][number];
    readonly pay: Amount | null;
    readonly payBefore: Amount | null;
  } | null;
  /** The reader's magic link; null when it would show them nothing. */
  readonly link: string | null;
}

/** What one member of the crew is told. */
export function crewLetter(news: CrewNews): Letter {
  const { event, kind } = news;
  const words = WORDS[kind](news);
  const onBoard = kind === 'assigned' || kind === 'invited' || kind === 'changed';
  return {
    subject: `${event.vessel.name} · ${shortWhen(event.start)} — ${words.subject}`,
    preview: words.intro,
    title: words.title,
    intro: words.intro,
    facts: [...charterFacts(event, onBoard), ...(onBoard ? ownFacts(news) : [])],
    changes: kind === 'changed' ? allChanges(news) : [],
    notes: onBoard && event.notes !== undefined ? [{ label: 'Notes', text: event.notes }] : [],
    people: onBoard ? colleagues(news) : [],
    actions: news.link === null ? [] : [{ label: 'Open the charter', url: news.link, hint: LINK_HINT }],
    footer: `You get this because you sail with ${event.vessel.name}. Questions: just answer this mail.`,
  };
}

const LINK_HINT = 'This link is yours alone: please do not forward it.';

interface Words {
  readonly subject: string;
  readonly title: string;
  readonly intro: string;
}

const WORDS: Record<CrewKind, (news: CrewNews) => Words> = {
  assigned: (news) => ({
    subject: `you are on as ${roleOf(news)}`,
    title: `You are on as ${roleOf(news)}`,
    intro: `You are on board ${news.event.vessel.name} as ${roleOf(news)}.`,
  }),
  invited: (news) => ({
    subject: `${roleOf(news)} wanted`,
    title: `${capital(roleOf(news))} wanted`,
    intro: `${news.event.vessel.name} needs a ${roleOf(news)}. The first to say yes has the place.`,
  }),
  changed: (news) => ({
    subject: `changed: ${labels(news)}`,
    title: 'Your charter has changed',
    intro: `Please look at what changed: ${labels(news)}.`,
  }),
  cancelled: ({ event }) =>
    event.status === 'on-hold'
      ? {
          subject: 'on hold',
          title: 'The charter is on hold',
          intro: 'This charter is on hold: please do not come unless you hear from us again.',
        }
      : {
          subject: 'cancelled',
          title: 'The charter is cancelled',
          intro: 'This charter is cancelled: you are not needed.',
        },
  unassigned: ({ own }) => ({
    subject: 'you are no longer on',
    title: 'You are no longer on this charter',
    intro:
      own === null
        ? 'You are no longer planned for this charter: you are not needed.'
        : `You are no longer planned for this charter. It needs a ${own.position.role}, though: the first to accept has the place.`,
  }),
  filled: () => ({
    subject: 'the position is no longer open',
    title: 'The position is no longer open',
    intro:
      'The position on this charter that you were asked about is filled or not needed any more. Thank you for being there.',
  }),
};

const roleOf = ({ own }: CrewNews): string => own?.position.role ?? 'crew';
const labels = (news: CrewNews): string =>
  [...new Set(allChanges(news).map(({ label }) => label.toLowerCase()))].join(', ') || 'details';

function charterFacts(event: EventView, onBoard: boolean): Letter['facts'] {
  const when = { label: 'When', value: longWhen(event), url: null };
  const vessel = { label: 'Vessel', value: event.vessel.name, url: null };
  if (!onBoard) return [vessel, when];
  const { firstName, count } = event.guest;
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
  return own.pay === null ? [place] : [place, { label: 'Your pay', value: moneyText(own.pay), url: null }];
}

/** Pay travels in no notification: that it changed says the notification, how it changed its owner's assignment. */
function allChanges({ changes, event, own }: CrewNews): Letter['changes'] {
  const lines = changeLines(changes, event.zone);
  if (!own?.pay || !changes.some(({ path }) => path === 'pay')) return lines;
  const [before, now] = [own.payBefore && moneyText(own.payBefore), moneyText(own.pay)];
  return before === now ? lines : [...lines, { label: 'Your pay', from: before ?? 'before', to: now }];
}

const colleagues = ({ event, own }: CrewNews): Letter['people'] =>
  event.crew
    .filter(({ key }) => key !== own?.position.key)
    .map(({ name, role }) => ({ name: name ?? 'still open', role }));

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
