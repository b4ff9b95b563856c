import { nextDate, wallTimeAt } from '#bookings/model/time.ts';
import type { RemoteEntry } from './calendars.ts';
import type { CalendarEntry } from './contract.ts';
import { contentHash, type EntryContent, type EntryTime } from './entry.ts';

/** An entry in the words of the contract. */
export function toCalendarEntry({ eventId, properties, content, ...rest }: RemoteEntry): CalendarEntry {
  const { bookingKey, revision } = properties;
  return {
    eventId,
    bookingKey: bookingKey ?? null,
    revision: revision === undefined ? null : Number(revision),
    title: content.summary,
    status: rest.isDeleted ? 'deleted' : 'present',
    free: content.transparency === 'transparent',
    ...shownTimes(content),
    edited: bookingKey !== undefined && properties['content'] !== contentHash(content),
    link: rest.link,
  };
}

/** Dates, the last day included, or wall times with the zone whose clock shows them. */
export const shownTimes = ({ start, end }: Pick<EntryContent, 'start' | 'end'>) => ({
  start: textOf(start),
  end: 'date' in end ? dayBefore(end.date) : textOf(end),
});

const textOf = (time: EntryTime): string =>
  'date' in time ? time.date : wallTimeAt(time.dateTime, time.timeZone);

/**
 * Days, both included, as a range for Google. It is a day wider on each side, since which instants a day
 * covers depends on the calendar's zone; `isWithin` then decides by the entry's own dates.
 */
export function dayRange(from: string, to: string) {
  return {
    timeMin: `${dayBefore(from)}T00:00:00Z`,
    timeMax: `${nextDate(nextDate(to))}T00:00:00Z`,
    isWithin: ({ start, end }: CalendarEntry): boolean =>
      start.slice(0, 10) <= to && end.slice(0, 10) >= from,
  };
}

const dayBefore = (date: string): string =>
  new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);
