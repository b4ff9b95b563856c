import type { Booking } from '../model/booking.ts';
import { canonicalJson } from '../model/canonical.ts';
import { GUEST_FIELDS, type PageView } from '../model/views/page.ts';
import type { BookingRecord } from './ledger.ts';

/** A guest-visible field as it stood in the applied page's view, and as it stands in the booking. */
const READERS: Readonly<
  Record<
    (typeof GUEST_FIELDS)[number],
    { was: (view: PageView) => unknown; is: (booking: Booking) => unknown }
  >
> = {
  start: { was: (view) => view.start, is: (booking) => booking.start },
  hours: { was: (view) => view.hours, is: (booking) => booking.hours },
  vessel: { was: (view) => view.vessel.key, is: (booking) => booking.vessel.key },
  'guest.count': { was: (view) => view.guest.count, is: (booking) => booking.guest.count },
  'notes.guest': { was: (view) => view.notes, is: (booking) => booking.notes.guest },
};

/** Warnings for guest-visible changes made by hand: applied, but the guest's banner will not mention them. */
export function undocumentedChanges(booking: Booking, record: BookingRecord | undefined): string[] {
  const applied = record?.artefacts.page?.view as PageView | null | undefined;
  if (!applied || booking.status === 'cancelled') return [];
  const changed = GUEST_FIELDS.filter(
    (field) => !equal(READERS[field].was(applied), READERS[field].is(booking)),
  );
  return changed
    .filter(
      (field) =>
        !booking.amendments.some((amendment) => amendment.field === field && isCurrent(amendment, booking)),
    )
    .map((field) => {
      const from = quoted(JSON.stringify(READERS[field].was(applied) ?? null));
      const command = `npm run booking -- amend ${booking.key} --record ${field} --from ${from}`;
      return `${field} changed without an amendment, so the guest's page does not say so; record it: ${command}`;
    });
}

/** One word of a shell, whatever a note says: people copy the command. */
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Whether an amendment says what holds now. */
const isCurrent = ({ field, to }: Booking['amendments'][number], booking: Booking): boolean =>
  equal(to, READERS[field as keyof typeof READERS].is(booking) ?? null);

const equal = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);
