import type { Progress } from './outbox.ts';

export interface Situation {
  readonly contact: Progress;
  /** Entries and pictures of this member that wait. */
  readonly entries: number;
  readonly pictures: number;
  /** Instant at which the server was last heard. */
  readonly asOf: string;
  /** The page itself is a kept copy, of that instant. */
  readonly keptAt: string | null;
  readonly now: Date;
  readonly zone: string;
}

/** One line on what is shown and what is saved: `Offline: shown as of 9:41 AM. 3 entries waiting to be sent.` */
export function describeSituation(situation: Situation): string {
  const { contact, keptAt, asOf } = situation;
  const waiting = describeWaiting(situation);
  if (contact !== 'sent' && contact !== 'unavailable') return `${TROUBLES[contact]} ${waiting}`.trim();
  if (contact === 'unavailable')
    return `Offline: shown as of ${formatAsOf(asOf, situation)}. ${waiting}`.trim();
  if (keptAt !== null) return `Shown as of ${formatAsOf(keptAt, situation)}. ${waiting}`.trim();
  return waiting === '' ? 'All saved.' : waiting;
}

const TROUBLES = {
  'signed-out': 'Please sign in again: open the link in your latest mail.',
  'other-member': 'Somebody else is signed in on this device.',
} as const;

function describeWaiting({ entries, pictures }: Situation): string {
  const counts = [count(entries, 'entry', 'entries'), count(pictures, 'picture', 'pictures')].filter(Boolean);
  return counts.length === 0 ? '' : `${counts.join(' and ')} waiting to be sent.`;
}

const count = (number: number, one: string, many: string): string =>
  number === 0 ? '' : `${number} ${number === 1 ? one : many}`;

/** `9:41 AM`, with the day when it was another one. */
function formatAsOf(at: string, { now, zone }: Situation): string {
  const day = (date: Date) => date.toLocaleDateString('en-US', { timeZone: zone });
  const date = new Date(at);
  const isToday = day(date) === day(now);
  return date
    .toLocaleString('en-US', {
      timeZone: zone,
      hour: 'numeric',
      minute: '2-digit',
      ...(!isToday && { month: 'short', day: 'numeric' }),
    })
    .replaceAll('\u202f', ' ');
}
