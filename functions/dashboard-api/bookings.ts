import * as z from 'zod';
import { STATUSES } from '#bookings/model/booking-file.ts';
import { ARTEFACTS, type Artefact } from '#bookings/model/views.ts';
import type { BookingRecord } from '#bookings/reconcile/ledger.ts';
import type { Key, Table } from '../adapters/dynamodb.ts';
import { BOOKING_PREFIX, detailKey, toBookingRecord } from '../adapters/ledger-items.ts';

const artefactSchema = z.object({
  /** `in doubt`: an attempt was announced and neither succeeded nor failed yet. */
  state: z.enum(['applied', 'failed', 'in doubt']),
  hash: z.string().nullable(),
  remoteId: z.string(),
  revision: z.int(),
  appliedAt: z.string().nullable(),
  /** Failed attempts since it last succeeded, and why the last one failed. */
  attempts: z.int(),
  error: z.string().nullable(),
});

/** A booking as the ledger has it, without any view: no amounts, no names. */
export const bookingSchema = z.object({
  bookingKey: z.string(),
  /** Of the last applied page; null before the first. Times are wall times in `zone`. */
  charter: z
    .object({ status: z.enum(STATUSES), start: z.string(), end: z.string(), zone: z.string() })
    .nullable(),
  endsAt: z.string(),
  cancelled: z.boolean(),
  revision: z.int(),
  /** Whether everything of this revision is in place. */
  completed: z.boolean(),
  run: z.string(),
  commit: z.string(),
  artefacts: z.partialRecord(z.enum(ARTEFACTS), artefactSchema),
});
export type ListedBooking = z.output<typeof bookingSchema>;

/** With the last applied views, revenue included: the operator's own. */
export const bookingDetailSchema = bookingSchema.extend({
  views: z.partialRecord(z.enum(ARTEFACTS), z.unknown()),
});
export type BookingDetail = z.output<typeof bookingDetailSchema>;

/** What the ledger says of bookings. */
export interface Bookings {
  /** A page in no particular order; it may be short, or empty, before the last. */
  list(page: { limit: number; after: Key | undefined }): Promise<{
    bookings: ListedBooking[];
    next: Key | null;
  }>;
  find(bookingKey: string): Promise<BookingDetail | undefined>;
}

export function createBookings(table: Table): Bookings {
  return {
    async list({ limit, after }) {
      const filter = { text: 'begins_with(#pk, :prefix)', values: { prefix: BOOKING_PREFIX } };
      const page = await table.scan({ filter, limit, after });
      return {
        bookings: page.items.map((item) => toListed(toBookingRecord(item))),
        next: page.next ?? null,
      };
    },
    async find(bookingKey) {
      const item = await table.get({ pk: detailKey(bookingKey) });
      return item && toDetail(toBookingRecord(item));
    },
  };
}

const toListed = (record: BookingRecord): ListedBooking => ({
  bookingKey: record.bookingKey,
  charter: charterOf(record),
  endsAt: record.endsAt,
  cancelled: record.cancelled,
  revision: record.revision,
  completed: record.completed,
  run: record.run,
  commit: record.commit,
  artefacts: byArtefact(record, (artefact) => toState(record, artefact)),
});

const toDetail = (record: BookingRecord): BookingDetail => ({
  ...toListed(record),
  views: byArtefact(record, (artefact) => record.artefacts[artefact]?.view ?? null),
});

/** The page's view is the first to be applied; a page that failed leaves the calendar's. */
function charterOf({ artefacts }: BookingRecord): ListedBooking['charter'] {
  const schema = bookingSchema.shape.charter.unwrap();
  const found = [artefacts.page?.view, artefacts.calendar?.view].map((view) => schema.safeParse(view));
  return found.find(({ success }) => success)?.data ?? null;
}

function byArtefact<T>(
  { artefacts, failures }: BookingRecord,
  toValue: (artefact: Artefact) => T,
): Partial<Record<Artefact, T>> {
  const known = ARTEFACTS.filter((artefact) => artefact in artefacts || artefact in failures);
  return Object.fromEntries(known.map((artefact) => [artefact, toValue(artefact)]));
}

function toState({ artefacts, failures }: BookingRecord, artefact: Artefact) {
  const applied = artefacts[artefact];
  const failure = failures[artefact];
  const state = failure !== undefined ? 'failed' : applied?.attempt !== null ? 'in doubt' : 'applied';
  return {
    state,
    hash: applied?.hash ?? null,
    remoteId: applied?.remoteId ?? '',
    revision: applied?.revision ?? 0,
    appliedAt: applied?.appliedAt ?? null,
    attempts: failure?.attempts ?? 0,
    error: failure?.error ?? null,
  } as const;
}
