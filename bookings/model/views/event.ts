import * as z from 'zod';
import type { Status } from '../booking-file.ts';
import { firstNameOf, type Booking } from '../booking.ts';
import { eventIdOf } from '../ids.ts';
import { CHECKLIST_PHASES } from '../reference.ts';

const position = z.strictObject({
  /** Member key, or `<role>-<n>` of an open position. */
  key: z.string(),
  member: z.string().nullable(),
  name: z.string().nullable(),
  role: z.string(),
  hours: z.number(),
  /** Members invited to an open position. */
  candidates: z.array(z.string()),
  /** Members with the role of an assigned position who could take it over; the captain is offered the free ones. */
  substitutes: z.array(z.string()),
});

/** A checklist with the texts of its items: SCC shows what git said, and never looks at git. */
const checklist = z.strictObject({
  key: z.string(),
  title: z.string(),
  phase: z.enum(CHECKLIST_PHASES),
  items: z.array(z.strictObject({ key: z.string(), text: z.string() })),
});
export type Checklist = z.output<typeof checklist>;

/** What everybody on the crew may know. No money at all: pay travels apart, in {@link eventSpecSchema}. */
export const eventViewSchema = z.strictObject({
  eventId: z.string(),
  bookingKey: z.string(),
  /** For presign and gallery; not shown to crew. */
  pageId: z.string(),
  status: z.enum(['confirmed', 'cancelled', 'on-hold']),
  vessel: z.strictObject({ key: z.string(), name: z.string() }),
  berth: z.strictObject({ name: z.string(), map: z.string() }),
  start: z.string(),
  end: z.string(),
  zone: z.string(),
  startsAt: z.string(),
  endsAt: z.string(),
  hours: z.number(),
  /** Of pay and expenses: `USD`. */
  currency: z.string(),
  guest: z.strictObject({ firstName: z.string(), count: z.int() }),
  crew: z.array(position),
  notes: z.string().optional(),
  checklists: z.array(checklist),
});
export type EventView = z.output<typeof eventViewSchema>;

/** Each position's own pay: only its holder, or the candidates of an open position, may read it. */
export const paySchema = z.record(z.string(), z.strictObject({ cents: z.int(), currency: z.string() }));
export type Pay = z.output<typeof paySchema>;

/** The event artefact: the view for all, and pay by position key. */
export const eventSpecSchema = z.strictObject({
  /** Sort key of `scc-events`: `bookedAt`, so that two creations of one event collide. */
  createdTimestamp: z.string(),
  view: eventViewSchema,
  pay: paySchema,
});
export type EventSpec = z.output<typeof eventSpecSchema>;

/** A pending booking has no event; one that had is "on hold". */
const EVENT_STATUS = {
  pending: 'on-hold',
  confirmed: 'confirmed',
  cancelled: 'cancelled',
} as const satisfies Record<Status, EventView['status']>;

export const toEventSpec = (booking: Booking): EventSpec => ({
  createdTimestamp: booking.bookedAt,
  view: {
    eventId: eventIdOf(booking.key),
    bookingKey: booking.key,
    pageId: booking.pageId,
    status: EVENT_STATUS[booking.status],
    vessel: { key: booking.vessel.key, name: booking.vessel.name },
    berth: booking.vessel.berth,
    start: booking.start,
    end: booking.end,
    zone: booking.vessel.zone,
    startsAt: booking.startsAt,
    endsAt: booking.endsAt,
    hours: booking.hours,
    guest: { firstName: firstNameOf(booking.guest.name), count: booking.guest.count },
    currency: booking.vessel.currency,
    crew: booking.crew.map(({ key, member, role, hours, candidates, substitutes }) => ({
      key,
      member: member?.key ?? null,
      name: member?.name ?? null,
      role,
      hours,
      candidates: [...candidates],
      substitutes: [...substitutes],
    })),
    notes: booking.notes.crew,
    checklists: booking.checklists.map(({ items, ...list }) => ({ ...list, items: [...items] })),
  },
  pay: Object.fromEntries(
    booking.crew.map(({ key, pay }) => [key, { cents: pay, currency: booking.vessel.currency }]),
  ),
});
