import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { xhqgmdh } from '#test/fixtures/bookings.ts';

/** The documented booking and three more, one for each way in which a booking can first be seen. */
export const confirmed = xhqgmdh;

export const pending = (): BookingFileInput => ({
  ...xhqgmdh(),
  platform: 'getmyboat',
  id: 'K7M2P4',
  pageId: 'rw8mhk4q',
  status: 'pending',
  start: '2027-07-17T17:30',
  hours: 2.5,
});

export const cancelled = (): BookingFileInput => ({
  ...xhqgmdh(),
  id: 'Q4R8TN',
  pageId: 'mt6gq3yd',
  status: 'cancelled',
  start: '2027-08-21T10:00',
});

/** Over before the world's clock starts. */
export const past = (): BookingFileInput => ({
  ...xhqgmdh(),
  platform: 'phone',
  id: 'P2610',
  pageId: 'y7pwd4kr',
  bookedAt: '2026-09-22T08:55:00-07:00',
  start: '2026-10-24T16:00',
});
