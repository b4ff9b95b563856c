import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { addEntries, type EntryOutcome } from '#functions/scc-api/add-entries.ts';
import { openLog, type EntryDeps } from '#functions/scc-api/event-log.ts';
import type { DeviceContent, DeviceEntry, Entry } from '#functions/scc/entries/entry.ts';
import { foldEntries } from '#functions/scc/entries/fold.ts';
import { BOOKED_AT, john, openSkipper, samplePut } from '#test/functions/scc/samples.ts';
import { expense, idOf, make, note, reopen, tick } from './make.ts';
import { createMemoryEntries } from './memory-entries.ts';

const EVENT = eventIdOf('phone-merge');
const NOW = new Date('2027-05-30T20:00:00Z');

/** What phones talk to, over a charter with John and Mia on board. */
function startApi() {
  const mia = { ...john, key: 'mia', member: 'mia', name: 'Mia' };
  const { event, summary } = samplePut({
    bookingKey: 'phone-merge',
    view: { crew: [john, mia, openSkipper] },
  });
  const told = {
    event: event.view,
    summary,
    at: BOOKED_AT,
    eventRevision: 1,
    places: {},
    former: {},
  };
  const stored = {
    eventId: EVENT,
    createdTimestamp: BOOKED_AT,
    bookingKey: 'phone-merge',
    revision: 1,
    view: event.view,
    summary,
    told,
    toldRevision: 1,
    released: [1],
    signUps: [],
    signUpChanges: 0,
  };
  const { store } = createMemoryEntries();
  const deps: EntryDeps = {
    events: { find: async () => stored, markExpenses: async () => undefined },
    entries: store,
    now: () => NOW,
  };
  const send = async (member: string, entries: readonly DeviceEntry[]) =>
    addEntries(await openLog({ eventId: EVENT, member }, deps), entries, deps);
  return { send, entries: () => store.ofEvent(EVENT), append: (entry: Entry) => store.append(EVENT, entry) };
}

const DEVICES = ['john', 'john', 'mia'];
const PHOTOS = ['picture-of-john', 'picture-of-mia'].map(idOf);
const arrivals = PHOTOS.map((photo, index) =>
  make(
    `photo-${index}`,
    1,
    { kind: 'photo', photo, type: 'image/jpeg' },
    { member: ['john', 'mia'][index]! },
  ),
);

/** What one device does: makes an entry, now and then after it met the network and learnt what the others made. */
const steps = (constraints: fc.ArrayConstraints) =>
  fc.array(
    fc.record({
      device: fc.nat(DEVICES.length - 1),
      meets: fc.nat(9).map((one) => one === 0),
      pick: fc.nat(999),
      flag: fc.boolean(),
    }),
    constraints,
  );
type Step = {
  readonly device: number;
  readonly meets: boolean;
  readonly pick: number;
  readonly flag: boolean;
};

/** Plays the steps: a device knows its own entries, and those of others up to when it last met the network. */
function play(plan: readonly Step[]): Entry[] {
  const made: Entry[] = [];
  const known = DEVICES.map(() => [...arrivals] as Entry[]);
  for (const [index, step] of plan.entries()) {
    const { device } = step;
    if (step.meets) known[device] = [...arrivals, ...made];
    const lamport = 1 + known[device]!.reduce((highest, one) => Math.max(highest, one.lamport), 0);
    const own = { id: `entry-${device}-${String(index).padStart(8, '0')}`, member: DEVICES[device]! };
    // The clocks of the devices are hours apart.
    const at = new Date(Date.UTC(2027, 4, 30, 10) + index * 1000 + device * 7_000_000).toISOString();
    const content = contentOf(step, known[device]!, own);
    const entry = { ...own, lamport, at, receivedAt: NOW.toISOString(), ...content };
    made.push(entry);
    known[device]!.push(entry);
  }
  return made;
}

function contentOf(
  { pick, flag }: Step,
  known: readonly Entry[],
  { id, member }: { id: string; member: string },
): DeviceContent {
  const item = ['fuel', 'lines'][pick % 2]!;
  const seen = known.filter((one) => 'list' in one && one.list === 'jada-before').map((one) => one.id);
  const own = known.filter((one) => one.kind === 'expense').filter((one) => one.member === member);
  const edited = own[pick % own.length]?.expense ?? id;
  const kinds: DeviceContent[] = [
    tick(item, flag),
    tick('cleaned', flag, 'jada-after'),
    note(item, flag ? `note ${pick}` : ''),
    { kind: 'finish', list: 'jada-before', saw: seen },
    reopen,
    expense(id, pick + 1),
    expense(edited, pick + 1, { removed: flag }),
    tick(item, !flag),
    { kind: 'photo-removed', photo: PHOTOS[member === 'john' ? 0 : 1]! },
  ];
  return kinds[pick % kinds.length]!;
}

/** Numbers from 0 to 1 by a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** In another order, and 30 % of them twice. */
function scramble(entries: readonly Entry[], random: () => number): Entry[] {
  const twice = [...entries, ...entries.filter(() => random() < 0.3)];
  return twice
    .map((entry) => ({ entry, at: random() }))
    .toSorted((one, other) => one.at - other.at)
    .map(({ entry }) => entry);
}

const toSent = ({ member: _member, receivedAt: _receivedAt, ...entry }: Entry) => entry as DeviceEntry;

describe('three devices that are offline as they please', () => {
  it('end up in the state of the clean sequence, whatever the order and with 30 % sent twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        steps({ minLength: 1000, maxLength: 1000 }),
        fc.integer(),
        fc.integer({ min: 40, max: 200 }),
        async (plan, seed, size) => {
          const made = play(plan);
          const sent = scramble(made, randomFrom(seed));
          const api = startApi();
          for (const arrival of arrivals) await api.append(arrival);
          const outcomes: EntryOutcome[] = [];
          for (let at = 0; at < sent.length; at += size)
            for (const member of ['mia', 'john']) {
              const own = sent.slice(at, at + size).filter((entry) => entry.member === member);
              outcomes.push(...(await api.send(member, own.map(toSent))));
            }
          const count = (status: EntryOutcome['status']) =>
            outcomes.filter((outcome) => outcome.status === status).length;
          expect([count('stored'), count('duplicate'), count('refused')]).toEqual([
            made.length,
            sent.length - made.length,
            0,
          ]);
          expect(foldEntries(await api.entries())).toEqual(foldEntries([...arrivals, ...made]));
        },
      ),
      { numRuns: 5, endOnFailure: true },
    );
  }, 60_000);
});

describe('the fold', () => {
  it('of any order with repeats is the fold of the set', () => {
    fc.assert(
      fc.property(steps({ maxLength: 60 }), fc.integer(), (plan, seed) => {
        const made = [...arrivals, ...play(plan)];
        expect(foldEntries(scramble(made, randomFrom(seed)))).toEqual(foldEntries(made));
      }),
    );
  });
});
