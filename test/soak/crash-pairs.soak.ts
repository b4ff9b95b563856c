import { describe, expect, it } from 'vitest';
import { createBench, SCENARIOS, singles } from '#test/whole/crash.ts';
import { MODES, type Mode } from '#test/whole/machine.ts';

const KILLED: readonly Mode[] = ['killed before', 'killed after'];

describe.each(SCENARIOS)('$name', (scenario) => {
  it('is whole, and told once, whatever single call goes wrong in whatever way', async () => {
    const bench = await createBench(scenario);
    const faults = singles(bench.points, MODES);
    for (const fault of faults) {
      const { hits, wrong } = await bench.run([fault]);
      expect(wrong, hits.join()).toBeNull();
    }
    console.log(`${scenario.name}: ${faults.length} single faults, 0 wrong`);
  });

  it('and at whatever two calls processes die, the second one counted from the first', async () => {
    const bench = await createBench(scenario);
    let pairs = 0;
    for (const first of singles(bench.points, KILLED)) {
      const { callsAfter } = await bench.run([first]);
      for (const second of singles(callsAfter, KILLED)) {
        const { hits, wrong } = await bench.run([first, second]);
        expect(wrong, `${JSON.stringify([first, second])}: ${hits.join(', then ')}`).toBeNull();
        pairs += 1;
      }
    }
    console.log(`${scenario.name}: ${pairs} pairs of crash points, 0 wrong`);
  });

  it('without Send events in time, two crashes cost two mails twice at most, and none lost', async () => {
    const bench = await createBench(scenario);
    let [pairs, duplicates] = [0, 0];
    for (const first of singles(bench.points, ['killed after']))
      for (const second of singles(20, ['killed after'])) {
        const result = await bench.runWithoutEvidence([first, second]);
        expect(result.wrong, result.hits.join(', then ')).toBeNull();
        expect(result.duplicates).toBeLessThanOrEqual(2);
        pairs += 1;
        duplicates += result.duplicates;
      }
    console.log(
      `${scenario.name}: ${pairs} pairs without Send events, 0 lost, ${duplicates} of ${pairs * bench.mails} mails twice`,
    );
  });
});
