import { createHash } from 'node:crypto';
import type { KeptMap } from '../persistent-map.ts';
import { toInstant } from './event-fields.ts';
import type { StandInCalendar, StoredEvent } from './event-operations.ts';
import { GoogleError, invalid, notImplemented } from './google-error.ts';

const KNOWN = new Set([
  ...['timeMin', 'timeMax', 'timeZone', 'showDeleted', 'singleEvents', 'maxResults', 'pageToken', 'q'],
  ...['privateExtendedProperty', 'sharedExtendedProperty', 'updatedMin', 'orderBy', 'alt', 'prettyPrint'],
]);

/** One page of `events.list`. Throws {@link GoogleError}. */
export function listEvents(
  events: KeptMap<StoredEvent>,
  calendar: StandInCalendar,
  query: URLSearchParams,
): { readonly items: readonly StoredEvent[]; readonly nextPageToken?: string } {
  const unknown = [...query.keys()].find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw notImplemented(`the parameter ${unknown} of events.list`);
  const isWanted = toFilter(query, calendar);
  const found = [...events.values()].filter((event) => event.calendarId === calendar.id && isWanted(event));
  return paginate(found.sort(toOrder(query, calendar)), query);
}

function toFilter(query: URLSearchParams, calendar: StandInCalendar): (event: StoredEvent) => boolean {
  const [timeMin, timeMax, updatedMin] = ['timeMin', 'timeMax', 'updatedMin'].map((name) =>
    readInstant(query, name),
  );
  if (timeMin !== undefined && timeMax !== undefined && timeMin >= timeMax) {
    throw new GoogleError(400, 'timeRangeEmpty', 'The specified time range is empty.', {
      domain: 'calendar',
    });
  }
  const showDeleted = readFlag(query, 'showDeleted');
  const words = query.get('q')?.toLowerCase();
  const wanted = { private: readPairs(query, 'private'), shared: readPairs(query, 'shared') };
  return (event) =>
    // Entries deleted since `updatedMin` are always included.
    (event.status !== 'cancelled' || showDeleted || updatedMin !== undefined) &&
    (timeMin === undefined || toInstant(event.end, calendar.timeZone) > timeMin) &&
    (timeMax === undefined || toInstant(event.start, calendar.timeZone) < timeMax) &&
    (updatedMin === undefined || Date.parse(event.updated) >= updatedMin) &&
    (words === undefined || textOf(event).includes(words)) &&
    wanted.private.every(([key, value]) => event.extendedProperties?.private?.[key] === value) &&
    wanted.shared.every(([key, value]) => event.extendedProperties?.shared?.[key] === value);
}

function readInstant(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (!/T.*(Z|[+-]\d\d:\d\d)$/.test(text) || Number.isNaN(Date.parse(text))) {
    throw new GoogleError(400, 'badRequest', 'Bad Request', {
      location: { locationType: 'parameter', location: name },
    });
  }
  return Date.parse(text);
}

const readFlag = (query: URLSearchParams, name: string): boolean => query.get(name) === 'true';

function readPairs(
  query: URLSearchParams,
  kind: 'private' | 'shared',
): readonly (readonly [string, string])[] {
  return query.getAll(`${kind}ExtendedProperty`).map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw invalid(`Invalid extended property constraint: ${text}`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}

const textOf = ({ summary, description, location }: StoredEvent): string =>
  [summary, description, location].join('\n').toLowerCase();

type Order = (left: StoredEvent, right: StoredEvent) => number;

function toOrder(query: URLSearchParams, calendar: StandInCalendar): Order {
  const orderBy = query.get('orderBy');
  if (orderBy === 'updated') return (left, right) => Date.parse(left.updated) - Date.parse(right.updated);
  if (orderBy === 'startTime') {
    if (!readFlag(query, 'singleEvents')) {
      throw new GoogleError(
        400,
        'badRequest',
        'The requested ordering is not available for the particular query.',
      );
    }
    return (left, right) =>
      toInstant(left.start, calendar.timeZone) - toInstant(right.start, calendar.timeZone);
  }
  if (orderBy !== null) throw invalid('Invalid value for: orderBy');
  return (left, right) => (left.id < right.id ? -1 : 1);
}

function paginate(
  found: readonly StoredEvent[],
  query: URLSearchParams,
): { items: readonly StoredEvent[]; nextPageToken?: string } {
  const size = Number(query.get('maxResults') ?? 250);
  if (!Number.isInteger(size) || size < 1) throw invalid('Invalid value for: maxResults');
  const offset = readPageToken(query);
  const end = offset + Math.min(size, 2500);
  return {
    items: found.slice(offset, end),
    ...(end < found.length && { nextPageToken: `${queryHash(query)}.${end}` }),
  };
}

/** A page token belongs to one query: with other parameters Google refuses it. */
function readPageToken(query: URLSearchParams): number {
  const token = query.get('pageToken');
  if (token === null) return 0;
  const [hash, offset] = token.split('.');
  if (hash !== queryHash(query) || !/^\d+$/.test(offset ?? '')) throw invalid('Invalid page token value.');
  return Number(offset);
}

function queryHash(query: URLSearchParams): string {
  const rest = [...query].filter(([name]) => name !== 'pageToken');
  return createHash('sha256').update(JSON.stringify(rest)).digest('hex').slice(0, 16);
}
