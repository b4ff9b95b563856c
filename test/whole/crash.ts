import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { xhqgmdh } from '#test/fixtures/bookings.ts';
import { contentOf, differing, mailFaults } from './content.ts';
import type { Fault, Mode } from './machine.ts';
import { outsideOf } from './outside.ts';
import { createWorld, CREW, type Commit } from './world.ts';

const booking = (changes: Partial<BookingFileInput> = {}): BookingFileInput => ({ ...xhqgmdh(), ...changes });
const withOpenPosition = booking({
  crew: [
    { member: 'john', role: 'deckhand', hours: 5 },
    { role: 'deckhand', hours: 5 },
    { member: 'mike', role: 'captain', hours: 3 },
  ],
});

/** A commit, and the one that was applied before it. */
export interface Scenario {
  readonly name: string;
  readonly before: BookingFileInput | null;
  readonly after: BookingFileInput;
}
export const SCENARIOS: readonly Scenario[] = [
  { name: 'a new booking', before: null, after: booking() },
  { name: 'a moved charter', before: booking(), after: booking({ start: '2027-05-31T09:00' }) },
  { name: 'a cancellation', before: booking(), after: booking({ status: 'cancelled' }) },
  { name: 'an open position', before: null, after: withOpenPosition },
];

/** What a run with faults, and clean ones after it until all is quiet, came to. */
export interface Result {
  /** The faults that took place, in words. */
  readonly hits: readonly string[];
  /** Calls from the last fault to the end. */
  readonly callsAfter: number;
  /** The world, and as it should be; null when it is so. */
  readonly wrong: { readonly found: unknown; readonly expected: unknown } | null;
}

/** One scenario, played as often as one likes with other faults. */
export async function createBench({ before, after }: Scenario) {
  const world = createWorld();
  await world.enlist(...CREW);
  if (before !== null) await world.settle({ files: [before] });
  const putBack = world.savepoint();
  const contentBefore = contentOf(world);
  const commit: Commit = { files: [after] };
  const attempt = async (faults: readonly Fault[]) => {
    await putBack();
    world.machine.arm(faults);
    await world.apply(commit);
    await world.drain();
  };
  await attempt([{ at: Infinity, mode: 'killed before', ofPipeline: true }]);
  const pipelinePoints = world.machine.counted();
  await attempt([]);
  const points = world.machine.counted();
  await world.settle(commit);
  const expected = JSON.stringify(outsideOf(world));
  const mails = world.state.post.mailbox.size;

  return {
    /** Calls of a run without faults, until every mail is out. */
    points,
    /** Those of the pipeline itself. */
    pipelinePoints,
    mails,
    async run(faults: readonly Fault[]): Promise<Result> {
      await attempt(faults);
      await world.settle(commit);
      const found = outsideOf(world);
      const wrong =
        JSON.stringify(found) === expected ? null : { found, expected: JSON.parse(expected) as unknown };
      return { hits: world.machine.hits(), callsAfter: world.machine.counted(), wrong };
    },
    /** The change with a fault, then (`repaired`) a clean run of it, and then its revert: what is not as it was before. */
    async revert(fault: Fault, order: 'repaired' | 'at once') {
      await attempt([fault]);
      if (order === 'repaired') await world.settle(commit);
      await world.settle({ files: [before!] });
      return {
        hits: world.machine.hits(),
        different: differing(contentOf(world), contentBefore),
        mails: mailFaults(world, CREW),
      };
    },
    /** Send events come only after all has come to rest without them: how many mails were lost, and went out twice. */
    async runWithoutEvidence(faults: readonly Fault[]) {
      world.withholdEvidence(true);
      await attempt(faults);
      await world.settle(commit);
      world.withholdEvidence(false);
      await world.settle(commit);
      const found = outsideOf(world);
      const once = { ...found, mails: [...new Set(found.mails)] };
      return {
        hits: world.machine.hits(),
        wrong:
          JSON.stringify(once) === expected
            ? null
            : { found: once, expected: JSON.parse(expected) as unknown },
        duplicates: found.mails.length - once.mails.length,
      };
    },
  };
}

/** Every one of so many calls, going wrong in each of these ways. */
export const singles = (
  points: number,
  modes: readonly Mode[],
  which: Pick<Fault, 'ofPipeline'> = {},
): Fault[] =>
  Array.from({ length: points }, (_, index) => index + 1).flatMap((at) =>
    modes.map((mode) => ({ at, mode, ...which })),
  );
