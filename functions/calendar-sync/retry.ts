export interface RetryOptions {
  readonly attempts: number;
  /** Milliseconds of the first wait at most; each further one doubles, up to `longest`. */
  readonly first: number;
  readonly longest: number;
  readonly delay: (milliseconds: number) => Promise<void>;
  /** 0 ≤ n < 1; `Math.random` outside tests. */
  readonly random: () => number;
}

/** Repeats an attempt that failed in passing, with full jitter. Throws the last error. */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  isPassing: (error: unknown) => boolean,
  options: RetryOptions,
): Promise<T> {
  for (let failures = 0; ; failures++) {
    try {
      return await attempt();
    } catch (error) {
      if (failures + 1 >= options.attempts || !isPassing(error)) throw error;
      await options.delay(options.random() * Math.min(options.longest, options.first * 2 ** failures));
    }
  }
}
