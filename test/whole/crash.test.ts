import { describe, expect, it } from 'vitest';
import { NO_MAIL_FAULTS } from './content.ts';
import { createBench, SCENARIOS, singles } from './crash.ts';
import type { Mode } from './machine.ts';
import { createRandom } from '#scripts/bench/random.ts';

// Before one call is after another; the soak has all.
const MODES: readonly Mode[] = ['killed after', 'reply lost'];
const KILLED: readonly Mode[] = ['killed before', 'killed after'];
const PAIRS = 20;
/** Milliseconds, for a machine that has much else to do. */
const LONG = 180_000;
/** So many calls at the end of a run are those of the mails. */
const MAILING = 45;

describe.each(SCENARIOS)('$name', { timeout: LONG }, (scenario) => {
  it('is whole, and told once, whatever call goes wrong', async () => {
    const bench = await createBench(scenario);
    const faults = singles(bench.points, MODES);
    for (const fault of faults) {
      const { hits, wrong } = await bench.run([fault]);
      expect(hits).toHaveLength(1);
      expect(wrong, hits.join()).toBeNull();
    }
    console.log(
      `${scenario.name}: ${bench.points} calls × ${MODES.length} faults = ${faults.length} cases, 0 wrong`,
    );
  });

  it(`and whatever two calls do, in ${PAIRS} pairs`, async () => {
    const bench = await createBench(scenario);
    const random = createRandom(5);
    for (let pair = 0; pair < PAIRS; pair++) {
      const first = random.pick(singles(bench.points, KILLED));
      const { callsAfter } = await bench.run([first]);
      const second = random.pick(singles(callsAfter, KILLED));
      const { hits, wrong } = await bench.run([first, second]);
      expect(hits).toHaveLength(2);
      expect(wrong, hits.join()).toBeNull();
    }
  });
});

describe('a commit that broke and is reverted', { timeout: LONG }, () => {
  const amendments = SCENARIOS.filter(({ before }) => before !== null);

  it.each(amendments)('leaves what was before $name, repaired in between or not', async (scenario) => {
    const bench = await createBench(scenario);
    for (const fault of singles(bench.pipelinePoints, ['killed after'], { ofPipeline: true }))
      for (const order of ['repaired', 'at once'] as const) {
        const { hits, different, mails } = await bench.revert(fault, order);
        expect(different, `${hits.join()}, ${order}`).toEqual([]);
        expect(mails, hits.join()).toEqual(NO_MAIL_FAULTS);
      }
  });
});

describe('Send events that do not come within the grace time', { timeout: LONG }, () => {
  it('cost one mail twice at most, and none lost', async () => {
    const bench = await createBench(SCENARIOS[0]!);
    // What goes wrong earlier is another matter.
    const faults = singles(bench.points, ['killed after']).slice(-MAILING);
    let duplicates = 0;
    for (const fault of faults) {
      const result = await bench.runWithoutEvidence([fault]);
      expect(result.wrong, result.hits.join()).toBeNull();
      expect(result.duplicates, result.hits.join()).toBeLessThanOrEqual(1);
      duplicates += result.duplicates;
    }
    expect((await bench.runWithoutEvidence([])).duplicates).toBe(0);
    // A sender that dies between SES and its own note is what evidence is for.
    expect(duplicates).toBe(bench.mails);
    console.log(
      `without Send events: ${faults.length} cases, 0 lost, ${duplicates} of ${faults.length * bench.mails} mails twice`,
    );
  });
});
