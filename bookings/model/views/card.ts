import * as z from 'zod';
import type { Status } from '../booking-file.ts';
import type { Booking } from '../booking.ts';
import { sumCents } from '../money.ts';
import { dateOf, formatShortDate } from '../time.ts';

/** The revenue card: the only view that knows revenue. Amounts are integer cents of `currency`. */
export const cardViewSchema = z.strictObject({
  bookingKey: z.string(),
  platform: z.string(),
  id: z.string(),
  title: z.string(),
  lane: z.enum(['Inquiries', 'New Bookings', 'Cancelled']),
  date: z.string(),
  currency: z.string(),
  gross: z.int(),
  crew: z.int(),
  captain: z.int(),
  portFee: z.int(),
  net: z.int(),
});
export type CardView = z.output<typeof cardViewSchema>;

const LANES = {
  pending: 'Inquiries',
  confirmed: 'New Bookings',
  cancelled: 'Cancelled',
} as const satisfies Record<Status, CardView['lane']>;

export function toCardView(booking: Booking): CardView {
  const [captains, others] = [
    booking.crew.filter(({ role }) => role === 'captain'),
    booking.crew.filter(({ role }) => role !== 'captain'),
  ];
  const captain = sumCents(captains.map(({ pay }) => pay));
  const crew = sumCents(others.map(({ pay }) => pay));
  return {
    bookingKey: booking.key,
    platform: booking.platformName,
    id: booking.id,
    title: `${booking.platformName} — ${formatShortDate(booking.start)} (${booking.hours}h)`,
    lane: LANES[booking.status],
    date: dateOf(booking.start),
    currency: booking.vessel.currency,
    gross: booking.gross,
    crew,
    captain,
    portFee: booking.portFee,
    net: booking.gross - crew - captain - booking.portFee,
  };
}
