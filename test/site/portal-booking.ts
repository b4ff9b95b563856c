import type { Booking } from '#bookings/model/booking.ts';

const HOUR = 3_600_000;
/** So many hours from now. */
export const instant = (hours: number) =>
  new Date(Date.now() + hours * HOUR).toISOString().replace(/\.\d+Z$/, 'Z');

/** Maria as captain, John as deckhand, and an open place that invites Mia; tomorrow. */
export const booking: Booking = {
  key: 'boatsetter-xhqgmdh',
  platform: 'boatsetter',
  platformName: 'Boatsetter',
  id: 'XHQGMDH',
  pageId: 'xhqgmdhpage',
  status: 'confirmed',
  bookedAt: '2026-11-21T02:03:00Z',
  vessel: {
    key: 'jada',
    name: 'JADA',
    zone: 'America/Los_Angeles',
    currency: 'USD',
    berth: { name: 'Harbor Island West Marina, dock C', map: 'https://maps.example/?q=dock+c' },
    checkInMinutes: 15,
    contact: { name: 'Queen of San Diego', phone: '+1 619 555 0142', email: 'hello@queenofsandiego.com' },
    emergency: { name: 'Captain on duty', phone: '+1 619 555 0177' },
    reviewUrl: 'https://www.boatsetter.com/',
    capacity: 12,
    minimumCrew: [],
    turnaroundMinutes: 60,
    site: 'queenofsandiego.com',
    calendar: 'jada',
    checklists: [],
  },
  start: '2027-05-30T09:00',
  end: '2027-05-30T12:00',
  startsAt: instant(24),
  endsAt: instant(27),
  hours: 3,
  guest: { name: 'Alex Morgan', count: 6, language: 'en' },
  gross: 84_075,
  portFee: 15_134,
  crew: [
    {
      key: 'maria',
      member: { key: 'maria', name: 'Maria <b>Lopez</b>' },
      role: 'captain',
      hours: 5,
      pay: 25_011,
      candidates: [],
      substitutes: [],
    },
    {
      key: 'john',
      member: { key: 'john', name: 'John Reyes' },
      role: 'deckhand',
      hours: 4.5,
      pay: 11_250,
      candidates: [],
      substitutes: ['zoe'],
    },
    {
      key: 'deckhand-1',
      member: null,
      role: 'deckhand',
      hours: 4,
      pay: 10_099,
      candidates: ['mia'],
      substitutes: [],
    },
  ],
  checklists: [
    {
      key: 'before',
      title: 'Before the guests come',
      phase: 'pre-charter',
      items: [
        { key: 'fuel', text: 'Fuel and water checked' },
        { key: 'lines', text: 'Lines checked' },
      ],
    },
  ],
  notes: { crew: 'Fenders are in the port locker.\r\nBring <i>gloves</i>.', internal: 'Owner rate.' },
  amendments: [],
  rebookedFrom: undefined,
  exceptions: [],
  fileHash: 'f',
};
