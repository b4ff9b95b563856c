import { describe, expect, it } from 'vitest';
import type { Invoke } from '#functions/adapters/lambda-invoke.ts';
import { HttpProblem } from '#functions/http.ts';
import { bookingKey, calendarView, cardView } from './sample-views.ts';
import { startDashboard as start } from './start-dashboard.ts';

const entry = { bookingKey, revision: 3, view: calendarView };

describe('POST /api/calendar', () => {
  it('has calendar-sync make the entry and answers with its id', async () => {
    const { send, asked } = start({
      invoke: async () => ({ ok: true, outcome: 'created', eventId: 'abc0' }),
    });
    expect(await send('POST', '/api/calendar', entry)).toMatchObject({
      status: 200,
      body: { remoteId: 'abc0' },
    });
    expect(asked).toEqual([{ action: 'ensure', ...entry }]);
  });

  it('answers 409 with the revision that the calendar shows', async () => {
    const { send } = start({ invoke: async () => ({ ok: false, error: 'stale', revision: 7 }) });
    expect(await send('POST', '/api/calendar', entry)).toMatchObject({
      status: 409,
      type: 'application/problem+json',
      body: { title: 'The revision does not fit', ours: 3, theirs: 7 },
    });
  });

  it('says what calendar-sync does not take', async () => {
    const problems = ['view.zone: expected an IANA zone', 'view.end: expected an end after the start'];
    const { send } = start({ invoke: async () => ({ ok: false, error: 'invalid', problems }) });
    const { status, body } = await send('POST', '/api/calendar', entry);
    expect(status).toBe(422);
    expect((body as { detail: string }).detail).toBe(problems.join('; '));
  });

  it.each<[string, Invoke, string | undefined]>([
    [
      'fails',
      async () => {
        throw new Error('calendar-sync failed: Google answered 403');
      },
      'calendar-sync failed: Google answered 403',
    ],
    ['answers something else', async () => ({ eventId: 'abc0' }), undefined],
    ['answers nothing', async () => null, undefined],
  ])('answers 502 and logs why when calendar-sync %s', async (_, invoke, detail) => {
    const { send, lines } = start({ invoke });
    const { status, body } = await send('POST', '/api/calendar', entry);
    expect(status).toBe(502);
    expect(body).toMatchObject({ title: 'The calendar failed' });
    expect((body as { detail?: string }).detail).toBe(detail);
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toContain('Alex Morgan');
  });

  it('refuses a body with anything missing, wrong or unknown, all at once, and calls nothing', async () => {
    const { send, asked } = start();
    const wrong = { bookingKey: 'Not A Key', revision: 0, view: { ...calendarView, gross: 84075 }, extra: 1 };
    const { status, body } = await send('POST', '/api/calendar', wrong);
    expect(status).toBe(422);
    const paths = (body as { problems: { path: string }[] }).problems.map(({ path }) => path);
    expect(paths.toSorted()).toEqual(['bookingKey', 'extra', 'revision', 'view.gross']);
    expect(asked).toEqual([]);
  });
});

describe('GET /api/calendar', () => {
  it('lists what calendar-sync finds', async () => {
    const found = {
      eventId: 'abc0',
      bookingKey,
      revision: 3,
      title: 'XHQGMDH',
      status: 'present',
      free: false,
      start: '2027-05-30',
      end: '2027-05-30',
      edited: false,
      link: null,
    };
    const { send, asked } = start({ invoke: async () => ({ ok: true, entries: [found] }) });
    const { body } = await send('GET', '/api/calendar?calendar=jada&from=2027-05-01&to=2027-05-31');
    expect(body).toEqual({ entries: [found] });
    expect(asked).toEqual([{ action: 'list', calendar: 'jada', from: '2027-05-01', to: '2027-05-31' }]);
  });

  it.each(['', '?calendar=jada&from=2027-05-01', '?calendar=jada&from=yesterday&to=2027-05-31'])(
    'refuses the query “%s”',
    async (query) => {
      const { send, asked } = start();
      expect((await send('GET', `/api/calendar${query}`)).status).toBe(422);
      expect(asked).toEqual([]);
    },
  );
});

describe('/api/cards', () => {
  it('puts a card on the board', async () => {
    const { send, asked } = start();
    const reply = await send('PUT', `/api/cards/${bookingKey}`, { revision: 2, view: cardView });
    expect(reply).toMatchObject({ status: 200, body: { remoteId: bookingKey } });
    expect(asked).toEqual([{ bookingKey, revision: 2, card: cardView }]);
  });

  it('refuses a card of another booking than the address names', async () => {
    const { send, asked } = start();
    const reply = await send('PUT', '/api/cards/getmyboat-other', { revision: 2, view: cardView });
    expect(reply.status).toBe(422);
    expect(asked).toEqual([]);
  });

  it('logs a failure of the board without any amount', async () => {
    const { send, lines } = start({
      async putCard() {
        throw new HttpProblem(502, 'The board failed', 'it cannot be reached');
      },
    });
    const reply = await send('PUT', `/api/cards/${bookingKey}`, { revision: 2, view: cardView });
    expect(reply).toMatchObject({ status: 502, body: { detail: 'it cannot be reached' } });
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/84075|28941/);
  });

  it('lists the board', async () => {
    const { send } = start();
    expect((await send('GET', '/api/cards')).body).toEqual({ lanes: ['Inquiries'], cards: [] });
  });
});

describe('the dashboard API', () => {
  it('describes all its routes', async () => {
    const { send } = start();
    const { body } = await send('GET', '/api/openapi.json');
    const { paths } = body as { paths: Record<string, object> };
    expect(Object.entries(paths).map(([path, methods]) => [path, Object.keys(methods).toSorted()])).toEqual([
      ['/api/calendar', ['get', 'post']],
      ['/api/calendar/inspect', ['post']],
      ['/api/cards/{bookingKey}', ['put']],
      ['/api/cards/inspect', ['post']],
      ['/api/cards', ['get']],
      ['/api/bookings', ['get']],
      ['/api/bookings/{bookingKey}', ['get']],
    ]);
  });
});
