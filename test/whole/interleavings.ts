import { setImmediate as nextTurn } from 'node:timers/promises';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { xhqgmdh } from '#test/fixtures/bookings.ts';
import { contentOf, differing, mailFaults, type MailFaults } from './content.ts';
import { MODES } from './machine.ts';
import { watchForStaleWrites } from './never-back.ts';
import { createRandom } from '#scripts/bench/random.ts';
import { interleave } from './stepper.ts';
import { createWorld, CREW, type Applied, type Commit, type World } from './world.ts';

const booking = (changes: Partial<BookingFileInput> = {}): BookingFileInput => ({ ...xhqgmdh(), ...changes });
const OTHER = { id: 'SECOND1', pageId: 'secondpage', start: '2027-06-20T09:00' };
const STAYS = booking(OTHER);
const BASE = [booking(), STAYS];
const MOVED = [booking({ start: '2027-05-31T09:00', hours: 4 }), STAYS];
const BOTH_MOVED = [booking({ start: '2027-06-02T14:00' }), booking({ ...OTHER, status: 'cancelled' })];

export interface Race {
  readonly name: string;
  readonly before: readonly BookingFileInput[] | null;
  readonly older: readonly BookingFileInput[];
  readonly newer: readonly BookingFileInput[];
}
export const RACES: readonly Race[] = [
  { name: 'the same commit twice', before: BASE, older: MOVED, newer: MOVED },
  { name: 'a first commit twice', before: null, older: BASE, newer: BASE },
  { name: 'an older and a newer commit', before: BASE, older: MOVED, newer: BOTH_MOVED },
  { name: 'a commit and its revert', before: BASE, older: MOVED, newer: BASE },
];

/** What came of two pipelines at once, after a clean run of HEAD. */
export interface Finish {
  readonly outcomes: Readonly<Record<string, Applied>>;
  /** Writes that took a store back to something older. */
  readonly stale: readonly string[];
  readonly mails: MailFaults;
  readonly different: readonly unknown[];
}

/** Two pipelines at once, over and over again in other orders. */
export async function createTrack({ before, older, newer }: Race) {
  const world = createWorld();
  await world.enlist(...CREW);
  const putBackNothing = world.savepoint();
  await world.settle({ files: newer });
  const expected = contentOf(world);
  await putBackNothing();
  if (before !== null) await world.settle({ files: before });
  const putBack = world.savepoint();

  async function finish(run: () => Promise<Finish['outcomes']>): Promise<Finish> {
    const watched = watchForStaleWrites(world);
    try {
      const outcomes = await run();
      world.machine.arm();
      await world.settle({ files: newer, commit: 'newer' });
      const mails = mailFaults(world, CREW);
      return { outcomes, stale: watched.found, mails, different: differing(contentOf(world), expected) };
    } finally {
      world.memory.watch(undefined);
    }
  }

  return {
    /** Calls in an order drawn from a seed, mails under way, leases that run out and, in some, a fault. */
    async run(seed: number): Promise<Finish> {
      await putBack();
      const random = createRandom(seed);
      const fault = { at: 1 + random.below(200), mode: random.pick(MODES) };
      world.machine.arm(random.chance(0.33) ? [fault] : []);
      return finish(() => race(world, { older, newer }, random));
    },
    /** The older pipeline sleeps before its n-th call until its lease is over and the newer one is through. */
    async nap(call: number): Promise<Finish & { slept: boolean }> {
      await putBack();
      let slept = false;
      // It does not know how long it slept, so what it still does has to be refused.
      const stopped = () => 0;
      const finished = await finish(async () => {
        const outcome = await world.machine.napping(
          OLDER,
          call,
          () => world.apply({ ...commitOlder(older), clock: stopped }),
          async () => {
            slept = true;
            await world.drain();
            world.pass(901);
            await world.apply({ files: newer, commit: 'newer' });
            await world.drain();
          },
        );
        return { older: outcome };
      });
      return { ...finished, slept };
    },
  };
}

const OLDER = 'pipeline of older';
const commitOlder = (files: readonly BookingFileInput[]): Commit => ({
  files,
  commit: 'older',
  includes: (seen) => seen !== 'newer',
});

async function race(
  world: World,
  { older, newer }: Pick<Race, 'older' | 'newer'>,
  random: ReturnType<typeof createRandom>,
) {
  const outcomes: Record<string, Applied> = {};
  const started = world.now().getTime();
  // A machine that slept does not know how long: its own clock stands still.
  const clock = random.chance(0.5) ? { clock: () => started } : {};
  const late = random.below(120);
  const pipelinesLeft = { count: 1 };
  const pipelines = async () => {
    await Promise.all([
      world.apply({ ...commitOlder(older), ...clock }).then((status) => (outcomes['older'] = status)),
      (async () => {
        for (let turn = 0; turn < late; turn++) await nextTurn();
        for (let attempt = 0; attempt < 4; attempt++) {
          outcomes['newer'] = await world.apply({ files: newer, commit: 'newer' });
          if (outcomes['newer'] !== 'leased') return;
          for (let turn = 0; turn < 40; turn++) await nextTurn();
        }
      })(),
    ]);
    pipelinesLeft.count = 0;
  };
  const postman = async () => {
    while (pipelinesLeft.count > 0) {
      await world.drain();
      await nextTurn();
    }
  };
  const jumps = random.pick([0, 0.02, 0.1]);
  // Send events are there within the grace time.
  const jump = () => {
    const isDue = world.state.post.evidence.size === 0 && random.chance(jumps);
    if (isDue) world.pass(901);
    return isDue;
  };
  await interleave(world.machine, [pipelines, postman], { random, jump });
  return outcomes;
}
