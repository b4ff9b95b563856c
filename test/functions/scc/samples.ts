import { eventIdOf } from '#bookings/model/ids.ts';
import type { Checklist, EventSpec, EventView } from '#bookings/model/views/event.ts';
import type { SummaryView } from '#bookings/model/views/summary.ts';
import type { EventPut } from '#functions/scc-api/put-event.ts';

export const BOOKED_AT = '2026-11-21T02:03:00Z';
export const NOW = new Date('2027-05-01T12:00:00Z');
/** Amounts that appear nowhere else, so that a search finds every place they got to. */
export const JOHNS_PAY = 7_654_321;
export const OPEN_PAY = 7_123_987;

type Position = EventView['crew'][number];

export const john: Position = {
  key: 'john',
  member: 'john',
  name: 'John Reyes',
  role: 'deckhand',
  hours: 5,
  candidates: [],
  substitutes: [],
};
export const openSkipper: Position = {
  key: 'skipper-1',
  member: null,
  name: null,
  role: 'skipper',
  hours: 5,
  candidates: ['ana', 'mia'],
  substitutes: [],
};

export const before: Checklist = {
  key: 'jada-before',
  title: 'Before the guests come',
  phase: 'pre-charter',
  items: [
    { key: 'fuel', text: 'Fuel and water checked' },
    { key: 'lines', text: 'Dock lines checked' },
  ],
};
export const after: Checklist = {
  key: 'jada-after',
  title: 'After the guests left',
  phase: 'post-charter',
  items: [{ key: 'cleaned', text: 'Deck, cabin and head cleaned' }],
};

export interface SampleOptions {
  readonly bookingKey?: string;
  readonly revision?: number;
  readonly view?: Partial<EventView>;
  readonly pay?: Record<string, number>;
  readonly summary?: Partial<SummaryView>;
}

/** A charter in May 2027 with John on board and a skipper wanted. */
export function samplePut(options: SampleOptions = {}): EventPut {
  const { bookingKey = 'boatsetter-xhqgmdh', revision = 1 } = options;
  const view = sampleView(bookingKey, options.view);
  return {
    revision,
    event: { createdTimestamp: BOOKED_AT, view, pay: samplePay(view, options.pay) },
    summary: sampleSummary(view, options.summary),
  };
}

const sampleView = (bookingKey: string, view: Partial<EventView> = {}): EventView => ({
  eventId: eventIdOf(bookingKey),
  bookingKey,
  pageId: 'xhqgmdh',
  status: 'confirmed',
  vessel: { key: 'jada', name: 'JADA' },
  berth: { name: 'Harbor Island West Marina, dock C', map: 'https://maps.example.test/?q=jada&z=1' },
  start: '2027-05-30T09:00',
  end: '2027-05-30T12:00',
  zone: 'America/Los_Angeles',
  startsAt: '2027-05-30T16:00:00Z',
  endsAt: '2027-05-30T19:00:00Z',
  hours: 3,
  currency: 'USD',
  guest: { firstName: 'Alex', count: 6 },
  crew: [john, openSkipper],
  notes: 'Bring <ice> & towels',
  checklists: [before, after],
  ...view,
});

function samplePay(view: EventView, pay: Record<string, number> = {}): EventSpec['pay'] {
  const cents = (position: Position) =>
    pay[position.key] ?? (position.member === null ? OPEN_PAY : JOHNS_PAY);
  return Object.fromEntries(
    view.crew.map((position) => [position.key, { cents: cents(position), currency: 'USD' }]),
  );
}

const SUMMARY_STATUS = { confirmed: 'confirmed', cancelled: 'cancelled', 'on-hold': 'pending' } as const;

const sampleSummary = (view: EventView, summary: Partial<SummaryView> = {}): SummaryView => ({
  bookingKey: view.bookingKey,
  platform: 'Boatsetter',
  id: 'XHQGMDH',
  pageId: view.pageId,
  status: SUMMARY_STATUS[view.status],
  guest: { name: 'Alex Morgan', count: view.guest.count, language: 'en' },
  vessel: view.vessel.name,
  berth: view.berth.name,
  start: view.start,
  end: view.end,
  zone: view.zone,
  hours: view.hours,
  crew: view.crew.map(({ key, name, role, hours }) => ({ key, name, role, hours })),
  notes: { crew: view.notes, internal: 'Paid in full' },
  ...summary,
});
