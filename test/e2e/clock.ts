import { clockOffset, shiftClock } from '#scripts/stack/clock.ts';
import type { World } from './world.ts';

/**
 * Moves the clock of a world that runs: the pipeline's, and the functions' from their next invocation on. Schedules run
 * only by `tick` from then on, since those that became due would run at any moment.
 */
export function goTo({ stack }: World, now: string): void {
  stack.aws.scheduler.close();
  shiftClock(clockOffset() + Date.parse(now) - Date.now());
}
