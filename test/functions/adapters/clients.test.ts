import { afterEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { EventSpec } from '#bookings/model/views/event.ts';
import type { SummaryView } from '#bookings/model/views/summary.ts';
import { StaleRevision } from '#bookings/reconcile/ports.ts';
import { createDashboardClient } from '#functions/adapters/dashboard-client.ts';
import { HttpError } from '#functions/adapters/http-client.ts';
import { createSccClient } from '#functions/adapters/scc-client.ts';
import { listen, type Listening } from '#scripts/stack/listen.ts';
import { bookingKey, calendarView, cardView } from '../dashboard-api/sample-views.ts';

let server: Listening | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Both clients against a server that records what it is asked and gives one answer. */
async function start(reply: unknown, status = 200) {
  const asked: unknown[] = [];
  server = await listen(async (request) => {
    const { method, url, headers } = request;
    const text = await request.text();
    asked.push({
      request: `${method} ${new URL(url).pathname}`,
      key: headers.get('x-service-key') ?? headers.get('x-dashboard-token'),
      body: text === '' ? undefined : JSON.parse(text),
    });
    return Response.json(reply, { status });
  });
  const deps = { fetch, delay: async () => undefined };
  return {
    asked,
    scc: createSccClient({ url: server.url, serviceKey: 'service key' }, deps),
    dashboard: createDashboardClient({ url: server.url, token: 'token' }, deps),
  };
}

const eventId = eventIdOf(bookingKey);
const event = {
  createdTimestamp: '2026-11-21T02:03:00Z',
  view: { eventId },
  pay: {},
} as unknown as EventSpec;
const summary = { bookingKey } as SummaryView;
const put = { bookingKey, revision: 2, event, summary };

describe('the dashboard client', () => {
  it('ensures a calendar entry', async () => {
    const { dashboard, asked } = await start({ remoteId: 'abc0' });
    const entry = { bookingKey, revision: 2, view: calendarView };
    expect(await dashboard.calendar.ensure(entry)).toEqual({ remoteId: 'abc0' });
    expect(asked).toEqual([{ request: 'POST /api/calendar', key: 'token', body: entry }]);
  });

  it('ensures a card', async () => {
    const { dashboard, asked } = await start({ remoteId: bookingKey });
    expect(await dashboard.board.ensure({ bookingKey, revision: 2, view: cardView })).toEqual({
      remoteId: bookingKey,
    });
    const body = { revision: 2, view: cardView };
    expect(asked).toEqual([{ request: `PUT /api/cards/${bookingKey}`, key: 'token', body }]);
  });

  it('compares an entry, and cards in their order', async () => {
    const gone = { found: 'missing', fields: [] };
    const entry = { bookingKey, revision: 2, view: calendarView };
    const one = await start({ drift: gone });
    expect(await one.dashboard.calendar.inspect(entry)).toEqual(gone);
    expect(one.asked).toEqual([{ request: 'POST /api/calendar/inspect', key: 'token', body: entry }]);
    await server?.close();

    const card = { bookingKey, revision: 2, view: cardView };
    const two = await start({ drifts: [null, gone] });
    expect(await two.dashboard.board.inspect([card, card])).toEqual([null, gone]);
    const body = { cards: [card, card] };
    expect(two.asked).toEqual([{ request: 'POST /api/cards/inspect', key: 'token', body }]);
    await expect(two.dashboard.board.inspect([card])).rejects.toThrow('the reply is not what it should be');
  });

  it('reports work that is stale', async () => {
    const { dashboard, asked } = await start({ title: 'The revision does not fit', ours: 2, theirs: 5 }, 409);
    const attempts = [
      dashboard.calendar.ensure({ bookingKey, revision: 2, view: calendarView }),
      dashboard.board.ensure({ bookingKey, revision: 2, view: cardView }),
    ];
    for (const attempt of attempts) {
      const error: unknown = await attempt.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(StaleRevision);
      expect((error as Error).message).toMatch(/is already at revision 5; ours is 2$/);
    }
    expect(asked).toHaveLength(2);
  });
});

describe('the SCC client', () => {
  it('reads who signed up, and who was really invited', async () => {
    const open = {
      signUps: [{ role: 'deckhand', member: 'ana', name: 'Ana', entry: 'entry-of-ana-0001' }],
      toldCandidates: { 'deckhand-1': ['ana', 'john'] },
    };
    const { scc, asked } = await start({ eventId, revision: 2, event: {}, summary: {}, ...open });
    expect(await scc.openPositions(eventId)).toEqual(open);
    expect(asked).toEqual([{ request: `GET /api/events/${eventId}`, key: 'service key' }]);
  });

  it('knows that nobody was told of an event that does not exist, and of no other refusal', async () => {
    const missing = await start({ title: 'There is no such event' }, 404);
    expect(await missing.scc.openPositions(eventId)).toEqual({ signUps: [], toldCandidates: null });
    await server?.close();
    const closed = await start({ title: 'Unauthorized' }, 401);
    await expect(closed.scc.openPositions(eventId)).rejects.toThrow(HttpError);
  });

  it('knows as active who is in the registry and active', async () => {
    const contact = (key: string, active: boolean) => ({ key, name: key, email: `${key}@b.test`, active });
    const { scc, asked } = await start({ crew: [contact('ana', true), contact('pat', false)] });
    expect(await scc.activeAmong(['ana', 'john', 'pat'])).toEqual(['ana']);
    expect(asked).toEqual([{ request: 'GET /api/crew', key: 'service key' }]);
  });

  it('compares an event', async () => {
    const { scc, asked } = await start({ drift: null });
    expect(await scc.inspect({ revision: 2, event, summary })).toBeNull();
    const body = { revision: 2, event, summary };
    expect(asked).toEqual([{ request: `POST /api/events/${eventId}/inspect`, key: 'service key', body }]);
  });

  it('says what people know beside an event', async () => {
    const { scc, asked } = await start({ eventId, revision: 2 });
    const known = { revision: 1, event, summary };
    await scc.ensure({ ...put, known });
    expect(asked).toMatchObject([{ body: { revision: 2, known } }]);
  });

  it('asks for expenses once more, and for none of an event that does not exist', async () => {
    const { scc, asked } = await start({ title: 'There is no such event' }, 404);
    await scc.sendExpensesAgain(eventId);
    expect(asked).toMatchObject([{ request: `POST /api/events/${eventId}/expenses-due` }]);
  });

  it('stores an event with its summary', async () => {
    const { scc, asked } = await start({ eventId, revision: 2 });
    expect(await scc.ensure(put)).toEqual({ remoteId: eventId });
    const body = { revision: 2, event, summary };
    expect(asked).toEqual([{ request: `PUT /api/events/${eventId}`, key: 'service key', body }]);
  });

  it('releases what people are told', async () => {
    const told = [
      { eventId, recipient: 'john', kind: 'assigned', occasion: '2', position: 'john', changes: [] },
    ];
    const { scc, asked } = await start({ told, withoutAddress: ['john'] });
    expect(await scc.release({ bookingKey, revision: 2 })).toEqual({ told, withoutAddress: ['john'] });
    expect(asked).toEqual([
      { request: `POST /api/notifications/${bookingKey}/release`, key: 'service key', body: { revision: 2 } },
    ]);
  });

  it('reports work that is stale', async () => {
    const { scc } = await start({ title: 'The revision does not fit', ours: 2, theirs: 5 }, 409);
    await expect(scc.ensure(put)).rejects.toThrow(StaleRevision);
    await expect(scc.release({ bookingKey, revision: 2 })).rejects.toThrow(StaleRevision);
  });

  it('takes a 409 that names our own revision for stale: something else is stored under it', async () => {
    const { scc } = await start({ title: 'The revision does not fit', ours: 2, theirs: 2 }, 409);
    await expect(scc.ensure(put)).rejects.toThrow(StaleRevision);
  });

  it.each([
    ['has no revision', { title: 'The event exists' }],
    ['names an older one', { title: 'The revision does not fit', ours: 2, theirs: 1 }],
  ])('does not take a 409 for stale that %s', async (_, problem) => {
    const { scc } = await start(problem, 409);
    await expect(scc.ensure(put)).rejects.toBeInstanceOf(HttpError);
  });

  it('fetches the guest’s link', async () => {
    const { scc, asked } = await start({ url: 'https://queenofsandiego.com/g/xhqgmdh#k=abc' });
    expect(await scc.guestLink(bookingKey)).toBe('https://queenofsandiego.com/g/xhqgmdh#k=abc');
    expect(asked).toMatchObject([{ request: `GET /api/guest-links/${bookingKey}` }]);
  });

  it('lists what became of notifications', async () => {
    const sent = {
      id: `${eventId}#john#assigned#2`,
      recipient: 'john',
      kind: 'assigned',
      revision: 2,
      state: 'sent',
      createdAt: '2026-11-22T10:00:00Z',
      claimedAt: '2026-11-22T10:00:01Z',
      attempts: 0,
      nextAttemptAt: null,
      sentAt: '2026-11-22T10:00:01Z',
      evidenceAt: null,
      delivery: 'delivered',
      reason: null,
    };
    const { scc } = await start({ notifications: [sent] });
    expect(await scc.notifications(bookingKey)).toEqual([sent]);
  });

  it('keeps the crew registry', async () => {
    const john = { key: 'john', name: 'John', email: 'john@example.test', active: true };
    const { email, name, active } = john;
    const one = await start({ ...john, linkVersion: 1 });
    expect(await one.scc.putCrewMember('john', { name, email, active })).toEqual(john);
    expect(one.asked).toMatchObject([{ request: 'PUT /api/crew/john', body: { name, email, active } }]);
    await server!.close();
    const all = await start({ crew: [john] });
    expect(await all.scc.listCrew()).toEqual([john]);
  });
});
