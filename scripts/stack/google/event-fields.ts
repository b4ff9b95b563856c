import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import { GoogleError, invalid, notImplemented } from './google-error.ts';

/** A point in an event: an all-day `date`, or a `dateTime` with an offset or a `timeZone`. */
export interface EventTime {
  readonly date?: string | undefined;
  readonly dateTime?: string | undefined;
  readonly timeZone?: string | undefined;
}

/** The fields a client may write; anything else that a request names answers 501. */
export interface EventFields {
  readonly id?: string | undefined;
  readonly status?: 'confirmed' | 'tentative' | 'cancelled' | undefined;
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  readonly location?: string | undefined;
  readonly colorId?: string | undefined;
  readonly transparency?: 'opaque' | 'transparent' | undefined;
  readonly visibility?: string | undefined;
  readonly start?: EventTime | undefined;
  readonly end?: EventTime | undefined;
  readonly sequence?: number | undefined;
  readonly reminders?: { readonly useDefault?: boolean | undefined } | undefined;
  readonly extendedProperties?: {
    readonly private?: Readonly<Record<string, string>> | undefined;
    readonly shared?: Readonly<Record<string, string>> | undefined;
  };
}

const time = z.strictObject({
  date: z
    .string()
    .nullish()
    .transform((value) => value ?? undefined),
  dateTime: z
    .string()
    .nullish()
    .transform((value) => value ?? undefined),
  timeZone: z.string().optional(),
});
const properties = z.record(z.string().max(44), z.string().max(1024));

const fieldsSchema = z.strictObject({
  id: z.string().optional(),
  status: z.enum(['confirmed', 'tentative', 'cancelled']).optional(),
  summary: z.string().max(1024).optional(),
  description: z.string().max(8192).optional(),
  location: z.string().optional(),
  colorId: z.string().optional(),
  transparency: z.enum(['opaque', 'transparent']).optional(),
  visibility: z.enum(['default', 'public', 'private', 'confidential']).optional(),
  start: time.optional(),
  end: time.optional(),
  sequence: z.int().optional(),
  reminders: z.strictObject({ useDefault: z.boolean().optional() }).optional(),
  extendedProperties: z
    .strictObject({ private: properties.optional(), shared: properties.optional() })
    .optional(),
});

/** What an event as read back also holds; clients often send it again with an update, and Google ignores it. */
const READ_ONLY = new Set([
  'kind',
  'etag',
  'htmlLink',
  'created',
  'updated',
  'creator',
  'organizer',
  'iCalUID',
  'eventType',
]);

/** Parses a request body. Throws {@link GoogleError}: 400 for bad values, 403 for attendees, 501 for fields not modelled. */
export function parseFields(body: unknown): EventFields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new GoogleError(400, 'parseError', 'Parse Error');
  }
  const entries = Object.entries(body).filter(([name]) => !READ_ONLY.has(name));
  if (entries.some(([name, value]) => name === 'attendees' && Array.isArray(value) && value.length > 0)) {
    throw new GoogleError(
      403,
      'forbiddenForServiceAccounts',
      'Service accounts cannot invite attendees without Domain-Wide Delegation of Authority.',
      { domain: 'calendar' },
    );
  }
  const unknown = entries.find(([name]) => !(name in fieldsSchema.shape));
  if (unknown !== undefined) throw notImplemented(`the event field ${unknown[0]}`);
  const parsed = fieldsSchema.safeParse(Object.fromEntries(entries));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(`Invalid value for: ${issue?.path.join('.')}: ${issue?.message}`);
}

/** Checks a client-chosen id: base32hex lower case, 5 to 1024 characters. */
export function checkId(id: string): void {
  if (!/^[a-v0-9]{5,1024}$/.test(id)) throw invalid('Invalid resource id value.');
}

/** Checks that both ends are there, of one style, and in order. */
export function checkTimes(fields: EventFields, calendarZone: string): void {
  const { start, end } = fields;
  if (start === undefined) throw new GoogleError(400, 'required', 'Missing start time.');
  if (end === undefined) throw new GoogleError(400, 'required', 'Missing end time.');
  for (const [name, value] of Object.entries({ start, end })) {
    if ((value.date === undefined) === (value.dateTime === undefined)) throw invalid(`Invalid ${name} time.`);
  }
  if ((start.date === undefined) !== (end.date === undefined)) {
    throw invalid('Invalid start or end: both must be dates or both date-times.');
  }
  if (toInstant(end, calendarZone) <= toInstant(start, calendarZone)) {
    throw new GoogleError(400, 'timeRangeEmpty', 'The specified time range is empty.', {
      domain: 'calendar',
    });
  }
}

/** Milliseconds since the epoch; an all-day date begins at midnight of the calendar's zone. */
export function toInstant({ date, dateTime, timeZone }: EventTime, calendarZone: string): number {
  try {
    if (date !== undefined) {
      if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new RangeError('not a date');
      return Temporal.PlainDate.from(date).toZonedDateTime({ timeZone: calendarZone }).epochMilliseconds;
    }
    if (/(Z|[+-]\d\d:\d\d)$/.test(dateTime!)) return Temporal.Instant.from(dateTime!).epochMilliseconds;
    if (timeZone !== undefined) {
      return Temporal.PlainDateTime.from(dateTime!).toZonedDateTime(timeZone).epochMilliseconds;
    }
  } catch {
    throw invalid(`Invalid value for: ${date ?? dateTime}`);
  }
  throw new GoogleError(400, 'required', 'Missing time zone definition for start time.');
}

/** A time as Google reads it back: date-times carry the offset of the reader's zone. */
export function presentTime(value: EventTime, calendarZone: string, readerZone: string): EventTime {
  if (value.date !== undefined) return { date: value.date };
  const zoned = Temporal.Instant.fromEpochMilliseconds(toInstant(value, calendarZone)).toZonedDateTimeISO(
    readerZone,
  );
  const dateTime = zoned.toString({ timeZoneName: 'never', smallestUnit: 'second' });
  return { dateTime, timeZone: value.timeZone ?? calendarZone };
}
