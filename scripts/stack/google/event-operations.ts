import type { KeptMap } from '../persistent-map.ts';
import { checkId, checkTimes, presentTime, type EventFields, type EventTime } from './event-fields.ts';
import { GoogleError, invalid, notFound } from './google-error.ts';

export interface StandInCalendar {
  readonly id: string;
  readonly summary: string;
  /** IANA zone of the calendar. */
  readonly timeZone: string;
  /** What the service account may do; `writer` unless said otherwise. */
  readonly access?: 'reader' | 'writer';
}

/** An event as it is kept, under `<calendar id>/<event id>`. */
export interface StoredEvent extends EventFields {
  readonly calendarId: string;
  readonly id: string;
  readonly status: 'confirmed' | 'tentative' | 'cancelled';
  readonly start: EventTime;
  readonly end: EventTime;
  readonly sequence: number;
  readonly version: number;
  readonly created: string;
  readonly updated: string;
  readonly creator: string;
}

/** How Google answers an update of a deleted event: both have been reported (FACTS.md). */
export type UpdateDeleted = 'restore' | 'forbid';

export interface Operations {
  insert(calendar: StandInCalendar, fields: EventFields, creator: string): StoredEvent;
  /** Also returns deleted events. */
  get(calendar: StandInCalendar, id: string): StoredEvent;
  update(calendar: StandInCalendar, id: string, fields: EventFields, ifMatch: string | null): StoredEvent;
  patch(calendar: StandInCalendar, id: string, fields: EventFields, ifMatch: string | null): StoredEvent;
  delete(calendar: StandInCalendar, id: string, ifMatch: string | null): void;
}

/** The single-event operations of Calendar v3. All throw {@link GoogleError}. */
export function createOperations(options: {
  readonly events: KeptMap<StoredEvent>;
  readonly now: () => number;
  readonly updateDeleted: UpdateDeleted;
}): Operations {
  const { events, updateDeleted } = options;
  const stamp = () => new Date(options.now()).toISOString();

  function store(event: StoredEvent): StoredEvent {
    events.set(`${event.calendarId}/${event.id}`, event);
    return event;
  }

  function get(calendar: StandInCalendar, id: string): StoredEvent {
    const event = events.get(`${calendar.id}/${id}`);
    if (event === undefined) throw notFound();
    return event;
  }

  function replace(calendar: StandInCalendar, current: StoredEvent, fields: EventFields): StoredEvent {
    if (current.status === 'cancelled' && updateDeleted === 'forbid')
      throw new GoogleError(403, 'forbidden', 'Forbidden');
    if (fields.id !== undefined && fields.id !== current.id) throw invalid('Invalid resource id value.');
    if ((fields.sequence ?? current.sequence) < current.sequence) {
      throw invalid(
        'Invalid sequence value. The specified sequence number is below the current sequence number of the resource. Re-fetch the resource and use its sequence number on the following request.',
      );
    }
    checkTimes(fields, calendar.timeZone);
    const { calendarId, id, created, creator } = current;
    const hasMoved =
      JSON.stringify([fields.start, fields.end]) !== JSON.stringify([current.start, current.end]);
    return store({
      ...(fields as EventFields & Pick<StoredEvent, 'start' | 'end'>),
      ...{ calendarId, id, created, creator },
      status: fields.status ?? 'confirmed',
      sequence: Math.max(fields.sequence ?? 0, current.sequence + (hasMoved ? 1 : 0)),
      version: current.version + 1,
      updated: stamp(),
    });
  }

  return {
    get,
    insert(calendar, fields, creator) {
      const id = fields.id ?? crypto.randomUUID().replaceAll('-', '');
      checkId(id);
      checkTimes(fields, calendar.timeZone);
      // A deleted event keeps its id, so the id cannot be used again.
      if (events.has(`${calendar.id}/${id}`)) {
        throw new GoogleError(409, 'duplicate', 'The requested identifier already exists.');
      }
      return store({
        ...(fields as EventFields & Pick<StoredEvent, 'start' | 'end'>),
        ...{ calendarId: calendar.id, id, creator, sequence: fields.sequence ?? 0, version: 0 },
        status: fields.status ?? 'confirmed',
        created: stamp(),
        updated: stamp(),
      });
    },
    update(calendar, id, fields, ifMatch) {
      const current = get(calendar, id);
      checkMatch(current, ifMatch);
      return replace(calendar, current, fields);
    },
    patch(calendar, id, fields, ifMatch) {
      const current = get(calendar, id);
      checkMatch(current, ifMatch);
      return replace(calendar, current, merge(current, fields));
    },
    delete(calendar, id, ifMatch) {
      const current = get(calendar, id);
      if (current.status === 'cancelled') throw new GoogleError(410, 'deleted', 'Resource has been deleted');
      checkMatch(current, ifMatch);
      store({ ...current, status: 'cancelled', version: current.version + 1, updated: stamp() });
    },
  };
}

/** An event as Google's API returns it, with times in the reader's zone. */
export function presentEvent(
  event: StoredEvent,
  calendar: StandInCalendar,
  readerZone: string,
): Record<string, unknown> {
  const { calendarId, version: _, creator, start, end, ...fields } = event;
  return {
    kind: 'calendar#event',
    etag: etagOf(event),
    ...fields,
    htmlLink: `https://www.google.com/calendar/event?eid=${Buffer.from(`${event.id} ${calendarId}`).toString('base64url')}`,
    creator: { email: creator },
    organizer: { email: calendarId, displayName: calendar.summary, self: true },
    start: presentTime(start, calendar.timeZone, readerZone),
    end: presentTime(end, calendar.timeZone, readerZone),
    iCalUID: `${event.id}@google.com`,
    eventType: 'default',
  };
}

const etagOf = ({ updated, version }: StoredEvent): string =>
  `"${Date.parse(updated)}${String(version).padStart(4, '0')}"`;

function checkMatch(event: StoredEvent, ifMatch: string | null): void {
  if (ifMatch === null || ifMatch === '*' || ifMatch === etagOf(event)) return;
  throw new GoogleError(412, 'conditionNotMet', 'Precondition Failed', {
    location: { locationType: 'header', location: 'If-Match' },
  });
}

function merge(current: StoredEvent, patch: EventFields): EventFields {
  const {
    calendarId: _calendarId,
    version: _version,
    created: _created,
    updated: _updated,
    creator: _creator,
    ...fields
  } = current;
  const { start, end, extendedProperties, ...rest } = patch;
  return {
    ...fields,
    ...rest,
    start: { ...fields.start, ...start },
    end: { ...fields.end, ...end },
    extendedProperties: {
      private: { ...fields.extendedProperties?.private, ...extendedProperties?.private },
      shared: { ...fields.extendedProperties?.shared, ...extendedProperties?.shared },
    },
  };
}
