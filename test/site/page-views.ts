import type { PageView } from '#bookings/model/views/page.ts';

const plain: PageView = {
  pageId: 'xhqgmdh',
  status: 'confirmed',
  language: 'en',
  guest: { name: 'Alex Morgan', count: 6 },
  vessel: 'JADA',
  berth: { name: 'Harbor Island West Marina, dock C', map: 'https://maps.example/?q=dock+c&z=17' },
  start: '2027-05-30T09:00',
  end: '2027-05-30T12:00',
  zone: 'America/Los_Angeles',
  hours: 3,
  notes: 'Please come 15 minutes early.\nShoes with light soles.',
  amendments: [],
};

export const HOSTILE_NAME = `<img src=x onerror=alert(1)> "$&" bosun-content-security-policy`;

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
    hours: 7.5,
  },
  hostile: {
    ...plain,
    pageId: 'hostile7',
    guest: { name: HOSTILE_NAME, count: 1 },
    notes: '</p><script>alert(2)</script>',
    berth: { name: '"><svg onload=alert(3)>', map: 'https://maps.example/"onmouseover="alert(4)' },
  },
} as const satisfies Record<string, PageView>;
