import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { Notification } from '#bookings/model/notifications.ts';
import type { Plan } from '#bookings/reconcile/plan.ts';
import { xhqgmdh } from '#test/fixtures/bookings.ts';
import { createMemoryWorld } from './memory-world.ts';

const KEY = 'boatsetter-xhqgmdh';
const crew = xhqgmdh().crew!;
const open = { role: 'deckhand', hours: 5 };
const booking = (changes: Partial<BookingFileInput> = {}): BookingFileInput => ({
  ...xhqgmdh(),
  crew: [open, ...crew.slice(1)],
  ...changes,
});
const named = (member: string) => booking({ crew: [{ member, ...open }, ...crew.slice(1)] });
const signUp = (member: string) => ({
  role: 'deckhand',
  member,
  name: member,
  entry: `entry-of-${member}`,
});

/** John signed up for the one open position. */
async function withJohn() {
  const world = createMemoryWorld();
  await world.apply([booking()]);
  world.crew.accept(KEY, signUp('john'));
  return world;
}

const tellsOf = (plan: Plan) => plan.bookings.flatMap(({ tells }) => tells);
const namesOf = (tells: readonly Notification[]): string[] =>
  tells.map(({ recipient, kind }) => `${recipient} ${kind}`);

describe('a plan', () => {
  it.each<[string, BookingFileInput, string[]]>([
    ['nobody when git names who signed up', named('john'), []],
    ['both when git names another', named('ana'), ['ana assigned', 'john unassigned', 'manager summary']],
    [
      'who signed up as one of the crew, and no other candidate',
      booking({ start: '2027-05-31T09:00' }),
      ['jane changed', 'john changed', 'mike changed', 'manager summary'],
    ],
    [
      'them alone, when the position is not needed any more',
      booking({ crew: crew.slice(1) }),
      ['john unassigned', 'manager summary'],
    ],
    [
      'each once, when the charter is cancelled',
      booking({ status: 'cancelled' }),
      ['jane cancelled', 'john cancelled', 'mike cancelled', 'manager summary'],
    ],
  ])('tells %s, and a release tells the same', async (_, changed, expected) => {
    const world = await withJohn();
    expect(namesOf(tellsOf(await world.plan(changed)))).toEqual(expected);
    const outcome = await world.apply([changed]);
    const released = 'results' in outcome ? outcome.results.flatMap(({ told }) => told) : [];
    expect(namesOf(released)).toEqual(expected);
    expect((await world.plan(changed)).bookings).toEqual([]);
  });

  it('does not come about by a sign-up: git is as it was', async () => {
    const world = await withJohn();
    expect((await world.plan(booking())).bookings).toEqual([]);
    expect((await world.apply([booking()])).status).toBe('nothing-to-do');
  });

  it('tells nobody when git names first who signed up second', async () => {
    const two = booking({ crew: [open, open, ...crew.slice(1)] });
    const world = createMemoryWorld();
    await world.apply([two]);
    for (const member of ['john', 'ana']) world.crew.accept(KEY, signUp(member));
    const changed = booking({ crew: [{ member: 'ana', ...open }, open, ...crew.slice(1)] });
    expect((await world.plan(changed)).bookings).toMatchObject([{ tells: [] }]);
    const mails = world.mails();
    await world.apply([changed]);
    expect(world.mails()).toEqual(mails);
  });

  it('forgets a sign-up that a release had no room for', async () => {
    const world = await withJohn();
    await world.apply([named('ana')]);
    expect((await world.crew.openPositions(eventIdOf(KEY))).signUps).toEqual([]);
    expect(namesOf(tellsOf(await world.plan(booking())))).toContain('john invited');
  });
});
