import ical, {
  ICalCalendarMethod,
  ICalEventStatus,
  ICalEventTransparency,
  type ICalEventData,
  type ICalLuxonDateTimeStub,
} from 'ical-generator';
import { tzlib_get_ical_block } from 'timezones-ical-library';
import { remembered } from '#bookings/model/remembered.ts';
import { readWallTime, wallTimeAt, type Instant, type Zone } from '#bookings/model/time.ts';

/** A charter as an entry of a calendar file. */
export interface CalendarEntry {
  /** The same for all time: by it a calendar finds what it already has. */
  readonly uid: string;
  /** Rises with every change. */
  readonly sequence: number;
  /** Instant of what is told here. */
  readonly stamp: Instant;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  /** By whose clock the times are shown. */
  readonly zone: Zone;
  readonly status: 'CONFIRMED' | 'TENTATIVE' | 'CANCELLED';
  readonly isBusy: boolean;
  readonly summary: string;
  readonly location: string;
  readonly url: string;
  /** Lines. */
  readonly description: readonly string[];
}

export interface CalendarOptions {
  /** `Crew`: names the program that writes, together with the language of its texts, `EN`. */
  readonly product: string;
  readonly language: string;
  /** Of a feed: what a calendar calls it, and how often it may ask again. */
  readonly feed?: { readonly name: string; readonly seconds: number };
}

/** RFC 5545, the same bytes for the same entries, on whatever machine. */
export function renderCalendar(entries: readonly CalendarEntry[], options: CalendarOptions): string {
  const { product, language, feed } = options;
  const calendar = ical({
    prodId: { company: 'Bosun', product, language },
    method: ICalCalendarMethod.PUBLISH,
    ...(feed !== undefined && { name: feed.name, ttl: feed.seconds }),
  });
  const zones = new Set<Zone>();
  for (const entry of entries) {
    const zone = zoneOf(entry);
    if (zone !== undefined) zones.add(zone);
    calendar.createEvent(toEvent(entry, zone));
  }
  return withZones(`${calendar.toString()}\r\n`, zones);
}

/**
 * ical-generator would have the zones' rules before properties of the calendar, where none may come after them, and
 * would fold them again each time; and it leaves out the line break at the end.
 */
function withZones(text: string, zones: ReadonlySet<Zone>): string {
  const blocks = [...zones].map((zone) => rulesOf(zone)).join('');
  return text.replace('BEGIN:VEVENT', () => `${blocks}BEGIN:VEVENT`);
}

function toEvent(entry: CalendarEntry, zone: Zone | undefined): ICalEventData {
  const stamp = new Date(entry.stamp);
  return {
    id: entry.uid,
    sequence: entry.sequence,
    stamp,
    lastModified: stamp,
    start: toDate(entry.startsAt),
    end: toDate(entry.endsAt),
    timezone: zone ?? null,
    status: ICalEventStatus[entry.status],
    transparency: entry.isBusy ? ICalEventTransparency.OPAQUE : ICalEventTransparency.TRANSPARENT,
    summary: entry.summary,
    location: entry.location,
    url: entry.url,
    description: entry.description.join('\n'),
  };
}

/**
 * A time as ical-generator asks for it, here as a date of Luxon: for a zone, then for date and clock in it. A wall time
 * alone it would read in the zone of this machine, which may skip it.
 */
function toDate(instant: Instant, zone = 'UTC'): ICalLuxonDateTimeStub {
  return {
    isValid: true,
    zone: { type: 'iana' },
    setZone: (other) => toDate(instant, other?.replace('utc', 'UTC')),
    toFormat: (format) => FORMATS[format]!(wallTimeAt(instant, zone)),
    toJSDate: () => new Date(instant),
    toJSON: () => instant,
  };
}

const FORMATS: Readonly<Record<string, (text: string) => string>> = {
  yyyyLLdd: (text) => text.slice(0, 10).replaceAll('-', ''),
  HHmmss: (text) => `${text.slice(11, 13)}${text.slice(14, 16)}00`,
};

/**
 * The zone in which times are written; without one they are in UTC. A start is never at a wall time that occurs twice,
 * but an end may be, and programs do not agree which of the two it is then.
 */
const zoneOf = ({ zone, endsAt }: CalendarEntry): Zone | undefined =>
  rulesOf(zone) === '' || !readWallTime(wallTimeAt(endsAt, zone), zone).ok ? undefined : zone;

/** A zone's VTIMEZONE; empty for UTC, which needs none, and for a zone that the library does not know. */
const rulesOf = remembered((zone: Zone): string => {
  const block = zone === 'UTC' ? '' : ([tzlib_get_ical_block(zone)].flat()[0] ?? '');
  // Of an older name of a zone the library gives the newer one, to which no time would refer.
  return block === '' ? '' : `${block.trim().replace(/^TZID:.*$/m, () => `TZID:${zone}`)}\r\n`;
});
