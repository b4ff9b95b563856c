import {
  formatDate,
  formatShortDate,
  formatTime,
  type Instant,
  type WallTime,
  type Zone,
} from '#bookings/model/time.ts';
import { isolate } from '#bookings/model/visible-text.ts';
import { describeWallTime, describeWhen, formatHours } from '../charter-time.ts';
import type { Letter } from './letter.ts';

/** `Sun May 30, 9:00 AM`: short enough for a subject. */
const shortWhen = (wall: WallTime): string =>
  `${formatDate(wall).slice(0, 3)} ${formatShortDate(wall)}, ${formatTime(wall)}`;

/** `Sunday, May 30, 2027, 9:00 AM – 12:00 PM PDT`. */
export function longWhen(charter: Parameters<typeof describeWhen>[0]): string {
  const { date, time } = describeWhen(charter);
  return `${date}, ${time}`;
}

/** `JADA · Sun May 30, 9:00 AM — cancelled`: which charter, then what about it. */
export const subjectLine = (vessel: string, start: WallTime, news: string): string =>
  `${vessel} · ${shortWhen(start)} — ${news}`;

/** `in 3 days`, `in 23 hours`, `in 40 minutes`, to the start of a charter. */
export function timeLeft(startsAt: Instant, now: Date): string {
  const minutes = Math.max(1, Math.round((Date.parse(startsAt) - now.getTime()) / 60_000));
  const [unit, size] = UNITS.find(([, , from]) => minutes >= from)!;
  return IN_WORDS.format(Math.round(minutes / size), unit);
}

const IN_WORDS = new Intl.RelativeTimeFormat('en-US');
/** Unit, its minutes, and from how many minutes on it is used. */
const UNITS = [
  ['day', 1440, 36 * 60],
  ['hour', 60, 90],
  ['minute', 1, 0],
] as const;

export interface Change {
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** What changed, in words. Paths that mean nothing to a person (a page id, a map's address) are left out. */
export function changeLines(changes: readonly Change[], zone: Zone): Letter['changes'] {
  const zoneBefore = changes.find(({ path }) => path === 'zone')?.from;
  const before = typeof zoneBefore === 'string' ? zoneBefore : zone;
  return Object.entries(FIELDS).flatMap(([path, field]) =>
    changes
      .filter((change) => change.path === path)
      .map(({ from, to }) => ({
        label: field.label,
        from: toText(field, from, before),
        to: toText(field, to, zone),
      })),
  );
}

interface Field {
  readonly label: string;
  readonly text?: (value: never, zone: Zone) => string;
}

/** What people are told of, in the order in which they want to know. */
const FIELDS: Record<string, Field> = {
  status: { label: 'Status', text: (status: string) => STATUS_WORDS[status] ?? status },
  start: { label: 'Start', text: describeWallTime },
  end: { label: 'End', text: describeWallTime },
  zone: { label: 'Time zone' },
  hours: { label: 'Hours', text: (hours: number) => formatHours(hours) },
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
  value === undefined || value === null ? 'none' : isolate(text(value as never, zone));
