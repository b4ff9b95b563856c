import { Temporal } from 'temporal-polyfill';
import { remembered } from './remembered.ts';
import { steadyOffset } from './steady-offset.ts';

/** Wall time of a charter, `2027-05-30T09:00`, meaningful only with a zone. */
export type WallTime = string;
/** IANA zone, `America/Los_Angeles`. */
export type Zone = string;
/** An instant in UTC with seconds, `2027-05-30T16:00:00Z`. */
export type Instant = string;

const WALL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

/** The instant of a wall time, or why there is none: not a date, in a DST gap, or in a DST overlap. */
export type WallTimeReading =
  | { readonly ok: true; readonly instant: Instant }
  | { readonly ok: false; readonly reason: string; readonly remedy: string };

/** Reads a wall time strictly: `Z`, offsets, seconds and times that a zone skips or repeats are refused. */
export const readWallTime = remembered((text: string, zone: Zone): WallTimeReading => {
  const moment = steadyMoment(text, zone);
  if (moment !== undefined) return { ok: true, instant: toInstant(moment) };
  const written = readWritten(text);
  if (!written.ok) return written;
  try {
    const zoned = written.value.toZonedDateTime(zone, { disambiguation: 'reject' });
    return { ok: true, instant: zoned.toInstant().toString() };
  } catch {
    return refuseTransition(written.value, zone);
  }
});

/** Epoch milliseconds of a wall time that is far from any change of clocks. */
function steadyMoment(text: string, zone: Zone): number | undefined {
  const shown = shownBy(text);
  const offset = shown === undefined ? undefined : steadyOffset(shown, zone);
  return shown === undefined || offset === undefined ? undefined : shown - offset;
}

/** Epoch milliseconds at which the clock of UTC shows a wall time; undefined when it is none. */
function shownBy(text: string): number | undefined {
  const shown = WALL_TIME.test(text) ? Date.parse(`${text}Z`) : Number.NaN;
  // A date that does not exist is taken for another one.
  return Number.isNaN(shown) || toWallTime(shown) !== text ? undefined : shown;
}

const toWallTime = (shown: number): WallTime => new Date(shown).toISOString().slice(0, 16);
const toInstant = (moment: number): Instant => new Date(moment).toISOString().replace(/\.?0*Z$/, 'Z');

/** `2027-05-30T09:00` and nothing else; whether the clock of a zone ever shows it is another question. */
export function isWallTime(text: string): boolean {
  return shownBy(text) !== undefined || readWritten(text).ok;
}

type Written = { ok: true; value: Temporal.PlainDateTime } | { ok: false; reason: string; remedy: string };

function readWritten(text: string): Written {
  if (!WALL_TIME.test(text)) return { ok: false, reason: describeForm(text), remedy: WALL_TIME_REMEDY };
  try {
    return { ok: true, value: Temporal.PlainDateTime.from(text, { overflow: 'reject' }) };
  } catch {
    return { ok: false, reason: 'a date or time that does not exist', remedy: WALL_TIME_REMEDY };
  }
}

const WALL_TIME_REMEDY =
  'write the time on the clock at the berth, without zone or seconds, like "2027-05-30T09:00"';

function describeForm(text: string): string {
  if (/Z$/i.test(text)) return 'a UTC time ("Z")';
  if (/[+-]\d{2}:?\d{2}$/.test(text)) return 'a time with an offset';
  return 'something that is not a wall time';
}

function refuseTransition(wall: Temporal.PlainDateTime, zone: Zone): WallTimeReading {
  const earlier = wall.toZonedDateTime(zone, { disambiguation: 'earlier' });
  const later = wall.toZonedDateTime(zone, { disambiguation: 'later' });
  const repeated = earlier.toPlainDateTime().equals(wall) && later.toPlainDateTime().equals(wall);
  const date = wall.toPlainDate().toString();
  return repeated
    ? {
        ok: false,
        reason: `a time that occurs twice in ${zone}: clocks go back on ${date}`,
        remedy: 'choose a start outside the repeated hour',
      }
    : {
        ok: false,
        reason: `a time that does not exist in ${zone}: clocks go forward on ${date}`,
        remedy: 'choose a start before or after the skipped hour',
      };
}

/** The wall time so many hours of elapsed time later, as the clock at the berth shows it (over DST changes too). */
export function addHours(wall: WallTime, zone: Zone, hours: number): WallTime {
  const minutes = Math.round(hours * 60);
  const moment = steadyMoment(wall, zone);
  const later = moment === undefined ? undefined : moment + minutes * 60_000;
  const offset = later === undefined ? undefined : steadyOffset(later, zone);
  if (later !== undefined && offset !== undefined) return toWallTime(later + offset);
  const start = Temporal.PlainDateTime.from(wall).toZonedDateTime(zone, { disambiguation: 'reject' });
  return wallTimeOf(start.add({ minutes }));
}

/** The instant so many hours (negative: earlier) from another, to the minute. */
export const shiftInstant = (instant: Instant, hours: number): Instant =>
  toInstant(Date.parse(instant) + Math.round(hours * 60) * 60_000);

/** Elapsed minutes from one instant to another; negative when that is earlier. */
export const minutesBetween = (one: Instant, other: Instant): number =>
  (Date.parse(other) - Date.parse(one)) / 60_000;

/** The wall time of an instant in a zone. */
export const wallTimeAt = remembered((instant: Instant, zone: Zone): WallTime => {
  const moment = Date.parse(instant);
  const offset = steadyOffset(moment, zone);
  if (offset !== undefined) return toWallTime(moment + offset);
  return wallTimeOf(Temporal.Instant.from(instant).toZonedDateTimeISO(zone));
});

const wallTimeOf = (zoned: Temporal.ZonedDateTime): WallTime =>
  zoned.toPlainDateTime().toString({ smallestUnit: 'minute' });

/** `2027-05-30` of a wall time. */
export const dateOf = (wall: WallTime): string => wall.slice(0, 10);

/** The instant at which the day of a wall time begins in a zone. */
export const startOfDay = remembered((wall: WallTime, zone: Zone): Instant => {
  const moment = steadyMoment(`${dateOf(wall)}T00:00`, zone);
  if (moment !== undefined) return toInstant(moment);
  return Temporal.PlainDate.from(dateOf(wall)).toZonedDateTime(zone).toInstant().toString();
});

/** The calendar day after a date: `2027-05-31` of `2027-05-30`. */
export const nextDate = (date: string): string => Temporal.PlainDate.from(date).add({ days: 1 }).toString();

/** `date` as an instant with an offset; undefined when it is none. */
export function parseInstant(text: string): Instant | undefined {
  const shown = PLAIN_INSTANT.test(text) ? Date.parse(`${text.slice(0, 19)}Z`) : Number.NaN;
  // A date that does not exist is taken for another one, which Temporal refuses.
  if (!Number.isNaN(shown) && toInstant(shown).startsWith(text.slice(0, 19)))
    return toInstant(Date.parse(text));
  try {
    return Temporal.Instant.from(text).toString();
  } catch {
    return undefined;
  }
}

/** As nearly all are written; others, such as one with fractions of a second, are for Temporal. */
const PLAIN_INSTANT = /^2\d{3}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

export const isZone = (zone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone.includes('/') || zone === 'UTC';
  } catch {
    return false;
  }
};

/** Negative when the first is earlier. Instants may be written with different offsets or precision. */
export function compareInstants(one: Instant, other: Instant): number {
  if (UTC_SECONDS.test(one) && UTC_SECONDS.test(other)) return one < other ? -1 : Number(one > other);
  return Temporal.Instant.compare(Temporal.Instant.from(one), Temporal.Instant.from(other));
}

/** Of one form and length, so that they sort as text. */
const UTC_SECONDS = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** `Sunday, May 30, 2027`, for people, in their language. */
export const formatDate = (wall: WallTime, language = 'en'): string => format('date', wall, language);

/** `May 30`, as in a card's title. */
export const formatShortDate = (wall: WallTime, language = 'en'): string =>
  format('shortDate', wall, language);

/** `9:00 AM` or `9:00`, as the language has it. */
export const formatTime = (wall: WallTime, language = 'en'): string =>
  format('time', wall, language).replaceAll('\u202F', ' ');

/** `PDT`: the zone's short name at that wall time, so that a reader in another zone is not misled. */
export const formatZone = (wall: WallTime, zone: Zone, language = 'en'): string =>
  zoneNameAt(
    steadyMoment(wall, zone) ?? Temporal.PlainDateTime.from(wall).toZonedDateTime(zone).epochMilliseconds,
    zone,
    language,
  );

/** `PDT`: the zone's short name at an instant. */
export const formatZoneAt = (instant: Instant, zone: Zone, language = 'en'): string =>
  zoneNameAt(Date.parse(instant), zone, language);

/** Far from any change of clocks the name is that of the whole day in UTC. */
function zoneNameAt(moment: number, zone: Zone, language: string): string {
  if (steadyOffset(moment, zone) === undefined) return askZoneName(moment, zone, language);
  return dayZoneName(new Date(moment).toISOString().slice(0, 10), zone, language);
}

const dayZoneName = remembered((day: string, zone: Zone, language: string): string =>
  askZoneName(Date.parse(day), zone, language),
);

function askZoneName(moment: number, zone: Zone, language: string): string {
  const parts = formatterOf('zone', language, zone).formatToParts(moment);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** The clock of UTC shows whatever it is given. */
const format = remembered((form: Form, wall: WallTime, language: string): string =>
  formatterOf(form, language, 'UTC').format(Date.parse(`${wall}Z`)),
);

const FORMS = {
  date: { weekday: 'long', year: 'numeric', month: 'long', day: 'numeric' },
  shortDate: { month: 'short', day: 'numeric' },
  time: { hour: 'numeric', minute: '2-digit' },
  zone: { timeZoneName: 'short' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
type Form = keyof typeof FORMS;

const LOCALES: Record<string, string> = { en: 'en-US', es: 'es-US' };

const formatterOf = remembered(
  (form: Form, language: string, timeZone: Zone) =>
    new Intl.DateTimeFormat(LOCALES[language] ?? language, { ...FORMS[form], timeZone }),
);
