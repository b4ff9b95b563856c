import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Machine } from './machine.ts';
import type { Random } from '#scripts/bench/random.ts';

interface Waiting {
  readonly process: string;
  readonly go: () => void;
  /** A process that sleeps is passed over until this step, as long as another can go on. */
  wakesAt: number;
}

/**
 * Lets the calls of several processes through one at a time, in an order drawn from `random`. When nothing that lives for
 * seconds only is under way, `jump` may move the clock (and says whether it did): whoever waits then may sleep on.
 */
export async function interleave(
  machine: Machine,
  tasks: readonly (() => Promise<unknown>)[],
  { random, jump }: { random: Random; jump: () => boolean },
): Promise<void> {
  let waiting: Waiting[] = [];
  machine.order((process) => new Promise((go) => void waiting.push({ process, go, wakesAt: 0 })));
  // Some orders change hands at every call, some let one process run for long.
  const stickiness = random.pick([0, 0.5, 0.8, 0.95]);
  let last = '';
  const tasksLeft = { count: tasks.length };
  const all = Promise.all(tasks.map((task) => task().finally(() => (tasksLeft.count -= 1))));
  try {
    for (let step = 1; tasksLeft.count > 0; await nextTurn()) {
      if (waiting.length === 0) continue;
      if (waiting.every(({ process }) => LONG_LIVED.test(process)) && jump())
        for (const one of waiting) one.wakesAt = random.chance(0.5) ? step + random.below(400) : 0;
      const awake = waiting.filter(({ wakesAt }) => wakesAt <= step);
      const able = awake.length > 0 ? awake : waiting;
      const same = able.filter(({ process }) => process === last);
      const chosen = random.pick(same.length > 0 && random.chance(stickiness) ? same : able);
      waiting = waiting.filter((one) => one !== chosen);
      last = chosen.process;
      step += 1;
      chosen.go();
    }
    await all;
  } finally {
    machine.order(undefined);
    // What outlived its process only has to hear that it did.
    for (const { go } of waiting) go();
  }
}

/** A pipeline's machine may sleep for an hour; a function is over after a minute at most. */
const LONG_LIVED = /^pipeline/;
