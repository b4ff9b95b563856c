import * as z from 'zod';
import { STATUSES } from '../booking-file.ts';
import { firstNameOf, type Booking } from '../booking.ts';
import { LANGUAGES } from '../language.ts';
import { addHours, compareInstants } from '../time.ts';

const amendment = z.strictObject({ at: z.string(), field: z.string(), from: z.unknown(), to: z.unknown() });

/** What the guest's page and its calendar file may know. No money, no crew, no platform. */
export const pageViewSchema = z.strictObject({
  pageId: z.string(),
  status: z.enum(STATUSES),
  language: z.enum(LANGUAGES),
  guest: z.strictObject({ name: z.string(), firstName: z.string(), count: z.int() }),
  vessel: z.strictObject({ key: z.string(), name: z.string() }),
  /** Site of the guest pages, `queenofsandiego.com`: where calendar entries have their ids from. */
  site: z.string(),
  berth: z.strictObject({ name: z.string(), map: z.string() }),
  start: z.string(),
  end: z.string(),
  /** Wall time at the berth, as `start` and `end`. */
  checkIn: z.string(),
  zone: z.string(),
  /** Instants of `start` and `end`. */
  startsAt: z.string(),
  endsAt: z.string(),
  hours: z.number(),
  contact: z.strictObject({ name: z.string(), phone: z.string(), email: z.string() }),
  emergency: z.strictObject({ name: z.string(), phone: z.string() }),
  reviewUrl: z.string(),
  notes: z.string().optional(),
  amendments: z.array(amendment),
  /** Instant at which what is told here was last agreed: the booking, or its last amendment. */
  stamp: z.string(),
});
export type PageView = z.output<typeof pageViewSchema>;

/** What a guest notices when it changes, as a path in the booking file; a reason is the operator's own. */
export const GUEST_FIELDS = ['start', 'hours', 'vessel', 'guest.count', 'notes.guest'] as const;
const isGuestField = (field: string): boolean => (GUEST_FIELDS as readonly string[]).includes(field);

export const toPageView = (booking: Booking): PageView => {
  const { guest, vessel } = booking;
  const amendments = booking.amendments.filter(({ field }) => isGuestField(field));
  return {
    pageId: booking.pageId,
    status: booking.status,
    language: guest.language,
    guest: { name: guest.name, firstName: firstNameOf(guest.name), count: guest.count },
    vessel: { key: vessel.key, name: vessel.name },
    site: vessel.site,
    berth: vessel.berth,
    start: booking.start,
    end: booking.end,
    checkIn: addHours(booking.start, vessel.zone, -vessel.checkInMinutes / 60),
    zone: vessel.zone,
    startsAt: booking.startsAt,
    endsAt: booking.endsAt,
    hours: booking.hours,
    contact: vessel.contact,
    emergency: vessel.emergency,
    reviewUrl: vessel.reviewUrl,
    notes: booking.notes.guest,
    amendments: amendments.map(({ at, field, from, to }) => ({ at, field, from, to })),
    stamp: latest([booking.bookedAt, ...amendments.map(({ at }) => at)]),
  };
};

const latest = (instants: readonly string[]): string =>
  instants.reduce((one, other) => (compareInstants(one, other) < 0 ? other : one));
