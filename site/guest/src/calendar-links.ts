import type { Instant, Zone } from '#bookings/model/time.ts';

/** What goes into the reader's calendar. */
export interface CalendarEntry {
  readonly title: string;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly zone: Zone;
  readonly place: string;
  readonly details: string;
}

/** Addresses that open a calendar on the web with the entry filled in, for the reader to save. */
export const calendarLinks = (entry: CalendarEntry): { google: string; outlook: string } => ({
  google: address('https://calendar.google.com/calendar/render', {
    action: 'TEMPLATE',
    text: entry.title,
    dates: `${compact(entry.startsAt)}/${compact(entry.endsAt)}`,
    ctz: entry.zone,
    location: entry.place,
    details: entry.details,
  }),
  outlook: address('https://outlook.live.com/calendar/0/deeplink/compose', {
    path: '/calendar/action/compose',
    rru: 'addevent',
    subject: entry.title,
    startdt: entry.startsAt,
    enddt: entry.endsAt,
    location: entry.place,
    body: entry.details,
  }),
});

/** Outlook shows the plus signs that URLSearchParams makes of spaces. */
const address = (base: string, fields: Readonly<Record<string, string>>): string =>
  `${base}?${Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`)
    .join('&')}`;

/** `20270530T160000Z` */
const compact = (instant: Instant): string => instant.replaceAll(/[-:]/g, '');
