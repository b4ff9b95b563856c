import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { Invoke } from '#functions/adapters/lambda-invoke.ts';
import { createBoardClient } from '#functions/dashboard-api/board.ts';
import { createPutExpenses } from '#functions/dashboard-api/expenses.ts';
import { syncExpenses } from '#functions/expense-sync/sync.ts';
import { createLog } from '#functions/log.ts';
import { putEvent } from '#functions/scc-api/put-event.ts';
import type { Entry } from '#functions/scc/entries/entry.ts';
import { createAppsScript, readAppsScript } from '#scripts/stack/apps-script.ts';
import { cardView } from '#test/functions/dashboard-api/sample-views.ts';
import { expense, make } from '#test/functions/scc/entries/make.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { BOOKED_AT, samplePut } from '#test/functions/scc/samples.ts';

let scc: LocalScc;
beforeAll(async () => {
  scc = await startLocalScc();
});
afterAll(() => scc.close());

let count = 0;
let world: ReturnType<typeof startWorld>;
beforeEach(() => {
  world = startWorld();
});

/** expense-sync, dashboard-api and the real board, one after the other. */
function startWorld() {
  const lines: string[] = [];
  const log = createLog('expense-sync', (line) => lines.push(line));
  const key = 'board key';
  const app = createAppsScript({
    source: readAppsScript('functions/apps-script/kanban'),
    properties: { BOARD_KEY_HASH: createHash('sha256').update(key).digest('hex') },
    rows: new Map(),
  });
  /** A fetch that follows the redirect, as the real one does. */
  const fetchBoard: typeof fetch = async (url, init) => {
    const first = await app.fetch(new Request(url, { ...init, redirect: 'manual' }));
    return app.fetch(new Request(first.headers.get('location')!));
  };
  const secret = { read: async () => key, forget: () => undefined };
  const board = createBoardClient({ url: 'http://127.0.0.1:9/macros/s/local/exec', key: secret }, fetchBoard);
  const dashboard: Invoke = createPutExpenses({ board, log });
  return { lines, log, board, dashboard, sync: (invoke: Invoke = dashboard) => sync(invoke) };

  function sync(invoke: Invoke) {
    return syncExpenses({ ...scc, invoke, limit: 100, log });
  }
}

async function book({ card = true } = {}): Promise<string> {
  const bookingKey = `phone-sync-${++count}`;
  await putEvent(samplePut({ bookingKey }), scc);
  if (card) await world.board.putCard({ bookingKey, revision: 1, card: { ...cardView, bookingKey } });
  return bookingKey;
}

const mark = (bookingKey: string) =>
  scc.events.markExpenses({ eventId: eventIdOf(bookingKey), createdTimestamp: BOOKED_AT });
const store = (bookingKey: string, ...entries: Entry[]) =>
  Promise.all(entries.map((entry) => scc.entries.append(eventIdOf(bookingKey), entry)));
async function spend(bookingKey: string, ...entries: Entry[]) {
  await mark(bookingKey);
  await store(bookingKey, ...entries);
}

const due = async () => (await scc.events.expensesDue(100)).map(({ event }) => event.bookingKey);
const shown = async (bookingKey: string) =>
  (await world.board.listCards()).cards.find((card) => card.bookingKey === bookingKey)?.expenses;

describe('expense-sync', () => {
  it('brings the totals of all of the crew to the card, by category', async () => {
    const key = await book();
    await spend(
      key,
      make('e1', 1, expense('e1', 1250)),
      make('e2', 2, expense('e2', 750), { member: 'mia' }),
      make('e3', 3, expense('e3', 3000, { category: 'mileage' })),
      make('e4', 4, expense('e4', 999, { category: 'tips' })),
      make('e5', 5, expense('e4', 999, { category: 'tips', removed: true })),
    );
    await world.sync();
    expect(await shown(key)).toEqual({ supplies: 2000, mileage: 3000 });
  });

  it('is done when a later run finds them there, and asks no more', async () => {
    const key = await book();
    await spend(key, make('e1', 1, expense('e1', 1250)));
    await world.sync();
    expect(await due()).toContain(key);
    await world.sync();
    expect(await due()).not.toContain(key);
    const asked: unknown[] = [];
    await world.sync((payload) => {
      asked.push((payload as { bookingKey: string }).bookingKey);
      return world.dashboard(payload);
    });
    expect(asked).not.toContain(key);
  });

  it('loses no expense that is stored after the run looked: it was marked before', async () => {
    const key = await book();
    await mark(key);
    await world.sync();
    await store(key, make('e1', 1, expense('e1', 1250)));
    await world.sync();
    await world.sync();
    expect(await shown(key)).toEqual({ supplies: 1250 });
    expect(await due()).not.toContain(key);
  });

  it('stays due when there is more while the board is being told', async () => {
    const key = await book();
    await spend(key, make('e1', 1, expense('e1', 1250)));
    await world.sync();
    await world.sync(async (payload) => {
      await spend(key, make('e2', 2, expense('e2', 100)));
      return world.dashboard(payload);
    });
    expect(await due()).toContain(key);
    await world.sync();
    await world.sync();
    expect(await shown(key)).toEqual({ supplies: 1350 });
    expect(await due()).not.toContain(key);
  });

  it('takes away what was removed', async () => {
    const key = await book();
    await spend(key, make('e1', 1, expense('e1', 1250)));
    await world.sync();
    await spend(key, make('e2', 2, expense('e1', 1250, { removed: true })));
    await world.sync();
    expect(await shown(key)).toEqual({});
  });

  it('leaves a later version at the board alone, and is done', async () => {
    const key = await book();
    await world.board.putExpenses({ bookingKey: key, totals: { tips: 5 }, entriesVersion: 9 });
    await spend(key, make('e1', 1, expense('e1', 1250)));
    await world.sync();
    expect(await shown(key)).toEqual({ tips: 5 });
    expect(await due()).not.toContain(key);
  });

  it('waits for a card that is not there yet, and says so', async () => {
    const key = await book({ card: false });
    await spend(key, make('e1', 1, expense('e1', 1250)));
    await world.sync();
    expect(await due()).toContain(key);
    const said = world.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(said).toContainEqual(
      expect.objectContaining({ level: 'warn', bookingKey: key, state: 'unknown' }),
    );
    await world.board.putCard({ bookingKey: key, revision: 1, card: { ...cardView, bookingKey: key } });
    await world.sync();
    expect(await shown(key)).toEqual({ supplies: 1250 });
    await world.sync();
  });

  it.each<[string, Invoke]>([
    ['does not answer', () => Promise.reject(new Error('dashboard-api failed: The board failed'))],
    ['refuses it', async () => ({ ok: false, error: 'invalid', problems: ['totals.tips: expected less'] })],
    ['answers something else', async () => ({ done: true })],
    ['answers nothing', async () => null],
  ])('goes on with others when dashboard-api %s, and fails at the end', async (_, answer) => {
    const [bad, good] = [await book(), await book()];
    for (const key of [bad, good]) await spend(key, make('e1', 1, expense('e1', 7_777_771)));
    const half: Invoke = (payload) =>
      (payload as { bookingKey: string }).bookingKey === bad ? answer(payload) : world.dashboard(payload);
    await expect(world.sync(half)).rejects.toThrow('not synced');
    expect(await shown(good)).toEqual({ supplies: 7_777_771 });
    expect(await shown(bad)).toBeNull();
    expect(await due()).toContain(bad);
    const failures = world.lines.filter((line) => line.includes('"state":"failed"'));
    expect(failures.join()).toContain(bad);
    expect(world.lines.join()).not.toContain('7777771');
    await world.sync();
    await world.sync();
    expect(await due()).not.toContain(bad);
  });
});
