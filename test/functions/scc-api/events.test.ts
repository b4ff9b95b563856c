import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { ToldEvent } from '#functions/scc/event-store.ts';
import { putEvent, type EventPut } from '#functions/scc-api/put-event.ts';
import { createLocalApi } from './local-api.ts';
import { Crash, startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import {
  BOOKED_AT,
  john,
  JOHNS_PAY,
  OPEN_PAY,
  openSkipper,
  samplePut,
  type SampleOptions,
} from '#test/functions/scc/samples.ts';

let scc: LocalScc;
let api: ReturnType<typeof createLocalApi>;
let count = 0;
let bookingKey: string;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(() => {
  bookingKey = `phone-events-${++count}`;
  api = createLocalApi(scc);
});

const sample = (options: SampleOptions = {}) => samplePut({ bookingKey, ...options });
const put = (body: EventPut) => api.call('PUT', `/api/events/${body.event.view.eventId}`, body);
const read = async () => (await api.call('GET', `/api/events/${eventIdOf(bookingKey)}`)).json();
const assignments = async () =>
  (await scc.everything('assignments')).filter((item) => item['event_id'] === eventIdOf(bookingKey));
const keysOf = (items: Record<string, unknown>[], member: string) =>
  items.filter((item) => item['crew_id'] === member).map((item) => item['assignment_key']);

describe('PUT /api/events/{eventId}', () => {
  it('stores the event under its booking time and tells nobody', async () => {
    const reply = await put(sample());
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({ eventId: eventIdOf(bookingKey), revision: 1 });
    const [item] = (await scc.everything('events')).filter((one) => one['booking_key'] === bookingKey);
    expect(item).toMatchObject({
      created_timestamp: BOOKED_AT,
      starts_at: '2027-05-30T16:00:00Z',
      ends_at: '2027-05-30T19:00:00Z',
    });
    expect(item).not.toHaveProperty('told');
    expect(api.published).toEqual([]);
    expect(await scc.notifications.ofEvent(eventIdOf(bookingKey))).toEqual([]);
  });

  it('does the same as POST, which finds the event by its booking', async () => {
    expect((await api.call('POST', '/api/events', sample())).status).toBe(200);
    const once = await read();
    expect((await put(sample())).status).toBe(200);
    expect(await read()).toEqual(once);
  });

  it('lists assigned and invited members in the index by member, and nobody else', async () => {
    await put(sample());
    const items = await assignments();
    expect(keysOf(items, 'john')).toEqual(['john']);
    expect(keysOf(items, 'mia')).toEqual(['skipper-1/mia']);
    expect(items.find((item) => item['assignment_key'] === 'skipper-1')).not.toHaveProperty('crew_id');
  });

  it('withdraws positions and invitations that the view no longer has', async () => {
    await put(sample());
    const ana = { ...openSkipper, key: 'ana', member: 'ana', name: 'Ana', candidates: [] };
    await put(sample({ revision: 2, view: { crew: [ana] } }));
    const items = await assignments();
    const standing = items.filter((item) => !item['withdrawn']);
    expect(keysOf(standing, 'ana')).toEqual(['ana']);
    expect(keysOf(standing, 'john')).toEqual([]);
    expect(keysOf(standing, 'mia')).toEqual([]);
  });

  it('refuses a lower revision and says which is stored', async () => {
    await put(sample({ revision: 3 }));
    const reply = await put(sample({ revision: 2, view: { hours: 9 } }));
    expect(reply.status).toBe(409);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(await reply.json()).toMatchObject({ status: 409, ours: 2, theirs: 3 });
    expect(await read()).toMatchObject({ revision: 3, event: { hours: 3 } });
  });

  it('refuses another creation time, which would make a second event', async () => {
    await put(sample());
    const other = sample({ revision: 2 });
    const reply = await put({
      ...other,
      event: { ...other.event, createdTimestamp: '2026-01-01T00:00:00Z' },
    });
    expect(reply.status).toBe(409);
    expect((await scc.everything('events')).filter((one) => one['booking_key'] === bookingKey)).toHaveLength(
      1,
    );
  });

  it('gives a released revision no second meaning', async () => {
    await put(sample());
    await api.call('POST', `/api/notifications/${bookingKey}/release`, { revision: 1 });
    expect((await put(sample())).status).toBe(200);
    expect((await put(sample({ view: { hours: 4 } }))).status).toBe(409);
    expect((await put(sample({ pay: { john: JOHNS_PAY + 1 } }))).status).toBe(409);
  });

  it.each(Array.from({ length: 9 }, (_, calls) => calls))(
    'comes to the same world when it died after %i calls and is repeated',
    async (calls) => {
      await put(sample());
      const next = sample({ revision: 2, view: { crew: [john], hours: 4 } });
      const crash = putEvent(next, scc.dyingAfter(calls));
      if (calls < 8) await expect(crash).rejects.toThrow(Crash);
      else await crash;
      expect((await put(next)).status).toBe(200);
      expect(await read()).toMatchObject({ revision: 2, event: { hours: 4 } });
      const items = await assignments();
      expect(items.filter((item) => !item['withdrawn']).map((item) => item['crew_id'])).toEqual(['john']);
      expect(items.find((item) => item['assignment_key'] === 'john')).toMatchObject({
        pay: { 1: { cents: JOHNS_PAY }, 2: { cents: JOHNS_PAY } },
      });
    },
  );

  it('keeps pay out of everything but the position’s own item', async () => {
    await put(sample());
    await api.call('POST', `/api/notifications/${bookingKey}/release`, { revision: 1 });
    await put(sample({ revision: 2, pay: { john: JOHNS_PAY + 1 } }));
    await api.call('POST', `/api/notifications/${bookingKey}/release`, { revision: 2 });
    const bytes = async (table: 'events' | 'notifications' | 'crew' | 'entries') =>
      JSON.stringify(await scc.everything(table));
    for (const table of ['events', 'notifications', 'crew', 'entries'] as const) {
      for (const amount of [JOHNS_PAY, JOHNS_PAY + 1, OPEN_PAY])
        expect(await bytes(table)).not.toContain(String(amount));
    }
    const holders = (await assignments()).filter((item) => JSON.stringify(item).includes(String(JOHNS_PAY)));
    expect(holders.map((item) => item['assignment_key'])).toEqual(['john']);
    expect(api.logged.join()).not.toContain(String(JOHNS_PAY));
    expect(JSON.stringify(await read())).not.toContain(String(JOHNS_PAY));
  });

  it.each([
    ['another event in the address', (body: EventPut) => ({ path: 'other', body })],
    [
      'an id that is not the booking’s',
      (body: EventPut) => ({
        path: 'other',
        body: { ...body, event: { ...body.event, view: { ...body.event.view, eventId: 'other' } } },
      }),
    ],
    [
      'a position without pay',
      (body: EventPut) => ({ body: { ...body, event: { ...body.event, pay: {} } } }),
    ],
    ['an unknown field', (body: EventPut) => ({ body: { ...body, gross: 84075 } })],
    [
      'a summary of another booking',
      (body: EventPut) => ({ body: { ...body, summary: { ...body.summary, bookingKey: 'x' } } }),
    ],
    ['no revision', ({ event, summary }: EventPut) => ({ body: { event, summary } })],
  ])(
    'refuses %s and stores nothing',
    async (_, spoil: (body: EventPut) => { path?: string; body: unknown }) => {
      const { path = eventIdOf(bookingKey), body } = spoil(sample());
      const reply = await api.call('PUT', `/api/events/${path}`, body);
      expect(reply.status).toBe(422);
      expect((await api.call('GET', `/api/events/${eventIdOf(bookingKey)}`)).status).toBe(404);
    },
  );
});

describe('GET /api/events/{eventId}', () => {
  it('says who signed up, whom git does not know of', async () => {
    await put(sample());
    expect(await read()).toMatchObject({
      revision: 1,
      toldRevision: null,
      signUps: [],
      toldCandidates: null,
    });
    await api.call('POST', `/api/notifications/${bookingKey}/release`, { revision: 1 });
    const stored = await scc.events.find(eventIdOf(bookingKey));
    const signUp = { role: 'skipper', member: 'mia', name: 'Mia', entry: 'entry-of-mia' };
    await scc.events.signUps(stored as ToldEvent, [signUp]);
    const reply = await read();
    expect(reply.signUps).toEqual([signUp]);
    expect(reply.event.crew).toContainEqual(openSkipper);
  });

  it('says whom the last release really invited', async () => {
    await scc.registry.put('mia', { name: 'Mia', email: 'mia@example.test', active: true });
    await put(sample());
    await api.call('POST', `/api/notifications/${bookingKey}/release`, { revision: 1 });
    expect(await read()).toMatchObject({ toldRevision: 1, toldCandidates: { 'skipper-1': ['mia'] } });
    const crew = [john, openSkipper, { ...openSkipper, key: 'skipper-2' }];
    await put(sample({ revision: 2, view: { crew } }));
    expect((await read()).toldCandidates).toEqual({ 'skipper-1': ['mia'] });
  });
});

describe('GET /api/events', () => {
  it('filters by start and status and pages through', async () => {
    const keys = ['a', 'b', 'c'].map((name) => `phone-listed-${name}`);
    for (const [index, key] of keys.entries()) {
      const startsAt = `2031-0${index + 1}-01T00:00:00Z`;
      await put(
        samplePut({ bookingKey: key, view: { startsAt, status: index === 2 ? 'cancelled' : 'confirmed' } }),
      );
    }
    const list = async (query: string) => {
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const next = cursor === undefined ? '' : `&cursor=${cursor}`;
        const page = await (await api.call('GET', `/api/events?limit=2${query}${next}`)).json();
        found.push(...page.events.map((event: { event: { bookingKey: string } }) => event.event.bookingKey));
        cursor = page.cursor;
      } while (cursor !== undefined);
      return found.toSorted();
    };
    expect(await list('&from=2031-01-01T00:00:00Z')).toEqual(keys);
    expect(await list('&from=2031-01-31T20:00:00-04:00')).toEqual(keys.slice(1));
    expect(await list('&from=2031-01-01T00:00:00Z&to=2031-02-01T00:00:00Z')).toEqual(keys.slice(0, 1));
    expect(await list('&from=2031-01-01T00:00:00Z&status=cancelled')).toEqual(keys.slice(2));
  });

  it('names everything that is wrong with a query', async () => {
    const reply = await api.call('GET', '/api/events?from=yesterday&status=open&cursor=x&limit=0');
    expect(reply.status).toBe(422);
    const { problems } = await reply.json();
    expect(problems.map((problem: { path: string }) => problem.path).toSorted()).toEqual([
      'cursor',
      'from',
      'limit',
      'status',
    ]);
  });
});

describe('POST /api/events/{eventId}/cancel', () => {
  const cancel = (revision: number) =>
    api.call('POST', `/api/events/${eventIdOf(bookingKey)}/cancel`, { revision });

  it('cancels under a higher revision, repeatably, and a release tells people', async () => {
    await put(sample());
    await api.call('POST', `/api/notifications/${bookingKey}/release`, { revision: 1 });
    expect((await cancel(2)).status).toBe(200);
    expect((await cancel(2)).status).toBe(200);
    expect(await read()).toMatchObject({ event: { status: 'cancelled' }, summary: { status: 'cancelled' } });
    const reply = await api.call('POST', `/api/notifications/${bookingKey}/release`, { revision: 2 });
    const { told } = await reply.json();
    expect(told).toContainEqual(expect.objectContaining({ recipient: 'john', kind: 'cancelled' }));
  });

  it('refuses a revision that is taken, and an event that does not exist', async () => {
    expect((await cancel(1)).status).toBe(404);
    await put(sample({ revision: 4 }));
    expect((await cancel(4)).status).toBe(409);
    expect(await read()).toMatchObject({ event: { status: 'confirmed' } });
  });
});
