import type { KeptMap } from '../persistent-map.ts';
import type { Fetch } from '../stand-in.ts';
import { checkId, parseFields, type EventFields } from './event-fields.ts';
import { listEvents } from './event-list.ts';
import {
  createOperations,
  presentEvent,
  type Operations,
  type StandInCalendar,
  type StoredEvent,
  type UpdateDeleted,
} from './event-operations.ts';
import { GoogleError, invalid, notFound, notImplemented, toErrorResponse } from './google-error.ts';
import { nextMonthOf, renderMonth } from './month-view.ts';
import { createTokenEndpoint, type RegisteredKey, type TokenEndpoint } from './token.ts';

export type { StandInCalendar, StoredEvent } from './event-operations.ts';

export interface GoogleOptions {
  readonly calendars: readonly StandInCalendar[];
  readonly events: KeptMap<StoredEvent>;
  /** Keys that may sign assertions, by private key id; see `registerServiceAccount`. */
  readonly serviceAccounts: KeptMap<RegisteredKey>;
  /** Milliseconds since the epoch; `Date.now` unless a test says otherwise. */
  readonly now?: () => number;
  /** What an update of a deleted event does; `restore` unless said otherwise. */
  readonly updateDeleted?: UpdateDeleted;
  /** Whether reads work without a token, for people looking at the local stack. Writes never do. */
  readonly openReads?: boolean;
}

/**
 * Google's token endpoint (`/token`), Calendar v3 (`/calendar/v3/…`), and at `/` a month of the
 * calendars for people. Point `rootUrl` and `token_uri` at it.
 */
export function createGoogle(options: GoogleOptions): { readonly fetch: Fetch } {
  const now = options.now ?? Date.now;
  const tokens = createTokenEndpoint({ serviceAccounts: options.serviceAccounts, now });
  const operations = createOperations({
    events: options.events,
    now,
    updateDeleted: options.updateDeleted ?? 'restore',
  });
  const world: World = { ...options, openReads: options.openReads ?? true, now, tokens, operations };
  return {
    async fetch(request) {
      try {
        return await route(request, world);
      } catch (error) {
        if (error instanceof GoogleError) return toErrorResponse(error);
        throw error;
      }
    },
  };
}

interface World extends GoogleOptions {
  readonly openReads: boolean;
  readonly now: () => number;
  readonly tokens: TokenEndpoint;
  readonly operations: Operations;
}

async function route(request: Request, world: World): Promise<Response> {
  const url = new URL(request.url);
  if (url.pathname === '/token') return world.tokens.fetch(request);
  if (url.pathname === '/' && request.method === 'GET') return showMonth(url, world);
  const match = /^\/calendar\/v3\/calendars\/([^/]+)\/events(?:\/([^/]+))?$/.exec(url.pathname);
  const operation =
    match === null ? undefined : OPERATIONS[`${request.method} ${match[2] === undefined ? 'all' : 'one'}`];
  if (match === null || operation === undefined) throw notImplemented(`${request.method} ${url.pathname}`);
  const isWrite = request.method !== 'GET';
  const clientEmail = authenticate(request, world, isWrite);
  const calendar = findCalendar(decodeURIComponent(match[1]!), world);
  if (isWrite) checkWrite(url, calendar);
  return operation({
    request,
    query: url.searchParams,
    calendar,
    clientEmail,
    id: decodeURIComponent(match[2] ?? ''),
    world,
  });
}

const SCOPE = 'https://www.googleapis.com/auth/calendar';
const WRITE_SCOPES = [SCOPE, `${SCOPE}.events`];
const READ_SCOPES = [...WRITE_SCOPES, `${SCOPE}.readonly`, `${SCOPE}.events.readonly`];

function authenticate(request: Request, world: World, isWrite: boolean): string {
  const header = request.headers.get('authorization');
  if (header === null && world.openReads && !isWrite) return 'anonymous';
  const location = { locationType: 'header', location: 'Authorization' };
  if (header === null) throw new GoogleError(401, 'required', 'Login Required.', { location });
  const grant = world.tokens.grantOf(/^Bearer (\S+)$/i.exec(header)?.[1] ?? '');
  if (grant === undefined) throw new GoogleError(401, 'authError', 'Invalid Credentials', { location });
  const allowed = isWrite ? WRITE_SCOPES : READ_SCOPES;
  if (!grant.scopes.some((scope) => allowed.includes(scope))) {
    throw new GoogleError(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.');
  }
  return grant.clientEmail;
}

function findCalendar(id: string, world: World): StandInCalendar {
  const calendar = world.calendars.find((known) => known.id === id);
  if (calendar === undefined) throw notFound();
  return calendar;
}

function checkWrite(url: URL, calendar: StandInCalendar): void {
  const sendUpdates = url.searchParams.get('sendUpdates');
  // Stricter than Google, which would fall back to a default: so that forgetting it shows here, not as mail to guests.
  if (sendUpdates === null)
    throw new GoogleError(400, 'required', 'Local rule: every write names sendUpdates.');
  if (!['all', 'externalOnly', 'none'].includes(sendUpdates)) throw invalid('Invalid value for: sendUpdates');
  const unknown = [...url.searchParams.keys()].find(
    (name) => !['sendUpdates', 'alt', 'prettyPrint'].includes(name),
  );
  if (unknown !== undefined) throw notImplemented(`the parameter ${unknown} on writes`);
  if (calendar.access === 'reader') {
    throw new GoogleError(403, 'requiredAccessLevel', 'You need to have writer access to this calendar.', {
      domain: 'calendar',
    });
  }
}

interface Call {
  readonly request: Request;
  readonly query: URLSearchParams;
  readonly calendar: StandInCalendar;
  readonly clientEmail: string;
  readonly id: string;
  readonly world: World;
}

const OPERATIONS: Readonly<Record<string, (call: Call) => Promise<Response> | Response>> = {
  'GET all': list,
  'GET one': (call) => present(call, call.world.operations.get(call.calendar, call.id)),
  'POST all': async (call) =>
    present(
      call,
      call.world.operations.insert(call.calendar, await readFields(call.request), call.clientEmail),
    ),
  'PUT one': async (call) => {
    const fields = await readFields(call.request);
    return present(
      call,
      call.world.operations.update(call.calendar, call.id, fields, call.request.headers.get('if-match')),
    );
  },
  'PATCH one': async (call) => {
    const fields = await readFields(call.request);
    return present(
      call,
      call.world.operations.patch(call.calendar, call.id, fields, call.request.headers.get('if-match')),
    );
  },
  'DELETE one': (call) => {
    call.world.operations.delete(call.calendar, call.id, call.request.headers.get('if-match'));
    return new Response(null, { status: 204 });
  },
};

function list(call: Call): Response {
  const { calendar, query, world } = call;
  const { items, nextPageToken } = listEvents(world.events, calendar, query);
  return Response.json({
    kind: 'calendar#events',
    summary: calendar.summary,
    timeZone: calendar.timeZone,
    accessRole: calendar.access ?? 'writer',
    ...(nextPageToken !== undefined && { nextPageToken }),
    items: items.map((event) => presentEvent(event, calendar, readerZone(call))),
  });
}

function present(call: Call, event: StoredEvent): Response {
  const body = presentEvent(event, call.calendar, readerZone(call));
  return Response.json(body, { headers: { etag: body['etag'] as string } });
}

const readerZone = ({ query, calendar }: Call): string => query.get('timeZone') ?? calendar.timeZone;

async function readFields(request: Request): Promise<EventFields> {
  const text = await request.text();
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new GoogleError(400, 'parseError', 'Parse Error');
  }
  const fields = parseFields(body);
  if (fields.id !== undefined) checkId(fields.id);
  return fields;
}

function showMonth(url: URL, world: World): Response {
  const asked = url.searchParams.get('month');
  const events = [...world.events.values()];
  const today = new Date(world.now()).toISOString().slice(0, 10);
  const month = asked !== null && /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) ? asked : nextMonthOf(events, today);
  const page = renderMonth(events, month, { calendars: world.calendars, today });
  return new Response(page, { headers: { 'content-type': 'text/html; charset=utf-8' } });
}
