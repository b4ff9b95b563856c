import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyHistory, createTheatre, SOUND } from '#test/whole/history.ts';

const RUNS = 5_000;

it(`any of ${RUNS} histories ends in the world that its last commit describes, and everybody knows`, async () => {
  const play = await createTheatre();
  const seed = Date.now() % 2 ** 31;
  let commits = 0;
  // A failure names seed and path, by which it is played again.
  await fc.assert(
    fc.asyncProperty(anyHistory(8), async (steps) => {
      commits += steps.length;
      expect(await play(steps)).toEqual(SOUND);
    }),
    { seed, numRuns: RUNS },
  );
  console.log(`${RUNS} histories with ${commits} commits, seed ${seed}: 0 wrong`);
});
