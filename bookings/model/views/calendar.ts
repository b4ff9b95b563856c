import * as z from 'zod';
import { STATUSES } from '../booking-file.ts';
import type { Booking } from '../booking.ts';

/** What the internal calendar may know: no money. Times are wall times in `zone`. */
export const calendarViewSchema = z.strictObject({
  /** Key of the calendar in calendar-sync's configuration. */
  calendar: z.string(),
  id: z.string(),
  platform: z.string(),
  guestName: z.string(),
  vessel: z.string(),
  status: z.enum(STATUSES),
  start: z.string(),
  end: z.string(),
  zone: z.string(),
  hours: z.number(),
  /** `name` is null for an open position. */
  crew: z.array(z.strictObject({ name: z.string().nullable(), role: z.string(), hours: z.number() })),
  /** Internal notes. */
  notes: z.string().optional(),
});
export type CalendarView = z.output<typeof calendarViewSchema>;

export const toCalendarView = (booking: Booking): CalendarView => ({
  calendar: booking.vessel.calendar,
  id: booking.id,
  platform: booking.platformName,
  guestName: booking.guest.name,
  vessel: booking.vessel.name,
  status: booking.status,
  start: booking.start,
  end: booking.end,
  zone: booking.vessel.zone,
  hours: booking.hours,
  crew: booking.crew.map(({ member, role, hours }) => ({ name: member?.name ?? null, role, hours })),
  notes: booking.notes.internal,
});
