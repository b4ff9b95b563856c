import { describe, expect, it } from 'vitest';
import { createGoogle, type GoogleOptions, type StoredEvent } from '#scripts/stack/google/calendar.ts';
import {
  createServiceAccount,
  registerServiceAccount,
  type RegisteredKey,
} from '#scripts/stack/google/token.ts';
import { signAssertion } from './sign-assertion.ts';

const ORIGIN = 'http://127.0.0.1:9';
const key = createServiceAccount(`${ORIGIN}/token`);
const EVENTS = '/calendar/v3/calendars/jada%40example.test/events';
const ID = 'abcdef0123';
const DAY = { start: { date: '2027-05-30' }, end: { date: '2027-05-31' } };

interface Reply {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- Google's replies differ; assertions name the fields
  readonly body: Record<string, any>;
}

async function createClient(options: Partial<GoogleOptions> = {}, scope?: string) {
  const serviceAccounts = new Map<string, RegisteredKey>();
  registerServiceAccount(serviceAccounts, key);
  const google = createGoogle({
    calendars: [
      { id: 'jada@example.test', summary: 'JADA', timeZone: 'America/Los_Angeles' },
      { id: 'read@example.test', summary: 'Read', timeZone: 'UTC', access: 'reader' },
    ],
    events: new Map<string, StoredEvent>(),
    serviceAccounts,
    ...options,
  });
  const form = signAssertion(key, scope, options.now?.());
  const granted = await google.fetch(new Request(`${ORIGIN}/token`, { method: 'POST', body: form }));
  const { access_token: token } = (await granted.json()) as { access_token: string };
  const send = async (
    method: string,
    path: string,
    body?: unknown,
    headers: HeadersInit = {},
  ): Promise<Reply> => {
    const all = new Headers({ authorization: `Bearer ${token}`, ...(headers as Record<string, string>) });
    if (all.get('authorization') === '') all.delete('authorization');
    const init = { method, headers: all, ...(body !== undefined && { body: JSON.stringify(body) }) };
    const response = await google.fetch(new Request(`${ORIGIN}${path}`, init));
    const text = await response.text();
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : { text } };
  };
  const insert = (fields: object = {}) =>
    send('POST', `${EVENTS}?sendUpdates=none`, { id: ID, ...DAY, ...fields });
  return { send, insert };
}

const reasonOf = ({ status, body }: Reply) => [status, body['error']?.errors?.[0]?.reason];

describe('inserting', () => {
  it('keeps the client-chosen id and reads it back', async () => {
    const { send, insert } = await createClient();
    expect(await insert({ summary: 'Charter' })).toMatchObject({
      status: 200,
      body: {
        id: ID,
        status: 'confirmed',
        summary: 'Charter',
        sequence: 0,
        etag: expect.stringMatching(/^"\d+"$/),
      },
    });
    expect(await send('GET', `${EVENTS}/${ID}`)).toMatchObject({
      status: 200,
      body: { id: ID, start: DAY.start },
    });
  });

  it.each([
    ['an id with letters beyond v', { id: 'xhqgmdh' }, [400, 'invalid']],
    ['an upper-case id', { id: 'ABCDEF' }, [400, 'invalid']],
    ['a short id', { id: 'abcd' }, [400, 'invalid']],
    ['an end that is not exclusive', { end: { date: '2027-05-30' } }, [400, 'timeRangeEmpty']],
    ['a date that does not exist', { end: { date: '2027-06-31' } }, [400, 'invalid']],
    [
      'a date-time without offset or zone',
      { start: { dateTime: '2027-05-30T09:00:00' }, end: { dateTime: '2027-05-30T12:00:00' } },
      [400, 'required'],
    ],
    ['a mixture of styles', { end: { dateTime: '2027-05-31T09:00:00Z' } }, [400, 'invalid']],
    ['no start', { start: undefined }, [400, 'required']],
    ['attendees', { attendees: [{ email: 'guest@example.test' }] }, [403, 'forbiddenForServiceAccounts']],
    ['fields that are not modelled', { recurrence: ['RRULE:FREQ=DAILY'] }, [501, 'notImplemented']],
  ])('refuses %s', async (_, fields, reason) => {
    const { insert, send } = await createClient();
    expect(reasonOf(await insert(fields))).toEqual(reason);
    expect((await send('GET', `${EVENTS}?showDeleted=true`)).body['items']).toEqual([]);
  });

  it('refuses an id in use, also when that event was deleted', async () => {
    const { send, insert } = await createClient();
    await insert();
    expect(reasonOf(await insert())).toEqual([409, 'duplicate']);
    await send('DELETE', `${EVENTS}/${ID}?sendUpdates=none`);
    expect(reasonOf(await insert())).toEqual([409, 'duplicate']);
  });

  it('reads a timed event back with the offset of its own date', async () => {
    const { insert } = await createClient();
    const timeZone = 'America/Los_Angeles';
    const reply = await insert({
      start: { dateTime: '2027-11-07T09:00:00', timeZone },
      end: { dateTime: '2027-11-07T12:00:00', timeZone },
    });
    expect(reply.body['start']).toEqual({ dateTime: '2027-11-07T09:00:00-08:00', timeZone });
  });
});

describe('who may do what', () => {
  it('lets anyone read on this machine, and nobody write without a token', async () => {
    const { send } = await createClient();
    const anonymous = { authorization: '' };
    expect((await send('GET', EVENTS, undefined, anonymous)).status).toBe(200);
    expect(reasonOf(await send('POST', `${EVENTS}?sendUpdates=none`, DAY, anonymous))).toEqual([
      401,
      'required',
    ]);
    expect(reasonOf(await send('GET', EVENTS, undefined, { authorization: 'Bearer stale' }))).toEqual([
      401,
      'authError',
    ]);
  });

  it('asks for a token on reads too when they are not open', async () => {
    const { send } = await createClient({ openReads: false });
    expect(reasonOf(await send('GET', EVENTS, undefined, { authorization: '' }))).toEqual([401, 'required']);
  });

  it('refuses writes with a read-only scope or to a read-only calendar', async () => {
    const reader = await createClient({}, 'https://www.googleapis.com/auth/calendar.readonly');
    expect(reasonOf(await reader.insert())).toEqual([403, 'insufficientPermissions']);
    const writer = await createClient();
    const path = '/calendar/v3/calendars/read%40example.test/events?sendUpdates=none';
    expect(reasonOf(await writer.send('POST', path, { id: ID, ...DAY }))).toEqual([
      403,
      'requiredAccessLevel',
    ]);
  });

  it('refuses a write that does not say whom to tell', async () => {
    const { send } = await createClient();
    expect(reasonOf(await send('POST', EVENTS, { id: ID, ...DAY }))).toEqual([400, 'required']);
    expect(reasonOf(await send('POST', `${EVENTS}?sendUpdates=maybe`, { id: ID, ...DAY }))).toEqual([
      400,
      'invalid',
    ]);
  });

  it('answers 404 for unknown calendars and events, and 501 for what it does not implement', async () => {
    const { send } = await createClient();
    expect(reasonOf(await send('GET', '/calendar/v3/calendars/other/events'))).toEqual([404, 'notFound']);
    expect(reasonOf(await send('GET', `${EVENTS}/${ID}`))).toEqual([404, 'notFound']);
    expect(reasonOf(await send('DELETE', `${EVENTS}/${ID}?sendUpdates=none`))).toEqual([404, 'notFound']);
    expect(reasonOf(await send('POST', `${EVENTS}/quickAdd?sendUpdates=none&text=x`))).toEqual([
      501,
      'notImplemented',
    ]);
    expect(reasonOf(await send('GET', '/calendar/v3/users/me/calendarList'))).toEqual([
      501,
      'notImplemented',
    ]);
    expect(reasonOf(await send('GET', `${EVENTS}?syncToken=x`))).toEqual([501, 'notImplemented']);
  });
});

describe('changing', () => {
  it('replaces with PUT, merges with PATCH, and counts a move in the sequence', async () => {
    const { send, insert } = await createClient();
    await insert({ summary: 'One', description: 'kept?', extendedProperties: { private: { a: '1' } } });
    const later = { start: { date: '2027-06-01' }, end: { date: '2027-06-02' } };
    const put = await send('PUT', `${EVENTS}/${ID}?sendUpdates=none`, { summary: 'Two', ...later });
    expect(put.body).toMatchObject({ summary: 'Two', sequence: 1, start: later.start });
    expect(put.body['description']).toBeUndefined();
    const patch = await send('PATCH', `${EVENTS}/${ID}?sendUpdates=none`, {
      extendedProperties: { private: { b: '2' } },
    });
    expect(patch.body).toMatchObject({
      summary: 'Two',
      sequence: 1,
      extendedProperties: { private: { b: '2' } },
    });
  });

  it('refuses a write under an old etag', async () => {
    const { send, insert } = await createClient();
    const { body } = await insert();
    const path = `${EVENTS}/${ID}?sendUpdates=none`;
    const current = { 'if-match': body['etag'] };
    expect((await send('PUT', path, { ...DAY, summary: 'a' }, current)).status).toBe(200);
    expect(reasonOf(await send('PUT', path, { ...DAY, summary: 'b' }, current))).toEqual([
      412,
      'conditionNotMet',
    ]);
    expect(reasonOf(await send('DELETE', path, undefined, current))).toEqual([412, 'conditionNotMet']);
  });

  it('only marks as deleted, answers 410 to a second delete, and lists it only on request', async () => {
    const { send, insert } = await createClient();
    await insert();
    const path = `${EVENTS}/${ID}?sendUpdates=none`;
    expect((await send('DELETE', path)).status).toBe(204);
    expect(reasonOf(await send('DELETE', path))).toEqual([410, 'deleted']);
    expect((await send('GET', `${EVENTS}/${ID}`)).body).toMatchObject({ status: 'cancelled' });
    expect((await send('GET', EVENTS)).body['items']).toHaveLength(0);
    expect((await send('GET', `${EVENTS}?showDeleted=true`)).body['items']).toHaveLength(1);
  });

  it('restores a deleted event by an update, or forbids it, as configured', async () => {
    const path = `${EVENTS}/${ID}?sendUpdates=none`;
    const restoring = await createClient({ updateDeleted: 'restore' });
    await restoring.insert();
    await restoring.send('DELETE', path);
    expect((await restoring.send('PUT', path, { ...DAY, status: 'confirmed' })).body).toMatchObject({
      status: 'confirmed',
    });
    const forbidding = await createClient({ updateDeleted: 'forbid' });
    await forbidding.insert();
    await forbidding.send('DELETE', path);
    expect(reasonOf(await forbidding.send('PUT', path, { ...DAY, status: 'confirmed' }))).toEqual([
      403,
      'forbidden',
    ]);
  });
});

describe('listing', () => {
  async function createFilled() {
    const client = await createClient({ now: () => Date.parse('2027-01-01T00:00:00Z') });
    for (const [id, date, end] of [
      ['second0', '2027-05-30', '2027-05-31'],
      ['first00', '2027-05-01', '2027-05-02'],
      ['third00', '2027-06-10', '2027-06-11'],
    ] as const) {
      await client.insert({
        id,
        summary: `Trip ${id}`,
        start: { date },
        end: { date: end },
        extendedProperties: { private: { key: id } },
      });
    }
    const ids = async (query: string) =>
      ((await client.send('GET', `${EVENTS}?${query}`)).body['items'] as { id: string }[]).map(
        ({ id }) => id,
      );
    return { ...client, ids };
  }

  it('orders by start and filters by time, text and private property', async () => {
    const { ids } = await createFilled();
    expect(await ids('singleEvents=true&orderBy=startTime')).toEqual(['first00', 'second0', 'third00']);
    // All-day entries begin at midnight of the calendar's zone: 07:00 UTC in May.
    expect(await ids('timeMin=2027-05-31T06:59:00Z&timeMax=2027-06-01T00:00:00Z')).toEqual(['second0']);
    expect(await ids('timeMin=2027-05-31T07:00:00Z&timeMax=2027-06-01T00:00:00Z')).toEqual([]);
    expect(await ids('q=third')).toEqual(['third00']);
    expect(await ids('privateExtendedProperty=key%3Dfirst00')).toEqual(['first00']);
    expect(await ids('updatedMin=2027-01-02T00:00:00Z')).toEqual([]);
  });

  it('pages, and binds a page token to its query', async () => {
    const { send } = await createFilled();
    const query = 'singleEvents=true&orderBy=startTime&maxResults=2';
    const first = await send('GET', `${EVENTS}?${query}`);
    const token = encodeURIComponent(first.body['nextPageToken']);
    const second = await send('GET', `${EVENTS}?${query}&pageToken=${token}`);
    expect(second.body['items'].map(({ id }: { id: string }) => id)).toEqual(['third00']);
    expect(second.body['nextPageToken']).toBeUndefined();
    expect(reasonOf(await send('GET', `${EVENTS}?maxResults=1&pageToken=${token}`))).toEqual([
      400,
      'invalid',
    ]);
  });

  it.each([
    ['a time without offset', 'timeMin=2027-05-30T00:00:00', 'badRequest'],
    ['an empty range', 'timeMin=2027-05-30T00:00:00Z&timeMax=2027-05-30T00:00:00Z', 'timeRangeEmpty'],
    ['order by start of unexpanded events', 'orderBy=startTime', 'badRequest'],
  ])('refuses %s', async (_, query, reason) => {
    const { send } = await createClient();
    expect(reasonOf(await send('GET', `${EVENTS}?${query}`))).toEqual([400, reason]);
  });
});

describe('the page for people', () => {
  it('opens at the month of the next entry', async () => {
    const { send, insert } = await createClient({ now: () => Date.parse('2027-01-01T00:00:00Z') });
    await insert({ summary: '<Captain> & guests' });
    const { body } = await send('GET', '/', undefined, { authorization: '' });
    expect(body['text']).toContain('<h1>May 2027</h1>');
    expect(body['text']).toContain('&lt;Captain&gt; &amp; guests');
  });
});
