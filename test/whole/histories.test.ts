import fc from 'fast-check';
import { expect, it } from 'vitest';
import { anyHistory, createTheatre, SOUND } from './history.ts';

// Always the same ones; the soak plays others.
const RUNS = { seed: 5, numRuns: 500 };
/** Milliseconds, for a machine that has much else to do. */
const LONG = 300_000;

it(
  `any of ${RUNS.numRuns} histories ends in the world that its last commit describes, and everybody knows`,
  async () => {
    const play = await createTheatre();
    const property = fc.asyncProperty(anyHistory(4), async (steps) => {
      expect(await play(steps)).toEqual(SOUND);
    });
    await fc.assert(property, RUNS);
  },
  LONG,
);
