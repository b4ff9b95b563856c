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

/** What a guest notices when it changes, as a path in the booking file; a reason is the operator's own. */
export const GUEST_FIELDS = ['start', 'hours', 'vessel', 'guest.count', 'notes.guest'] as const;
const isGuestField = (field: string): boolean => (GUEST_FIELDS as readonly string[]).includes(field);

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
    .filter(({ field }) => isGuestField(field))
    .map(({ at, field, from, to }) => ({ at, field, from, to })),
});
