import type { Calendars, RemoteEntry, Written } from '#functions/calendar-sync/calendars.ts';
import type { EntryTime } from '#functions/calendar-sync/entry.ts';
import { createOperations, type StoredEvent } from '#scripts/stack/google/event-operations.ts';
import { GoogleError } from '#scripts/stack/google/google-error.ts';
import type { Machine } from './machine.ts';

export const JADA = {
  id: 'jada@group.calendar.example.test',
  summary: 'JADA',
  timeZone: 'America/Los_Angeles',
};

const REPEATS = 4;

/** The stand-in's own operations of Google Calendar, without HTTP. */
export function createMemoryCalendars(
  events: Map<string, StoredEvent>,
  { call }: Machine,
  now: () => number,
): { calendars: Calendars; asPerson: ReturnType<typeof createOperations> } {
  const google = createOperations({ events, now, updateDeleted: 'restore' });
  const write = (
    what: string,
    meaning: Readonly<Record<number, Exclude<Written, 'done'>>>,
    effect: () => unknown,
  ) => call(`Google ${what}`, () => answer(meaning, effect), REPEATS);
  const calendars: Calendars = {
    get: (_, id) => call('Google get', () => toRemote(events.get(`${JADA.id}/${id}`)), REPEATS),
    insert: (_, id, body) =>
      write('insert', { 409: 'exists' }, () => google.insert(JADA, { ...body, id }, 'service')),
    update: (_, id, body, etag) =>
      write('update', { 403: 'forbidden', 404: 'gone', 410: 'gone', 412: 'changed' }, () =>
        google.update(JADA, id, body, etag),
      ),
    delete: (_, id, etag) =>
      write('delete', { 404: 'gone', 410: 'gone', 412: 'changed' }, () => google.delete(JADA, id, etag)),
    list: async () => [],
  };
  return { calendars, asPerson: google };
}

function answer(meaning: Readonly<Record<number, Exclude<Written, 'done'>>>, effect: () => unknown): Written {
  try {
    effect();
    return 'done';
  } catch (error) {
    const known = error instanceof GoogleError ? meaning[error.status] : undefined;
    if (known === undefined) throw error;
    return known;
  }
}

function toRemote(event: StoredEvent | undefined): RemoteEntry | undefined {
  if (event === undefined) return undefined;
  const { id, status, summary = '', description = '', start, end, transparency = 'opaque' } = event;
  return {
    eventId: id,
    etag: `"${Date.parse(event.updated)}${String(event.version).padStart(4, '0')}"`,
    isDeleted: status === 'cancelled',
    link: null,
    properties: event.extendedProperties?.private ?? {},
    content: {
      summary,
      description: description.trim(),
      start: start as EntryTime,
      end: end as EntryTime,
      transparency,
    },
  };
}
