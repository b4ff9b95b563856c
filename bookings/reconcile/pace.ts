/** Runs a task when its turn has come. */
export type Pace = <T>(task: () => Promise<T>) => Promise<T>;

/** How time passes, in milliseconds. */
export interface PaceClock {
  now(): number;
  delay(milliseconds: number): Promise<unknown>;
}

/**
 * Lets tasks begin evenly, no more than so many in any span of so many milliseconds, in the order in which they were
 * asked for: limits of others count what was asked, whatever came of it.
 */
export function createPace(
  { most, milliseconds }: { readonly most: number; readonly milliseconds: number },
  { now, delay }: PaceClock,
): Pace {
  const apart = milliseconds / most;
  let free = -Infinity;
  return async (task) => {
    const turn = Math.max(free, now());
    free = turn + apart;
    // Timers may be early, and a limit does not allow for that.
    for (let wait = turn - now(); wait > 0; wait = turn - now()) await delay(wait);
    return task();
  };
}
