import type { Artefact } from '#bookings/model/views.ts';
import type { ArtefactRecord, BookingRecord, Manifest } from '#bookings/reconcile/ledger.ts';
import type { Desired } from '#bookings/reconcile/states.ts';

/** What the ledger says of a booking that was applied once, with this page. */
export function appliedRecord(
  { key, booking, views, hashes, target }: Desired,
  manifest: Manifest,
  { commit, now }: { readonly commit: string; readonly now: string },
): BookingRecord {
  const record = (artefact: Artefact, remoteId: string): ArtefactRecord => ({
    hash: hashes[artefact],
    view: views[artefact],
    ...(artefact === 'page' && { manifest }),
    remoteId,
    revision: 1,
    appliedAt: now,
    attempt: null,
  });
  const { platform, id, pageId, bookedAt, status, fileHash, endsAt } = booking;
  const event = views.event.view.eventId;
  return {
    bookingKey: key,
    identity: { platform, id, pageId, bookedAt },
    revision: 1,
    ...{ target, fileHash, endsAt, commit },
    completed: true,
    artefacts: {
      page: record('page', `g/${pageId}.html`),
      calendar: record('calendar', event),
      card: record('card', key),
      // There is nothing to tell of what never was confirmed.
      ...(status === 'confirmed' && { event: record('event', event), summary: record('summary', event) }),
    },
    failures: {},
    cancelled: status === 'cancelled',
    run: 'bench',
  };
}
