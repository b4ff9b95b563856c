import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { DeviceContent, DeviceEntry, Entry } from '#functions/scc/entries/entry.ts';
import { foldEntries } from '#functions/scc/entries/fold.ts';
import { visibleEntries } from '#functions/scc/entries/visible.ts';
import { confirmed } from './bookings.ts';
import { phoneOf, tick, type Phone } from './crew-client.ts';
import { cards } from './look.ts';
import { startWorld, type World } from './world.ts';

const EVENT = eventIdOf('boatsetter-xhqgmdh');
const DEVICES = ['john', 'john', 'jane'] as const;
const ENTRIES = 1_000;
const TWICE = 300;
const BATCH = 60;

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.apply([confirmed()]);
});
afterAll(() => world?.close());

/** Numbers from 0 to 1, the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** An entry with the device that made it. */
type Made = Entry & { readonly device: number };

/** What three devices make that are offline most of the time: each knows its own, and now and then all there is. */
function play(random: () => number): Made[] {
  const made: Made[] = [];
  const known: Made[][] = DEVICES.map(() => []);
  for (let index = 0; index < ENTRIES; index++) {
    const device = Math.floor(random() * DEVICES.length);
    if (random() < 0.1) known[device] = [...made];
    const id = `entry-${device}-${String(index).padStart(8, '0')}`;
    const entry: Made = {
      device,
      id,
      member: DEVICES[device]!,
      lamport: 1 + Math.max(0, ...known[device]!.map(({ lamport }) => lamport)),
      // Their clocks are hours apart.
      at: new Date(Date.UTC(2026, 10, 30) + index * 1000 + device * 7_000_000).toISOString(),
      receivedAt: '',
      ...contentOf(id, DEVICES[device]!, { known: known[device]!, random }),
    };
    made.push(entry);
    known[device]!.push(entry);
  }
  return made;
}

function contentOf(
  id: string,
  member: string,
  { known, random }: { known: readonly Made[]; random: () => number },
): DeviceContent {
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const list = 'jada-before';
  const item = one(['fuel', 'lines', 'jackets', 'radio']);
  const own = known.filter((entry) => entry.kind === 'expense').filter((entry) => entry.member === member);
  const expense = {
    kind: 'expense',
    category: one(['mileage', 'supplies', 'tips', 'other'] as const),
    cents: 1 + Math.floor(random() * 10_000),
    text: 'On the way',
    receipt: null,
  } as const;
  const saw = known.filter((entry) => 'list' in entry && entry.list === list).map((entry) => entry.id);
  return one<() => DeviceContent>([
    () => ({ kind: 'tick', list, item, done: random() < 0.7 }),
    () => ({ kind: 'tick', list: 'jada-after', item: 'cleaned', done: random() < 0.5 }),
    () => ({ kind: 'note', list, item, text: random() < 0.3 ? '' : `note ${id}` }),
    () => ({ kind: 'finish', list, saw: saw.slice(-1_000) }),
    () => ({ kind: 'reopen', list }),
    () => ({ ...expense, expense: id, removed: false }),
    () => ({ ...expense, expense: own.length > 0 ? one(own).expense : id, removed: random() < 0.2 }),
  ])();
}

/** In another order, and 30 % of them twice. */
function scramble(made: readonly Made[], random: () => number): Made[] {
  const shuffled = (entries: readonly Made[]) =>
    entries
      .map((entry) => ({ entry, at: random() }))
      .toSorted((one, other) => one.at - other.at)
      .map(({ entry }) => entry);
  return shuffled([...made, ...shuffled(made).slice(0, TWICE)]);
}

const toSent = ({ member: _m, receivedAt: _r, device: _d, ...entry }: Made) => entry as DeviceEntry;

/** Batch after batch, as a device with signal does; counts what became of them. */
async function sendAll(phone: Phone, entries: readonly Made[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (let at = 0; at < entries.length; at += BATCH) {
    const { status, body } = await phone.enter(EVENT, entries.slice(at, at + BATCH).map(toSent));
    expect(status).toBe(200);
    for (const outcome of body.entries) counts[outcome.status] = (counts[outcome.status] ?? 0) + 1;
  }
  return counts;
}

describe('1,000 entries of three devices, in random order and 30 % of them twice', () => {
  const random = randomFrom(20_270_530);
  const made = play(random);
  let phones: Phone[];

  it('are each stored once, all three sending at the same time', async () => {
    phones = await Promise.all(DEVICES.map((member) => phoneOf(world, member)));
    const sent = scramble(made, random);
    expect(sent).toHaveLength(ENTRIES + TWICE);
    const counts = await Promise.all(
      phones.map((phone, device) =>
        sendAll(
          phone,
          sent.filter((entry) => entry.device === device),
        ),
      ),
    );
    const sum = (status: string) => counts.reduce((total, one) => total + (one[status] ?? 0), 0);
    expect([sum('stored'), sum('duplicate'), sum('refused')]).toEqual([ENTRIES, TWICE, 0]);
  }, 120_000);

  it.each(['john', 'jane'])('are for %s the state of the clean sequence', async (member) => {
    const { entries } = await phones[DEVICES.indexOf(member as 'john')]!.log(EVENT);
    const clean = visibleEntries(made, member);
    expect(entries).toHaveLength(clean.length);
    expect(foldEntries(entries)).toEqual(foldEntries(clean));
  });

  it('and on the board the totals of the clean sequence', async () => {
    for (let time = 0; time < 2; time++) await tick(world, 'expense-sync');
    const totals: Record<string, number> = {};
    for (const { category, cents } of foldEntries(made).expenses)
      totals[category] = (totals[category] ?? 0) + cents;
    expect((await cards(world))[0]!.expenses).toEqual(totals);
  });
});
