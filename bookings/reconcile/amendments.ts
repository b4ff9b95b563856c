import type { Booking } from '../model/booking.ts';
import { canonicalJson } from '../model/canonical.ts';
import type { PageView } from '../model/views/page.ts';
import type { BookingRecord } from './ports.ts';

/** What a guest notices, as a path in the booking file and as it stands in the page's view. */
const GUEST_FIELDS: readonly {
  field: string;
  of: (view: PageView) => unknown;
  now: (booking: Booking) => unknown;
}[] = [
  { field: 'start', of: (view) => view.start, now: (booking) => booking.start },
  { field: 'hours', of: (view) => view.hours, now: (booking) => booking.hours },
  { field: 'guest.count', of: (view) => view.guest.count, now: (booking) => booking.guest.count },
  { field: 'notes.guest', of: (view) => view.notes, now: (booking) => booking.notes.guest },
];

/** Warnings for guest-visible changes made by hand: applied, but the guest's banner will not mention them. */
export function undocumentedChanges(booking: Booking, record: BookingRecord | undefined): string[] {
  const applied = record?.artefacts.page?.view as PageView | null | undefined;
  if (!applied || booking.status === 'cancelled') return [];
  return GUEST_FIELDS.filter(
    ({ field, of, now }) => !equal(of(applied), now(booking)) && !isRecorded(booking, field, now),
  ).map(({ field, of }) => {
    const command = `npm run booking -- amend ${booking.key} --record ${field} --from '${JSON.stringify(of(applied) ?? null)}'`;
    return `${field} changed without an amendment, so the guest's page does not say so; record it: ${command}`;
  });
}

const isRecorded = (booking: Booking, field: string, now: (booking: Booking) => unknown): boolean =>
  booking.amendments.some((amendment) => amendment.field === field && equal(amendment.to, now(booking)));

const equal = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);
