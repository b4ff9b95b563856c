import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createSecret } from '#functions/adapters/secrets.ts';
import type { AuditedWrite } from '#functions/calendar-sync/audit.ts';
import type { EnsureRequest } from '#functions/calendar-sync/contract.ts';
import { createCredentials } from '#functions/calendar-sync/credentials.ts';
import { createGoogleCalendars } from '#functions/calendar-sync/google.ts';
import { createSync, type SyncOptions } from '#functions/calendar-sync/sync.ts';
import { createGoogle, type GoogleOptions, type StoredEvent } from '#scripts/stack/google/calendar.ts';
import {
  createServiceAccount,
  registerServiceAccount,
  type RegisteredKey,
  type ServiceAccountKey,
} from '#scripts/stack/google/token.ts';
import { listen } from '#scripts/stack/listen.ts';
import type { Fetch } from '#scripts/stack/stand-in.ts';
import { signAssertion } from '#test/scripts/stack/google/sign-assertion.ts';

/** Stands between client and Google: may answer itself, or let the request through and spoil the reply. */
export type Fault = (request: Request, next: Fetch) => Promise<Response>;

export const JADA = 'jada@group.calendar.example.test';
export const OTHER = 'other@group.calendar.example.test';

// One pair for all tests: making it takes longer than most of them.
const KEY = createServiceAccount('');

/** Google's stand-in behind real HTTP, and calendar-sync's parts pointed at it. */
export async function createWorld(options: Partial<GoogleOptions> = {}) {
  const serviceAccounts = new Map<string, RegisteredKey>();
  const events = new Map<string, StoredEvent>();
  const google = createGoogle({
    calendars: [
      { id: JADA, summary: 'JADA', timeZone: 'America/Los_Angeles' },
      { id: OTHER, summary: 'Other', timeZone: 'America/New_York' },
    ],
    events,
    serviceAccounts,
    openReads: false,
    ...options,
  });
  const faults: { current: Fault | undefined } = { current: undefined };
  const requests: string[] = [];
  const server = await listen((request) => {
    const { pathname, search } = new URL(request.url);
    requests.push(`${request.method} ${pathname}${search}`);
    return faults.current === undefined ? google.fetch(request) : faults.current(request, google.fetch);
  });
  const key = { ...KEY, token_uri: `${server.url}/token` };
  registerServiceAccount(serviceAccounts, key);
  const secret = { text: JSON.stringify(key), reads: 0 };
  const writes: (AuditedWrite & { outcome: string })[] = [];

  return {
    url: server.url,
    ...{ events, serviceAccounts, requests, secret, writes, key },
    close: server.close,
    setFault(fault: Fault | undefined) {
      faults.current = fault;
    },
    /** A fresh instance of the function, without anything cached. */
    createSync: (settings: Partial<SyncOptions> = {}) =>
      createSync({
        calendars: createGoogleCalendars(
          createCredentials(createSecret(secretsOf(secret), { name: 'google' }), {
            name: 'google',
            timeout: 500,
          }),
          {
            rootUrl: server.url,
            timeout: 500,
            retry: {
              attempts: 4,
              first: 500,
              longest: 8000,
              delay: async () => undefined,
              random: () => 0.5,
            },
          },
        ),
        audit: createAuditLog(writes),
        calendarIds: { jada: JADA },
        calendarStyle: 'all-day',
        cancelledStyle: 'mark',
        ...settings,
      }),
    asPerson: createPerson(server.url, key),
    living: () => [...events.values()].filter(({ status }) => status !== 'cancelled'),
  };
}

export type World = Awaited<ReturnType<typeof createWorld>>;

const VIEW: EnsureRequest['view'] = {
  calendar: 'jada',
  id: 'XHQGMDH',
  platform: 'Boatsetter',
  guestName: 'Ada Lovelace',
  vessel: 'JADA',
  status: 'confirmed',
  start: '2027-05-30T09:00',
  end: '2027-05-30T12:00',
  zone: 'America/Los_Angeles',
  hours: 3,
  crew: [{ name: 'John', role: 'deckhand', hours: 5 }],
};

export const toRequest = (revision: number, changes: Partial<EnsureRequest['view']> = {}): EnsureRequest => ({
  action: 'ensure',
  bookingKey: 'boatsetter-xhqgmdh',
  revision,
  view: { ...VIEW, ...changes },
});

/** Secrets Manager, as far as this function asks. */
function secretsOf(secret: { text: string; reads: number }): SecretsManagerClient {
  const send = async () => {
    secret.reads++;
    return { SecretString: secret.text };
  };
  return { send } as unknown as SecretsManagerClient;
}

function createAuditLog(writes: (AuditedWrite & { outcome: string })[]): SyncOptions['audit'] {
  return {
    async begin(write) {
      const item = { ...write, outcome: 'started' };
      writes.push(item);
      return async (outcome) => {
        item.outcome = outcome;
      };
    },
  };
}

/** Somebody with access to the calendar, who changes an entry by hand. */
function createPerson(url: string, key: ServiceAccountKey) {
  return async (
    method: 'PATCH' | 'DELETE',
    { calendarId, id }: StoredEvent,
    body?: object,
  ): Promise<void> => {
    const granted = await fetch(`${url}/token`, { method: 'POST', body: signAssertion(key) });
    const { access_token: token } = (await granted.json()) as { access_token: string };
    const path = `${url}/calendar/v3/calendars/${encodeURIComponent(calendarId)}/events/${id}?sendUpdates=all`;
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(await response.text());
  };
}
