import type { PageView } from '#bookings/model/views/page.ts';

const plain: PageView = {
  pageId: 'xhqgmdh',
  status: 'confirmed',
  language: 'en',
  guest: { name: 'Alex Morgan', firstName: 'Alex', count: 6 },
  vessel: { key: 'jada', name: 'JADA' },
  site: 'queenofsandiego.com',
  berth: { name: 'Harbor Island West Marina, dock C', map: 'https://maps.example/?q=dock+c&z=17' },
  start: '2027-05-30T09:00',
  end: '2027-05-30T12:00',
  checkIn: '2027-05-30T08:45',
  zone: 'America/Los_Angeles',
  startsAt: '2027-05-30T16:00:00Z',
  endsAt: '2027-05-30T19:00:00Z',
  hours: 3,
  contact: { name: 'Queen of San Diego', phone: '+1 619 555 0142', email: 'hello@queenofsandiego.com' },
  emergency: { name: 'Captain on duty', phone: '+1 619 555 0177' },
  reviewUrl: 'https://www.boatsetter.com/',
  notes: 'Please come 15 minutes early.\nShoes with light soles.',
  amendments: [],
  stamp: '2026-11-21T02:03:00Z',
};

export const HOSTILE_NAME = `<img src=x onerror=alert(1)> "$&" bosun-content-security-policy`;

const EMOJI = '👨‍👩‍👧‍👦'.repeat(20) + '👍🏽'.repeat(30) + '⛵'.repeat(150);
const LONG_WORD = 'Wolfeschlegelsteinhausenbergerdorff'.repeat(12);

/** One view for each way in which a page can look. */
export const pageViews = {
  confirmed: plain,
  pending: { ...plain, pageId: 'pending2', status: 'pending', notes: undefined },
  cancelled: { ...plain, pageId: 'cancelled3', status: 'cancelled' },
  spanish: { ...plain, pageId: 'spanish4', language: 'es' },
  amended: {
    ...plain,
    pageId: 'amended5',
    amendments: [
      { at: '2027-05-01T17:00:00Z', field: 'start', from: '2027-05-29T14:00', to: '2027-05-30T09:00' },
      { at: '2027-05-02T17:00:00Z', field: 'guest.count', from: 4, to: 6 },
      { at: '2027-05-03T17:00:00Z', field: 'hours', from: 2.5, to: 3 },
      { at: '2027-05-04T17:00:00Z', field: 'vessel', from: 'sea-breeze', to: 'jada' },
      { at: '2027-05-05T17:00:00Z', field: 'notes.guest', from: null, to: '<b>Bring</b> a hat' },
    ],
  },
  overnight: {
    ...plain,
    pageId: 'overnight6',
    start: '2027-03-13T22:00',
    end: '2027-03-14T06:30',
    checkIn: '2027-03-13T21:45',
    startsAt: '2027-03-14T06:00:00Z',
    endsAt: '2027-03-14T13:30:00Z',
    hours: 7.5,
  },
  hostile: {
    ...plain,
    pageId: 'hostile7',
    guest: { name: HOSTILE_NAME, firstName: HOSTILE_NAME, count: 1 },
    notes: '</p><script>alert(2)</script>',
    berth: { name: '"><svg onload=alert(3)>', map: 'https://maps.example/"onmouseover="alert(4)' },
  },
  rightToLeft: { ...plain, pageId: 'hebrew8', guest: { name: 'משה כהן', firstName: 'משה', count: 2 } },
  emoji: { ...plain, pageId: 'emoji9', guest: { name: EMOJI, firstName: EMOJI, count: 2 } },
  database: { ...plain, pageId: 'database', guest: { name: `"; DROP`, firstName: `";`, count: 2 } },
  longWord: {
    ...plain,
    pageId: 'longword',
    guest: { name: LONG_WORD, firstName: LONG_WORD, count: 2 },
    notes: LONG_WORD.repeat(4),
  },
} as const satisfies Record<string, PageView>;
