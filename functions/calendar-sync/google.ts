import { calendar, type calendar_v3 } from 'googleapis/build/src/apis/calendar/index.js';
import * as z from 'zod';
import { parseInstant } from '#bookings/model/time.ts';
import type { Pace } from '#bookings/reconcile/pace.ts';
import type { Calendars, RemoteEntry, Written } from './calendars.ts';
import type { Credentials } from './credentials.ts';
import type { EntryTime } from './entry.ts';
import { withRetries, type RetryOptions } from './retry.ts';

export interface GoogleOptions {
  readonly rootUrl: string;
  /** Milliseconds for one request. */
  readonly timeout: number;
  readonly retry: RetryOptions;
  /** Keeps requests, repeated ones too, below Google's quota. */
  readonly pace?: Pace;
}

type Api = calendar_v3.Calendar;

/**
 * Google Calendar v3. Failures in passing (rate limits, 5xx, no reply) are repeated; since ids are
 * deterministic and writes conditional, repeating one that had its effect shows as `exists` or `changed`.
 * Throws when Google cannot or will not do it.
 */
export function createGoogleCalendars(credentials: Credentials, options: GoogleOptions): Calendars {
  const { rootUrl, timeout, pace = (task) => task() } = options;

  async function attempt<T>(call: (api: Api) => Promise<T>): Promise<T> {
    const api = calendar({
      version: 'v3',
      auth: await credentials.current(),
      rootUrl,
      timeout,
      retry: false,
    });
    return pace(() => call(api));
  }

  async function request<T>(call: (api: Api) => Promise<T>): Promise<T> {
    const withFreshKey = () =>
      attempt(call).catch((error: unknown) => {
        if (!isAuthFailure(toFailure(error))) throw error;
        credentials.forget();
        return attempt(call);
      });
    return withRetries(withFreshKey, (error) => isPassing(toFailure(error)), options.retry);
  }

  /** Runs a write; the statuses in `meaning` are answers, anything else is thrown. */
  async function write(
    meaning: Readonly<Record<number, Exclude<Written, 'done'>>>,
    call: (api: Api) => Promise<unknown>,
  ): Promise<Written> {
    try {
      await request(call);
      return 'done';
    } catch (error) {
      const { status, reason } = toFailure(error);
      const answer = status === undefined || RATE_LIMITS.has(reason ?? '') ? undefined : meaning[status];
      if (answer === undefined) throw toError(error);
      return answer;
    }
  }

  return {
    async get(calendarId, eventId) {
      try {
        const { data } = await request((api) => api.events.get({ calendarId, eventId }));
        return toRemoteEntry(data);
      } catch (error) {
        if (toFailure(error).status === 404) return undefined;
        throw toError(error);
      }
    },
    insert: (calendarId, eventId, body) =>
      write({ 409: 'exists' }, (api) =>
        api.events.insert({ calendarId, sendUpdates: 'none', requestBody: { ...body, id: eventId } }),
      ),
    update: (calendarId, eventId, body, etag) =>
      write({ 403: 'forbidden', 404: 'gone', 410: 'gone', 412: 'changed' }, (api) =>
        api.events.update({ calendarId, eventId, sendUpdates: 'none', requestBody: body }, ifMatch(etag)),
      ),
    delete: (calendarId, eventId, etag) =>
      write({ 404: 'gone', 410: 'gone', 412: 'changed' }, (api) =>
        api.events.delete({ calendarId, eventId, sendUpdates: 'none' }, ifMatch(etag)),
      ),
    async list(calendarId, { timeMin, timeMax }) {
      const found: RemoteEntry[] = [];
      let pageToken: string | undefined;
      do {
        const params = {
          calendarId,
          timeMin,
          timeMax,
          singleEvents: true,
          orderBy: 'startTime',
          maxResults: 250,
        };
        const page = pageToken === undefined ? params : { ...params, pageToken };
        const { data } = await request((api) => api.events.list(page)).catch((error: unknown) => {
          throw toError(error);
        });
        found.push(...(data.items ?? []).map(toRemoteEntry));
        pageToken = data.nextPageToken ?? undefined;
      } while (pageToken !== undefined);
      return found;
    },
  };
}

const ifMatch = (etag: string) => ({ headers: { 'If-Match': etag } });

function toRemoteEntry(event: calendar_v3.Schema$Event): RemoteEntry {
  const { id, etag, status, summary, description, start, end, transparency, htmlLink } = event;
  return {
    eventId: id ?? '',
    etag: etag ?? '*',
    isDeleted: status === 'cancelled',
    link: htmlLink ?? null,
    properties: event.extendedProperties?.private ?? {},
    content: {
      summary: summary ?? '',
      description: (description ?? '').replaceAll('\r\n', '\n').trim(),
      start: toTime(start),
      end: toTime(end),
      transparency: transparency === 'transparent' ? 'transparent' : 'opaque',
    },
  };
}

/** Google reads a date-time back with the offset of the calendar's zone; the instant and the entry's own zone count. */
function toTime(value: calendar_v3.Schema$EventDateTime | undefined): EntryTime {
  if (value?.dateTime == null) return { date: value?.date ?? '' };
  return { dateTime: parseInstant(value.dateTime) ?? value.dateTime, timeZone: value.timeZone ?? 'UTC' };
}

interface Failure {
  /** HTTP status; undefined when no reply came. */
  readonly status: number | undefined;
  /** Google's reason (`rateLimitExceeded`), or the token endpoint's error code (`invalid_grant`). */
  readonly reason: string | undefined;
  readonly message: string;
}

const replySchema = z.object({
  status: z.number(),
  data: z
    .object({
      error: z.union([
        z.string(),
        z.object({ message: z.string(), errors: z.array(z.object({ reason: z.string() })).optional() }),
      ]),
    })
    .optional()
    .catch(undefined),
});

function toFailure(error: unknown): Failure {
  const reply = replySchema.safeParse((error as { response?: unknown }).response);
  const message = error instanceof Error ? error.message : String(error);
  if (!reply.success) return { status: undefined, reason: undefined, message };
  const { status, data } = reply.data;
  const detail = data?.error;
  if (typeof detail === 'string') return { status, reason: detail, message };
  return { status, reason: detail?.errors?.[0]?.reason, message: detail?.message ?? message };
}

const isAuthFailure = ({ status, reason }: Failure): boolean => status === 401 || reason === 'invalid_grant';

const RATE_LIMITS = new Set(['rateLimitExceeded', 'userRateLimitExceeded', 'quotaExceeded']);

const NO_REPLY =
  /abort|timeout|timed out|hang up|ECONNRESET|ECONNREFUSED|EPIPE|ETIMEDOUT|EAI_AGAIN|premature close|fetch failed/i;

function isPassing({ status, reason, message }: Failure): boolean {
  if (status === undefined) return NO_REPLY.test(message);
  return status === 429 || status >= 500 || (status === 403 && RATE_LIMITS.has(reason ?? ''));
}

/** Without the request in it, which carries the token and the guest's name. */
function toError(error: unknown): Error {
  const { status, reason, message } = toFailure(error);
  const what = status === undefined ? 'Google Calendar did not reply' : `Google Calendar answered ${status}`;
  return new Error(`${what}${reason === undefined ? '' : ` (${reason})`}: ${message}`);
}
