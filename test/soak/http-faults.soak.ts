import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultInput } from '#scripts/stack/faults.ts';
import { createMatrix, MOVES, type Matrix } from '#test/e2e/faults-matrix.ts';
import { startWholeWorld, type WholeWorld } from '#test/e2e/faults-outside.ts';

/**
 * Every outgoing call of an apply fails alone: in every way, once or until the run has given up, or the process dies there.
 * Then the same for the calls that functions make meanwhile.
 */
const WAYS = ['reset', 'error', 'throttle', 'silence', 'lose-reply'] as const;
const TIMES = [1, 'always'] as const;

describe.each(Object.values(MOVES))('$name', (move) => {
  let world: WholeWorld;
  let matrix: Matrix;
  beforeAll(async () => {
    world = await startWholeWorld();
    matrix = await createMatrix(world, move);
  });
  afterAll(async () => {
    await matrix?.close();
    await world?.close();
  });

  it.each(TIMES.flatMap((times) => WAYS.map((does) => ({ does, times }))))(
    'every call: $does, $times',
    async ({ does, times }) => {
      const faults = matrix.calls.map(({ name, nth }): FaultInput => ({
        does,
        times,
        match: name,
        call: nth,
      }));
      const wrong = await wrongOf(faults, (fault) => matrix.afterFaults([fault]));
      console.log(`${move.name}, ${does}, ${times}: ${faults.length} cases, ${wrong.length} wrong`);
      expect(wrong).toEqual([]);
    },
  );

  it.each(['hold-before', 'hold-after'] as const)('the process is killed at every call: %s', async (when) => {
    const wrong = await wrongOf(matrix.calls, (call) => matrix.afterKill(call, when));
    console.log(`${move.name}, killed, ${when}: ${matrix.calls.length} cases, ${wrong.length} wrong`);
    expect(wrong).toEqual([]);
  });

  // Five in a row are more than a client tries, so that the function fails and whoever called it has to cope.
  it.each(
    [1, 5].flatMap((times) => (['reset', 'error', 'lose-reply'] as const).map((does) => ({ does, times }))),
  )('every call that functions make meanwhile: $does, $times', async ({ does, times }) => {
    const faults = matrix.inner.map(({ by, name, nth }): FaultInput => ({
      by,
      does,
      times,
      match: name,
      call: nth,
    }));
    const wrong = await wrongOf(faults, (fault) => matrix.afterFaults([fault]));
    console.log(
      `${move.name}, in functions, ${does}, ${times}: ${faults.length} cases, ${wrong.length} wrong`,
    );
    expect(wrong).toEqual([]);
  });
});

async function wrongOf<C>(cases: readonly C[], run: (one: C) => Promise<string[]>): Promise<unknown[]> {
  const wrong: unknown[] = [];
  for (const one of cases) {
    const found = await run(one).catch((error: unknown) => [String(error)]);
    if (found.length > 0) wrong.push([one, found]);
  }
  return wrong;
}
