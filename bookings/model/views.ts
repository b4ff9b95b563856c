import type { Booking } from './booking.ts';
import { specHash } from './canonical.ts';
import { toCalendarView, type CalendarView } from './views/calendar.ts';
import { toCardView, type CardView } from './views/card.ts';
import { toEventSpec, type EventSpec } from './views/event.ts';
import { toPageView, type PageView } from './views/page.ts';
import { toSummaryView, type SummaryView } from './views/summary.ts';

/** The five things in the outside world that a booking owns, in the order in which they are made. */
export const ARTEFACTS = ['page', 'calendar', 'event', 'card', 'summary'] as const;
export type Artefact = (typeof ARTEFACTS)[number];

/** What each artefact may know of a booking, and nothing else. */
export interface Views {
  readonly page: PageView;
  readonly calendar: CalendarView;
  readonly event: EventSpec;
  readonly card: CardView;
  readonly summary: SummaryView;
}

export const toViews = (booking: Booking): Views => ({
  page: toPageView(booking),
  calendar: toCalendarView(booking),
  event: toEventSpec(booking),
  card: toCardView(booking),
  summary: toSummaryView(booking),
});

export type SpecHashes = Readonly<Record<Artefact, string>>;

export const hashViews = (views: Views): SpecHashes => ({
  page: specHash(views.page),
  calendar: specHash(views.calendar),
  event: specHash(views.event),
  card: specHash(views.card),
  summary: specHash(views.summary),
});

/** The hash over all views: the target of a reservation, and what the ledger's index keeps of a booking. */
export const targetOf = (hashes: SpecHashes): string => specHash(hashes);
