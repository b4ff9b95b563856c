import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookingRecord } from '#bookings/reconcile/ledger.ts';
import { openTable } from '#functions/adapters/dynamodb.ts';
import { createLedgerTable } from '#functions/adapters/ledger-table.ts';
import { sampleRecord } from '#test/bookings/reconcile/sample-record.ts';
import { startLocalTables, type LocalTables } from '#test/functions/adapters/local-tables.ts';
import { bookingKey, calendarView, cardView } from './sample-views.ts';
import { startDashboard } from './start-dashboard.ts';

let tables: LocalTables;
beforeAll(async () => {
  tables = await startLocalTables();
});
afterAll(() => tables.close());

describe('/api/bookings', () => {
  const appliedAt = '2026-11-22T10:00:00Z';
  const page = { pageId: 'xhqgmdh', guest: { name: 'Alex Morgan', count: 6 }, ...calendarView };
  const applied = (view: unknown, remoteId: string) => ({
    hash: 'h',
    view,
    remoteId,
    revision: 1,
    appliedAt,
    attempt: null,
  });
  const nothing = { hash: null, view: null, remoteId: '', revision: 2, appliedAt: null };
  const artefacts: BookingRecord['artefacts'] = {
    page: applied(page, 'g/xhqgmdh.html'),
    calendar: applied(calendarView, 'abc0'),
    event: { ...nothing, attempt: { hash: 'h', revision: 2 } },
    summary: { ...applied(null, 's'), attempt: { hash: 'other', revision: 2 } },
    card: applied(cardView, bookingKey),
  };
  const failures = { card: { attempts: 2, error: 'the board did not answer' } };

  async function startWith(keys: readonly string[]) {
    const table = await tables.createTable();
    const ledger = createLedgerTable({ table, now: () => '2027-01-01T00:00:00Z' }, tables.client);
    const lease = await ledger.takeLease({
      owner: 'run',
      seconds: 600,
      commit: 'abc',
      open: [],
      standing: { fence: 0, finished: 0 },
      buildHash: null,
      shared: {},
    });
    for (const key of keys)
      await ledger.record(lease, sampleRecord(key, { artefacts, failures, completed: false }));
    return startDashboard({ table: openTable(tables.client, table) });
  }

  it('shows each artefact of a booking, and neither amounts nor names in the list', async () => {
    const { send } = await startWith([bookingKey]);
    const { status, body } = await send('GET', '/api/bookings');
    expect(status).toBe(200);
    expect(body).toEqual({
      bookings: [
        {
          bookingKey,
          charter: {
            status: 'confirmed',
            start: '2027-05-30T09:00',
            end: '2027-05-30T12:00',
            zone: 'America/Los_Angeles',
          },
          endsAt: '2027-05-30T19:00:00Z',
          cancelled: false,
          revision: 1,
          completed: false,
          run: 'run-1',
          commit: 'abc',
          artefacts: {
            page: { ...shown('applied'), remoteId: 'g/xhqgmdh.html' },
            calendar: { ...shown('applied'), remoteId: 'abc0' },
            event: { ...shown('in doubt'), hash: null, remoteId: '', revision: 2, appliedAt: null },
            summary: { ...shown('in doubt'), remoteId: 's' },
            card: {
              ...shown('failed'),
              remoteId: bookingKey,
              attempts: 2,
              error: 'the board did not answer',
            },
          },
        },
      ],
      cursor: null,
    });
  });
  const shown = (state: string) => ({ state, hash: 'h', revision: 1, appliedAt, attempts: 0, error: null });

  it('hands out all bookings page by page, each once', async () => {
    const keys = Array.from({ length: 25 }, (_, number) => `boatsetter-${number}00`);
    const { send } = await startWith(keys);
    const seen: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null; pages++) {
      expect(pages).toBeLessThan(20);
      const after: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await send('GET', `/api/bookings?limit=10${after}`);
      const reply = body as { bookings: { bookingKey: string }[]; cursor: string | null };
      seen.push(...reply.bookings.map((booking) => booking.bookingKey));
      cursor = reply.cursor;
    }
    expect(seen.toSorted()).toEqual(keys.toSorted());
  });

  it('shows the views of one booking', async () => {
    const { send } = await startWith([bookingKey]);
    const { body } = await send('GET', `/api/bookings/${bookingKey}`);
    expect(body).toMatchObject({
      bookingKey,
      views: { page, calendar: calendarView, card: cardView, event: null },
    });
  });

  it('answers 404 for a booking that the ledger does not know', async () => {
    const { send } = await startWith([]);
    expect(await send('GET', '/api/bookings/boatsetter-none')).toMatchObject({
      status: 404,
      body: { title: 'The ledger does not know this booking' },
    });
  });

  it.each(['limit=0', 'limit=501', 'limit=many', 'cursor=%25%25', 'page=2'])(
    'refuses the query “%s”',
    async (query) => {
      const { send } = await startWith([]);
      expect((await send('GET', `/api/bookings?${query}`)).status).toBe(422);
    },
  );
});
