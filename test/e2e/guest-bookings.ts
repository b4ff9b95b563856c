import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { confirmed } from './bookings.ts';

/** More bookings with which a guest's page looks otherwise than with those of everybody. */
export const spanish = (): BookingFileInput => ({
  ...confirmed(),
  id: 'MZT5KC',
  pageId: 'p4hxw7nt',
  start: '2027-06-12T15:00',
  guest: { name: 'María José Fernández', count: 4, language: 'es' },
  notes: {},
});
export const amended = (): BookingFileInput => ({
  ...confirmed(),
  id: 'W8D3RK',
  pageId: 'kd3xmrh9',
  start: '2027-06-20T13:30',
  hours: 4,
  guest: { name: 'Sam Rivera', count: 12, language: 'en' },
  amendments: [
    { at: '2026-11-22T09:00:00-08:00', field: 'start', from: '2027-06-19T09:00', to: '2027-06-20T13:30' },
    { at: '2026-11-23T09:00:00-08:00', field: 'hours', from: 3, to: 4 },
    { at: '2026-11-24T09:00:00-08:00', field: 'guest.count', from: 6, to: 12 },
  ],
});

/** Of all these charters. */
export const BEFORE = '2027-05-01T12:00:00-07:00';

/** Each way in which a page can be found, when, and how it greets then in English and in Spanish. */
export const STATES = [
  {
    what: 'confirmed',
    page: 'xhqgmdh',
    at: BEFORE,
    greets: ['Welcome aboard, Alex', 'Le damos la bienvenida a bordo, Alex'],
  },
  {
    what: 'changed',
    page: 'kd3xmrh9',
    at: BEFORE,
    greets: ['Welcome aboard, Sam', 'Le damos la bienvenida a bordo, Sam'],
  },
  {
    what: 'on the day',
    page: 'xhqgmdh',
    at: '2027-05-30T08:00:00-07:00',
    greets: ['Today we sail, Alex', 'Hoy navegamos, Alex'],
  },
  {
    what: 'afterwards',
    page: 'xhqgmdh',
    at: '2027-06-01T08:00:00-07:00',
    greets: ['It was good to have you aboard, Alex', 'Fue un gusto tenerle a bordo, Alex'],
  },
  {
    what: 'long afterwards',
    page: 'xhqgmdh',
    at: '2027-07-01T08:00:00-07:00',
    greets: ['It was good to have you aboard, Alex', 'Fue un gusto tenerle a bordo, Alex'],
  },
  { what: 'on hold', page: 'rw8mhk4q', at: BEFORE, greets: ['Almost aboard, Alex', 'Casi a bordo, Alex'] },
  {
    what: 'on hold until it was over',
    page: 'rw8mhk4q',
    at: '2027-07-20T12:00:00-07:00',
    greets: ['Perhaps another day, Alex', 'Quizás otro día, Alex'],
  },
  {
    what: 'cancelled',
    page: 'mt6gq3yd',
    at: BEFORE,
    greets: ['Until another day, Alex', 'Hasta otro día, Alex'],
  },
] as const;
