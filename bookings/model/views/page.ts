import * as z from 'zod';
import { LANGUAGES, STATUSES } from '../booking-file.ts';
import type { Booking } from '../booking.ts';

const amendment = z.strictObject({ at: z.string(), field: z.string(), from: z.unknown(), to: z.unknown() });

/** What the guest's page may know. No money, no crew, no platform. */
export const pageViewSchema = z.strictObject({
  pageId: z.string(),
  status: z.enum(STATUSES),
  language: z.enum(LANGUAGES),
  guest: z.strictObject({ name: z.string(), count: z.int() }),
  vessel: z.string(),
  berth: z.strictObject({ name: z.string(), map: z.string() }),
  start: z.string(),
  end: z.string(),
  zone: z.string(),
  hours: z.number(),
  notes: z.string().optional(),
  amendments: z.array(amendment),
});
export type PageView = z.output<typeof pageViewSchema>;

/** Fields whose amendments a guest sees in the "what changed" banner; a reason is the operator's own. */
const GUEST_VISIBLE: ReadonlySet<string> = new Set([
  'start',
  'hours',
  'vessel',
  'guest.count',
  'notes.guest',
]);

export const toPageView = (booking: Booking): PageView => ({
  pageId: booking.pageId,
  status: booking.status,
  language: booking.guest.language,
  guest: { name: booking.guest.name, count: booking.guest.count },
  vessel: booking.vessel.name,
  berth: booking.vessel.berth,
  start: booking.start,
  end: booking.end,
  zone: booking.vessel.zone,
  hours: booking.hours,
  notes: booking.notes.guest,
  amendments: booking.amendments
    .filter(({ field }) => GUEST_VISIBLE.has(field))
    .map(({ at, field, from, to }) => ({ at, field, from, to })),
});
