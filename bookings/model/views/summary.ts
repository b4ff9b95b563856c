import * as z from 'zod';
import { STATUSES } from '../booking-file.ts';
import type { Booking } from '../booking.ts';

const note = z.string().optional();

/** What captain and booking manager are mailed: everything operational, no money (it links to the card). */
export const summaryViewSchema = z.strictObject({
  bookingKey: z.string(),
  platform: z.string(),
  id: z.string(),
  pageId: z.string(),
  status: z.enum(STATUSES),
  guest: z.strictObject({ name: z.string(), count: z.int(), language: z.string() }),
  vessel: z.string(),
  berth: z.string(),
  start: z.string(),
  end: z.string(),
  zone: z.string(),
  hours: z.number(),
  crew: z.array(
    z.strictObject({ key: z.string(), name: z.string().nullable(), role: z.string(), hours: z.number() }),
  ),
  notes: z.strictObject({ guest: note, crew: note, internal: note }),
  rebookedFrom: z.string().optional(),
});
export type SummaryView = z.output<typeof summaryViewSchema>;

export const toSummaryView = (booking: Booking): SummaryView => ({
  bookingKey: booking.key,
  platform: booking.platformName,
  id: booking.id,
  pageId: booking.pageId,
  status: booking.status,
  guest: booking.guest,
  vessel: booking.vessel.name,
  berth: booking.vessel.berth.name,
  start: booking.start,
  end: booking.end,
  zone: booking.vessel.zone,
  hours: booking.hours,
  crew: booking.crew.map(({ key, member, role, hours }) => ({
    key,
    name: member?.name ?? null,
    role,
    hours,
  })),
  notes: booking.notes,
  rebookedFrom: booking.rebookedFrom,
});
