import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { DeviceEntry, ExpenseCategory } from '#functions/scc/entries/entry.ts';
import { confirmed } from './bookings.ts';
import { asOperator, phoneOf, tick, type Phone } from './crew-client.ts';
import { cards, mails } from './look.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

const EVENT = eventIdOf('boatsetter-xhqgmdh');

let world: World;
let john: Phone;
let mike: Phone;
beforeAll(async () => {
  world = await startWorld({ keep: true });
  await world.apply([confirmed()]);
  [john, mike] = await Promise.all([phoneOf(world, 'john'), phoneOf(world, 'mike')]);
});
afterAll(async () => {
  await world?.close();
  await rm(world.directory, { recursive: true });
});

const idOf = (name: string) => name.padEnd(16, '-');
let lamport = 0;
const expense = (
  name: string,
  category: ExpenseCategory,
  cents: number,
  changes: { of?: string; removed?: boolean } = {},
): DeviceEntry => ({
  id: idOf(name),
  lamport: ++lamport,
  at: '2026-12-01T20:00:00Z',
  kind: 'expense',
  expense: idOf(changes.of ?? name),
  category,
  cents,
  text: 'On the way',
  receipt: null,
  removed: changes.removed ?? false,
});
const enter = async (phone: Phone, ...entries: DeviceEntry[]) =>
  (await phone.enter(EVENT, entries)).body.entries.map(({ status, code }) => code ?? status);
const sync = async () => {
  // The index of what is due may lag, and what was sent is looked at once more.
  for (let time = 0; time < 2; time++)
    expect(await tick(world, 'expense-sync')).toEqual({ name: 'expense-sync' });
};
interface Card {
  readonly expenses: Record<string, number> | null;
  readonly entriesVersion: number;
  readonly revision: number;
  readonly details: readonly { text: string }[];
}
const card = async (at = 0) => (await cards(world))[at] as unknown as Card;
const change = (fields: Partial<BookingFileInput>) => world.apply([{ ...confirmed(), ...fields }]);

describe('what the crew spends', () => {
  it('reaches the card as totals by category', async () => {
    expect((await card()).expenses).toBeNull();
    expect(await enter(john, expense('ice', 'supplies', 2340), expense('fuel', 'other', 10_000))).toEqual([
      'stored',
      'stored',
    ]);
    expect(await enter(mike, expense('water', 'supplies', 160), expense('drive', 'mileage', 1875))).toEqual([
      'stored',
      'stored',
    ]);
    await sync();
    expect(await card()).toMatchObject({
      expenses: { supplies: 2500, other: 10_000, mileage: 1875 },
      entriesVersion: 2,
    });
  });

  it('is entered by a form as people write amounts, and what is no amount is said', async () => {
    const seen = await john.look(EVENT);
    const fields = { kind: 'expense', category: 'tips', text: 'For the dock boy' };
    expect(await john.submit(seen, { ...fields, amount: '$1,250.50' })).toBe(
      `/crew/events/${EVENT}?notice=saved#expenses`,
    );
    for (const amount of ['', 'twelve', '-5', '0', '100000.01'])
      expect(await john.submit(seen, { ...fields, amount })).toBe(`/crew/events/${EVENT}?notice=amount`);
    await sync();
    expect((await card()).expenses).toMatchObject({ tips: 125_050 });
  });

  it('follows edits and removals, under a version that rises', async () => {
    const { entriesVersion } = await card();
    await enter(john, expense('ice-2', 'supplies', 3000, { of: 'ice' }));
    await enter(mike, expense('drive-2', 'mileage', 1875, { of: 'drive', removed: true }));
    await sync();
    const after = await card();
    expect(after.expenses).toEqual({ supplies: 3160, other: 10_000, tips: 125_050 });
    expect(after.entriesVersion).toBe(entriesVersion + 2);
  });

  it('sent again, in another order, changes nothing', async () => {
    const before = await card();
    const again = [expense('ice-2', 'supplies', 3000, { of: 'ice' }), expense('ice', 'supplies', 2340)];
    expect(await enter(john, ...again)).toEqual(['duplicate', 'duplicate']);
    await sync();
    expect(await card()).toEqual(before);
  });

  it('is nobody else’s: not to edit, and not to see', async () => {
    expect(await enter(mike, expense('theft', 'supplies', 1, { of: 'ice' }))).toEqual(['not-yours']);
    const { entries } = await mike.log(EVENT);
    expect(entries.filter(({ member }) => member === 'john')).toEqual([]);
    const { html } = await mike.look(EVENT);
    expect(html).not.toMatch(/30\.00|1,250\.50|dock boy/);
  });

  it('is kept by a change of the revenue, and keeps it', async () => {
    const before = await card();
    await change({ gross: '900.00' });
    expect(await card()).toMatchObject({ expenses: before.expenses, revision: before.revision + 1 });
    await enter(john, expense('rope', 'supplies', 840));
    await sync();
    const after = await card();
    expect(after.expenses).toMatchObject({ supplies: 4000 });
    expect(after.details[0]).toEqual({ label: 'Gross', text: '$900.00' });
  });

  it('tells nobody', async () => {
    const subjects = (await mails(world)).map(({ subject }) => subject);
    expect(subjects.filter((subject) => /expense/i.test(subject))).toEqual([]);
    expect(subjects).toHaveLength(4);
  });
});

describe('a closed charter', () => {
  it('is closed by its captain, and by nobody else of the crew', async () => {
    expect((await john.close(EVENT)).status).toBe(403);
    expect(await mike.close(EVENT)).toEqual({ status: 200, body: { closed: true } });
  });

  it('takes no expense, new or edited, by script or by form; ticks it takes', async () => {
    const before = await card();
    const late = expense('late', 'supplies', 500);
    expect(await enter(john, late, expense('ice-3', 'supplies', 1, { of: 'ice' }))).toEqual([
      'closed',
      'closed',
    ]);
    const fields = { kind: 'expense', category: 'tips', amount: '5', text: '' };
    expect(await john.submit(await john.look(EVENT), fields)).toBe(`/crew/events/${EVENT}?notice=closed`);
    const tickEntry = { kind: 'tick', list: 'jada-before', item: 'fuel', done: true } as const;
    expect(
      await enter(john, { id: idOf('tick'), lamport: ++lamport, at: '2026-12-01T20:00:00Z', ...tickEntry }),
    ).toEqual(['stored']);
    await sync();
    expect(await card()).toEqual(before);
  });

  it('takes what waited on the phone once the operator opened it again', async () => {
    const opened = await asOperator(world, 'POST', `/api/events/${EVENT}/open`, { id: idOf('open') });
    expect(opened).toEqual({ status: 200, body: { closed: false } });
    expect(await enter(john, expense('late', 'supplies', 500))).toEqual(['stored']);
    await sync();
    expect((await card()).expenses).toMatchObject({ supplies: 4500 });
  });
});

describe('a board that cannot be reached', () => {
  it('gets the expenses when it is back', async () => {
    expect(await enter(john, expense('line', 'supplies', 700))).toEqual(['stored']);
    await restart({ mutate: withoutBoard });
    expect((await tick(world, 'expense-sync')).error).toContain('1 of 1 not synced');
    await restart();
    expect((await card()).expenses).toMatchObject({ supplies: 4500 });
    await sync();
    expect((await card()).expenses).toMatchObject({ supplies: 5200 });
  }, 120_000);
});

describe('expenses of a booking that was cancelled', () => {
  it('stay on its card', async () => {
    const { expenses } = await card();
    await change({ status: 'cancelled' });
    expect((await card()).expenses).toEqual(expenses);
    expect(await enter(john, expense('hotel', 'other', 100))).toEqual(['stored']);
    await sync();
    expect((await card()).expenses).toEqual({ ...expenses, other: 10_100 });
  });
});

/** The same world at the same time, with another system. */
async function restart(options: Pick<WorldOptions, 'mutate'> = {}): Promise<void> {
  const { directory } = world;
  await world.close();
  world = await startWorld({ directory, keep: true, ...options });
}

/** Where dashboard-api looks for the board, nobody listens. */
const withoutBoard: WorldOptions['mutate'] = ({ name, type, inputs }) => {
  if (type !== 'aws:lambda/function:Function' || name !== 'dashboard-api') return;
  const { variables } = inputs['environment'] as { variables: Record<string, string> };
  variables['BOARD_URL'] = 'http://127.0.0.1:9/macros/s/local/exec';
};
