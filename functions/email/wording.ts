import { toAmount } from '#bookings/model/money.ts';
import {
  formatDate,
  formatShortDate,
  formatTime,
  formatZone,
  type WallTime,
  type Zone,
} from '#bookings/model/time.ts';
import type { Letter } from './letter.ts';

/** `Sun May 30, 9:00 AM`: short enough for a subject. */
export const shortWhen = (wall: WallTime): string =>
  `${formatDate(wall).slice(0, 3)} ${formatShortDate(wall)}, ${formatTime(wall)}`;

/** `Sunday, May 30, 2027, 9:00 AM PDT`. */
const longWhen = (wall: WallTime, zone: Zone): string =>
  `${formatDate(wall)}, ${formatTime(wall)} ${formatZone(wall, zone)}`;

/** `Sunday, May 30, 2027, 9:00 AM – 12:00 PM PDT`, with the second date where the charter ends on another day. */
export function whenFromTo(start: WallTime, end: WallTime, zone: Zone): string {
  const sameDay = start.slice(0, 10) === end.slice(0, 10);
  const until = sameDay ? `${formatTime(end)} ${formatZone(end, zone)}` : longWhen(end, zone);
  return `${formatDate(start)}, ${formatTime(start)} – ${until}`;
}

export const hoursText = (hours: number): string => (hours === 1 ? '1 hour' : `${hours} hours`);

export const moneyText = ({ cents, currency }: { cents: number; currency: string }): string =>
  `${toAmount(cents)} ${currency}`;

export interface Change {
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** What changed, in words. Paths that mean nothing to a person (a page id, a map's address) are left out. */
export const changeLines = (changes: readonly Change[], zone: Zone): Letter['changes'] =>
  Object.entries(FIELDS).flatMap(([path, field]) =>
    changes
      .filter((change) => change.path === path)
      .map(({ from, to }) => ({
        label: field.label,
        from: toText(field, from, zone),
        to: toText(field, to, zone),
      })),
  );

interface Field {
  readonly label: string;
  readonly text?: (value: never, zone: Zone) => string;
}

const wallTime = (wall: WallTime, zone: Zone) => longWhen(wall, zone);
/** What people are told of, in the order in which they want to know. */
const FIELDS: Record<string, Field> = {
  status: { label: 'Status', text: (status: string) => STATUS_WORDS[status] ?? status },
  start: { label: 'Start', text: wallTime },
  end: { label: 'End', text: wallTime },
  zone: { label: 'Time zone' },
  hours: { label: 'Hours', text: hoursText },
  vessel: { label: 'Vessel' },
  berth: { label: 'Berth' },
  'berth.name': { label: 'Berth' },
  'guest.firstName': { label: 'Guest' },
  'guest.name': { label: 'Guest' },
  'guest.count': { label: 'Guests', text: String },
  'guest.language': { label: 'Guest’s language' },
  role: { label: 'Your role' },
  crew: { label: 'Crew', text: (crew: CrewLine[]) => crew.map(crewText).join(', ') || 'nobody' },
  notes: { label: 'Notes' },
  'notes.guest': { label: 'Notes for the guest' },
  'notes.crew': { label: 'Notes for the crew' },
  'notes.internal': { label: 'Internal notes' },
  rebookedFrom: { label: 'Replaces' },
};

export const STATUS_WORDS: Record<string, string> = {
  pending: 'on hold',
  'on-hold': 'on hold',
  confirmed: 'confirmed',
  cancelled: 'cancelled',
};

interface CrewLine {
  readonly name: string | null;
  readonly role: string;
  readonly hours: number;
}

const crewText = ({ name, role, hours }: CrewLine): string => `${name ?? 'open'} (${role}, ${hours} h)`;

const toText = ({ text = String }: Field, value: unknown, zone: Zone): string =>
  value === undefined || value === null ? 'none' : text(value as never, zone);
