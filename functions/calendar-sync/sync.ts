import type { Audit } from './audit.ts';
import type { Calendars } from './calendars.ts';
import type {
  EnsureReply,
  EnsureRequest,
  GetReply,
  GetRequest,
  InspectReply,
  InspectRequest,
  ListReply,
  ListRequest,
} from './contract.ts';
import { toEntry } from './entry.ts';
import type { CalendarStyle, CancelledStyle } from './env.ts';
import { inspectEntry } from './inspect.ts';
import { dayRange, toCalendarEntry } from './listing.ts';
import { findLatest, settle, type Task } from './settle.ts';

export interface SyncOptions {
  readonly calendars: Calendars;
  readonly audit: Audit;
  /** Calendar key → Google calendar id. */
  readonly calendarIds: Readonly<Record<string, string>>;
  readonly calendarStyle: CalendarStyle;
  readonly cancelledStyle: CancelledStyle;
}

export interface Sync {
  ensure(request: EnsureRequest): Promise<EnsureReply>;
  inspect(request: InspectRequest): Promise<InspectReply>;
  get(request: GetRequest): Promise<GetReply>;
  list(request: ListRequest): Promise<ListReply>;
}

/** Keeps one calendar entry per booking, whatever was there before, however often it is asked. */
export function createSync(options: SyncOptions): Sync {
  const { calendars, calendarIds } = options;
  return {
    async ensure(request) {
      const calendarId = calendarIds[request.view.calendar];
      if (calendarId === undefined) return unknownCalendar('view.calendar', calendarIds);
      // A vessel may have changed its calendar: what an earlier revision left in another one goes first.
      for (const other of new Set(Object.values(calendarIds).filter((id) => id !== calendarId))) {
        const removal = await settle(toTask(request, other, 'delete', options));
        if (!removal.ok) return removal;
      }
      const aim = isUnwanted(request.view, options) ? 'delete' : 'keep';
      return settle(toTask(request, calendarId, aim, options));
    },
    async inspect(request) {
      const { view, bookingKey } = request;
      const calendarId = calendarIds[view.calendar];
      if (calendarId === undefined) return unknownCalendar('view.calendar', calendarIds);
      const { entry } = await findLatest(calendars, calendarId, bookingKey);
      const wanted = isUnwanted(view, options) ? null : toEntry(request, options.calendarStyle);
      return { ok: true, drift: inspectEntry(entry, wanted) };
    },
    async get({ bookingKey, calendar }) {
      const calendarId = calendarIds[calendar];
      if (calendarId === undefined) return unknownCalendar('calendar', calendarIds);
      const { entry } = await findLatest(calendars, calendarId, bookingKey);
      return { ok: true, entry: entry === undefined ? null : toCalendarEntry(entry) };
    },
    async list({ calendar, from, to }) {
      const calendarId = calendarIds[calendar];
      if (calendarId === undefined) return unknownCalendar('calendar', calendarIds);
      const { isWithin, ...range } = dayRange(from, to);
      const entries = (await calendars.list(calendarId, range)).map(toCalendarEntry);
      return { ok: true, entries: entries.filter(isWithin) };
    },
  };
}

const isUnwanted = ({ status }: EnsureRequest['view'], { cancelledStyle }: SyncOptions): boolean =>
  status === 'cancelled' && cancelledStyle === 'delete';

function unknownCalendar(
  path: string,
  calendarIds: Readonly<Record<string, string>>,
): Extract<EnsureReply, { error: 'invalid' }> {
  const known = Object.keys(calendarIds).join(', ');
  return { ok: false, error: 'invalid', problems: [`${path}: expected one of the calendars ${known}`] };
}

function toTask(request: EnsureRequest, calendarId: string, aim: Task['aim'], options: SyncOptions): Task {
  const { bookingKey, revision } = request;
  return {
    calendars: options.calendars,
    calendarId,
    bookingKey,
    revision,
    body: toEntry(request, options.calendarStyle),
    aim,
    async record(write, run) {
      const finish = await options.audit.begin({ ...write, bookingKey, revision });
      const written = await run();
      await finish(written);
      return written;
    },
  };
}
