import * as z from 'zod';
import { isWallTime, isZone, readWallTime } from '#bookings/model/time.ts';
import { driftSchema } from '#bookings/reconcile/drift.ts';
import { calendarViewSchema } from '#bookings/model/views/calendar.ts';

const bookingKey = z.string().regex(/^[a-z0-9]+-[a-z0-9-]+$/, 'a booking key like boatsetter-xhqgmdh');
const wallTime = z.string().refine(isWallTime, 'a wall time like 2027-05-30T09:00');

const viewSchema = calendarViewSchema
  .extend({ start: wallTime, end: wallTime, zone: z.string().refine(isZone, 'an IANA zone') })
  .refine(({ start, end }) => start < end, { path: ['end'], message: 'an end after the start' })
  // The two before say what is wrong with either alone.
  .refine(({ start, zone }) => !isWallTime(start) || !isZone(zone) || readWallTime(start, zone).ok, {
    path: ['start'],
    message: 'a time that clocks show once in the zone',
  });

const ensureSchema = z.strictObject({
  action: z.literal('ensure'),
  bookingKey,
  /** The booking's revision; an entry with a higher one is left alone. */
  revision: z.int().positive(),
  view: viewSchema,
});

/** Compares the entry with what an `ensure` of the same would leave, and changes nothing. */
const inspectSchema = ensureSchema.extend({ action: z.literal('inspect') });

const getSchema = z.strictObject({
  action: z.literal('get'),
  bookingKey,
  /** Key of the calendar in CALENDAR_IDS. */
  calendar: z.string(),
});

const listSchema = z
  .strictObject({
    action: z.literal('list'),
    calendar: z.string(),
    /** First and last day, `2027-05-01`, both included. */
    from: z.iso.date(),
    to: z.iso.date(),
  })
  .refine(({ from, to }) => from <= to, { path: ['to'], message: 'a date not before `from`' });

/** What dashboard-api sends by Lambda invoke. */
export const requestSchema = z.discriminatedUnion('action', [
  ensureSchema,
  inspectSchema,
  getSchema,
  listSchema,
]);

export type CalendarRequest = z.input<typeof requestSchema>;
export type EnsureRequest = z.input<typeof ensureSchema>;
export type InspectRequest = z.input<typeof inspectSchema>;
export type GetRequest = z.input<typeof getSchema>;
export type ListRequest = z.input<typeof listSchema>;

const entrySchema = z.strictObject({
  eventId: z.string(),
  /** Null for an entry that a person made. */
  bookingKey: z.string().nullable(),
  revision: z.int().nullable(),
  title: z.string(),
  /** `deleted`: a person or this function took it out of the calendar. */
  status: z.enum(['present', 'deleted']),
  /** Whether the time counts as free. */
  free: z.boolean(),
  /** A date, last day included, or a wall time in the calendar's zone. */
  start: z.string(),
  end: z.string(),
  /** Whether somebody changed what this function wrote. */
  edited: z.boolean(),
  link: z.string().nullable(),
});
export type CalendarEntry = z.output<typeof entrySchema>;

const refusalSchema = z.discriminatedUnion('error', [
  /** `revision`: the higher one that the calendar already shows. */
  z.strictObject({ ok: z.literal(false), error: z.literal('stale'), revision: z.int() }),
  z.strictObject({ ok: z.literal(false), error: z.literal('invalid'), problems: z.array(z.string()) }),
]);

const ensuredSchema = z.strictObject({
  ok: z.literal(true),
  outcome: z.enum(['created', 'updated', 'restored', 'unchanged', 'deleted', 'absent']),
  eventId: z.string(),
});

/** Replies, by action. What Google refuses or cannot do is thrown, and reaches the caller as a FunctionError. */
export const replySchemas = {
  ensure: z.union([ensuredSchema, refusalSchema]),
  inspect: z.union([z.strictObject({ ok: z.literal(true), drift: driftSchema.nullable() }), refusalSchema]),
  get: z.union([z.strictObject({ ok: z.literal(true), entry: entrySchema.nullable() }), refusalSchema]),
  list: z.union([z.strictObject({ ok: z.literal(true), entries: z.array(entrySchema) }), refusalSchema]),
};

export type EnsureReply = z.output<typeof replySchemas.ensure>;
export type InspectReply = z.output<typeof replySchemas.inspect>;
export type GetReply = z.output<typeof replySchemas.get>;
export type ListReply = z.output<typeof replySchemas.list>;
