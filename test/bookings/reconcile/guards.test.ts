import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { UserError } from '#bookings/model/problem.ts';
import type { Outcome } from '#bookings/reconcile/apply.ts';
import { guard, type Allowances } from '#bookings/reconcile/guard.ts';
import type { Source } from '#bookings/reconcile/load.ts';
import type { Plan } from '#bookings/reconcile/plan.ts';
import { renderTerminal } from '#bookings/reconcile/render-plan.ts';
import { sourceOf, xhqgmdh } from '#test/fixtures/bookings.ts';
import { createMemoryWorld } from './memory-world.ts';

/** Charters of one vessel and one crew, none of whose conflicts is meant. */
const charter = (id: string, changes: Partial<BookingFileInput> = {}): BookingFileInput => ({
  ...xhqgmdh(),
  id,
  pageId: `${id.toLowerCase()}page`,
  exceptions: [],
  ...changes,
});
const first = charter('FIRST1');
const clash = charter('CLASH1', { start: '2027-05-30T10:00' });
const apart = charter('APART1', { start: '2027-06-10T09:00' });

const keysIn = (outcome: Outcome) =>
  'results' in outcome ? outcome.results.map(({ booking }) => booking.bookingKey) : [];
const rulesIn = (outcome: Outcome) =>
  'refusals' in outcome ? outcome.refusals.map(({ rule, bookingKeys }) => [rule, ...bookingKeys]) : [];

describe('a conflict', () => {
  it('leaves out the bookings concerned, and the rest is applied', async () => {
    const world = createMemoryWorld();
    const outcome = await world.apply([first, clash, apart]);
    expect(outcome.status).toBe('refused');
    expect(keysIn(outcome)).toEqual(['boatsetter-apart1']);
    expect(rulesIn(outcome)).toEqual([
      ['conflict', 'boatsetter-first1', 'boatsetter-clash1'],
      ...['john', 'jane', 'mike'].map(() => ['conflict', 'boatsetter-first1', 'boatsetter-clash1']),
    ]);
    expect([...world.crew.events.keys()]).toEqual(['boatsetter-apart1']);
    expect(world.mails()).toEqual(['jane assigned', 'john assigned', 'manager summary', 'mike assigned']);
  });

  it('holds back a change that makes it, and what was applied before stays', async () => {
    const world = createMemoryWorld();
    await world.apply([first, apart]);
    const before = world.outside();
    const outcome = await world.apply([first, { ...apart, start: '2027-05-30T12:30' }]);
    expect(outcome.status).toBe('refused');
    expect(world.outside()).toEqual(before);
    expect((await world.apply([first, { ...apart, start: '2027-05-30T13:00' }])).status).toBe('applied');
  });

  it('is rendered by a plan, which is complete', async () => {
    const world = createMemoryWorld();
    const plan = await world.plan(first, clash);
    expect(plan.bookings.map(({ bookingKey }) => bookingKey)).toEqual([
      'boatsetter-clash1',
      'boatsetter-first1',
    ]);
    expect(plan.conflicts.map(({ rule }) => rule)).toEqual([
      'vessel-overlap',
      'crew-overlap',
      'crew-overlap',
      'crew-overlap',
    ]);
  });

  it('of bookings that do not change refuses nothing, and the plan says it', async () => {
    const world = createMemoryWorld();
    const meant = { rule: 'vessel-overlap', reason: 'two boats that day' } as const;
    const crewMeant = { rule: 'crew-overlap', reason: 'two crews that day' } as const;
    const excepted = charter('CLASH1', { start: '2027-05-30T10:00', exceptions: [meant, crewMeant] });
    expect((await world.apply([first, excepted])).status).toBe('applied');
    expect((await world.apply([first, clash, apart])).status).toBe('applied');
    const plan = await world.plan(first, clash, apart);
    expect(plan.bookings).toEqual([]);
    expect(renderTerminal(plan, [])).toContain('JADA is booked twice at the same time');
  });

  it('ends when one of them is cancelled, in the same commit', async () => {
    const world = createMemoryWorld();
    await world.apply([first]);
    expect((await world.apply([{ ...first, status: 'cancelled' }, clash])).status).toBe('applied');
    expect(world.crew.events.get('boatsetter-clash1')!.view.event.status).toBe('confirmed');
  });

  it('cannot be let through by an override: it is stated in a file', async () => {
    const world = createMemoryWorld();
    const outcome = await world.apply([first, clash], { allow: { cancel: 9, over: 9, recipients: 999 } });
    expect(outcome).toMatchObject({ status: 'refused', results: [] });
  });
});

const forgetting = (source: Source, keys: Record<string, string>): Source => ({
  ...source,
  reference: source.reference.map((file) =>
    file.path.endsWith('/forgotten.json') ? { ...file, text: JSON.stringify(keys) } : file,
  ),
});

describe('a file that is gone', () => {
  it('is missed by every run until it is back, cancelled or forgotten, and others are applied', async () => {
    const world = createMemoryWorld();
    await world.apply([first, apart]);
    const before = world.outside();
    for (let run = 0; run < 2; run++) {
      const outcome = await world.apply([apart]);
      expect(rulesIn(outcome)).toEqual([['missing', 'boatsetter-first1']]);
    }
    const more = charter('MORE1', { start: '2027-07-10T09:00' });
    expect(keysIn(await world.apply([apart, more]))).toEqual(['boatsetter-more1']);
    expect(world.outside()).toMatchObject(before);
    expect((await world.apply([first, apart, more])).status).toBe('nothing-to-do');
  });

  it('is forgotten on purpose, and what it made stays, while others are applied', async () => {
    const world = createMemoryWorld();
    await world.apply([first]);
    const before = world.outside();
    const forgotten = forgetting(sourceOf(apart), { 'boatsetter-first1': 'entered twice' });
    const outcome = await world.apply(forgotten);
    expect(outcome.status).toBe('applied');
    expect(keysIn(outcome)).toEqual(['boatsetter-apart1']);
    expect(world.outside()).toMatchObject(before);
    expect((await world.apply(forgotten)).status).toBe('nothing-to-do');
  });

  it('cannot be forgotten while it is there, nor under a name that is none', async () => {
    const world = createMemoryWorld();
    await expect(async () =>
      world.apply(forgetting(sourceOf(first), { 'boatsetter-first1': 'why' })),
    ).rejects.toThrow(UserError);
    await expect(async () => world.apply(forgetting(sourceOf(), { 'Not A Key': 'why' }))).rejects.toThrow(
      UserError,
    );
    await expect(async () => world.apply(forgetting(sourceOf(), { 'phone-p1': ' ' }))).rejects.toThrow(
      'why it is forgotten',
    );
  });
});

describe('an approved plan', () => {
  it('is applied when it is still the plan', async () => {
    const world = createMemoryWorld();
    const { checksum } = await world.plan(first);
    expect((await world.apply([first], { approved: checksum })).status).toBe('applied');
  });

  type World = ReturnType<typeof createMemoryWorld>;
  const nothing = async () => undefined;

  it.each<[string, BookingFileInput[], (world: World) => Promise<unknown>]>([
    ['the files moved', [{ ...first, start: '2027-05-31T09:00' }], nothing],
    ['a booking was added', [first, apart], nothing],
    ['another run applied meanwhile', [first], (world) => world.apply([{ ...first, hours: 4 }])],
    ['the charter is over by now', [first], async (world) => world.setTime('2027-06-01T00:00:00Z')],
  ])('is refused whole when %s', async (_, files, move) => {
    const world = createMemoryWorld();
    const { checksum } = await world.plan(first);
    await move(world);
    const before = world.outside();
    const outcome = await world.apply(files, { approved: checksum });
    expect(outcome.status).toBe('moved');
    expect(world.outside()).toEqual(before);
    const next = 'plan' in outcome ? outcome.plan.checksum : '';
    expect((await world.apply(files, { approved: next })).status).toBe('applied');
  });

  it('that was applied since is refused: there is nothing left of it', async () => {
    const world = createMemoryWorld();
    const { checksum } = await world.plan(first);
    await world.apply([first]);
    expect((await world.apply([first], { approved: checksum })).status).toBe('moved');
  });

  it('still obeys the guards', async () => {
    const world = createMemoryWorld();
    const { checksum } = await world.plan(first, clash, apart);
    const outcome = await world.apply([first, clash, apart], { approved: checksum });
    expect(keysIn(outcome)).toEqual(['boatsetter-apart1']);
  });
});

describe('a limit', () => {
  const limits = { cancellations: 2, recipients: 6, crewRestMinutes: 0 };
  const rulesOf = (plan: Plan, allow: Allowances = {}) =>
    guard(plan, limits, allow).map(({ rule, override }) => [rule, override]);
  /** So many charters, far apart, all of them applied. */
  const applied = async (count: number) => {
    const world = createMemoryWorld();
    const charters = Array.from({ length: count }, (_, at) =>
      charter(`MANY${at}`, { start: `2027-06-${10 + at}T09:00` }),
    );
    await world.apply(charters, { allow: { recipients: 1000 } });
    return { world, charters };
  };

  it.each([
    [2, []],
    [3, [['cancel', 'cancel:3']]],
  ])('of 2 cancellations lets as many through: of %i', async (count, expected) => {
    const { world, charters } = await applied(count);
    const plan = await world.plan(...charters.map((one) => ({ ...one, status: 'cancelled' as const })));
    expect(rulesOf(plan, { recipients: 1000 })).toEqual(expected);
    expect(rulesOf(plan, { recipients: 1000, cancel: count })).toEqual([]);
    expect(rulesOf(plan, { recipients: 1000, cancel: count - 1 })).toEqual([['cancel', `cancel:${count}`]]);
  });

  it('of mails counts every mail', async () => {
    const plan = await createMemoryWorld().plan(charter('MAILS1'));
    const mails = plan.bookings.flatMap(({ tells }) => tells).length;
    expect(mails).toBeGreaterThan(2);
    expect(guard(plan, { ...limits, recipients: mails }, {})).toEqual([]);
    expect(guard(plan, { ...limits, recipients: mails - 1 }, {})).toMatchObject([
      { rule: 'recipients', override: `recipients:${mails}`, bookingKeys: ['boatsetter-mails1'] },
    ]);
  });
});
