import { specHash } from '#bookings/model/canonical.ts';
import { dateOf, formatTime, nextDate } from '#bookings/model/time.ts';
import type { CalendarView } from '#bookings/model/views/calendar.ts';
import { isolate } from '#bookings/model/visible-text.ts';
import { endOf, startOf } from '../charter-time.ts';
import { shorten } from '../shorten.ts';
import type { CalendarStyle } from './env.ts';

/** A point of an entry: an all-day date, or an instant and the zone whose clock shows it. */
export type EntryTime = { readonly date: string } | { readonly dateTime: string; readonly timeZone: string };

/** What an entry shows. An all-day `end.date` is exclusive, as Google has it. */
export interface EntryContent {
  readonly summary: string;
  readonly description: string;
  readonly start: EntryTime;
  readonly end: EntryTime;
  readonly transparency: 'opaque' | 'transparent';
}

/** An entry as it is written: its content and, in private properties, where it comes from. */
export interface EntryBody extends EntryContent {
  readonly status: 'confirmed';
  readonly extendedProperties: {
    readonly private: { readonly bookingKey: string; readonly revision: string; readonly content: string };
  };
}

/** The calendar entry of one booking; no money and no contacts, and never attendees. */
export function toEntry(
  { bookingKey, revision, view }: { bookingKey: string; revision: number; view: CalendarView },
  style: CalendarStyle,
): EntryBody {
  const content = toContent(view, style);
  return {
    ...content,
    status: 'confirmed',
    extendedProperties: {
      private: { bookingKey, revision: String(revision), content: contentHash(content) },
    },
  };
}

/** Recognises content that a person edited: the hash stored beside it is then another. */
export const contentHash = (content: EntryContent): string => specHash(content);

function toContent(view: CalendarView, style: CalendarStyle): EntryContent {
  const { prefix, transparency } = APPEARANCE[view.status];
  const time = `${formatTime(view.start)}–${formatTime(view.end)}`;
  return {
    summary: `${prefix}${view.id} · ${isolate(shorten(view.guestName, LIMITS.guestName))} · ${time}`,
    description: shorten(describe(view, time), LIMITS.description),
    ...TIMES[style](view),
    transparency,
  };
}

/** Google refuses a title of more than 1,024 characters, of which ours needs some for more than the name, and a description of more than 8,192. */
const LIMITS = { guestName: 900, description: 8192 };

const APPEARANCE = {
  pending: { prefix: 'HOLD ', transparency: 'transparent' },
  confirmed: { prefix: '', transparency: 'opaque' },
  cancelled: { prefix: 'CANCELLED ', transparency: 'transparent' },
} as const;

function describe({ platform, vessel, zone, crew, notes }: CalendarView, time: string): string {
  const lines = crew.map(({ name, role, hours }) =>
    name === null ? `open — ${role}` : `${name} — ${role}, ${hours} h`,
  );
  const sections = [
    [`${platform} · ${vessel}`, `Charter: ${time} (${zone})`],
    lines,
    notes === undefined ? [] : [notes],
  ];
  return sections
    .filter((section) => section.length > 0)
    .map((section) => section.join('\n').trim())
    .join('\n\n');
}

const TIMES: Readonly<Record<CalendarStyle, (view: CalendarView) => Pick<EntryContent, 'start' | 'end'>>> = {
  'all-day': ({ start, end }) => ({
    start: { date: dateOf(start) },
    end: { date: dayAfterLast(start, end) },
  }),
  timed: (view) => ({
    start: { dateTime: startOf(view), timeZone: view.zone },
    end: { dateTime: endOf(view), timeZone: view.zone },
  }),
};

/** A charter that ends at midnight does not touch the next day; one that ends later does. */
function dayAfterLast(start: string, end: string): string {
  const endsAtMidnight = end.endsWith('T00:00') && dateOf(end) > dateOf(start);
  return endsAtMidnight ? dateOf(end) : nextDate(dateOf(end));
}
