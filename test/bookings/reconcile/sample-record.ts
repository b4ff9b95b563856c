import type { BookingRecord } from '#bookings/reconcile/ledger.ts';

/** A booking whose page is in place and whose card failed. */
export const sampleRecord = (bookingKey: string, changes: Partial<BookingRecord> = {}): BookingRecord => ({
  bookingKey,
  identity: { platform: 'boatsetter', id: 'XHQGMDH', pageId: 'xhqgmdh', bookedAt: '2026-11-21T02:03:00Z' },
  revision: 1,
  target: 'target-1',
  fileHash: 'hash-of-file',
  completed: true,
  artefacts: {
    page: {
      hash: 'hash-of-page',
      view: { status: 'confirmed', start: '2027-05-30T09:00', hours: 2.5, amendments: [], notes: null },
      manifest: { 'g/xhqgmdh.html': 'aa', 'g/xhqgmdh.ics': 'bb' },
      remoteId: 'g/xhqgmdh.html',
      revision: 1,
      appliedAt: '2026-11-22T10:00:00Z',
      attempt: null,
    },
    card: {
      hash: null,
      view: null,
      remoteId: '',
      revision: 0,
      appliedAt: null,
      attempt: { hash: 'hash-of-card', revision: 1 },
    },
  },
  failures: { card: { attempts: 2, error: 'the board did not answer' } },
  endsAt: '2027-05-30T19:00:00Z',
  cancelled: false,
  run: 'run-1',
  commit: 'abc',
  ...changes,
});
