/** The instant of the next attempt after so many: 5 minutes, doubled each time up to 6 hours, and not after a last one. */
export function nextAttempt(attempts: number, now: Date, notAfter?: string): string {
  const at = now.getTime() + Math.min(LONGEST, FIRST * 2 ** attempts);
  return new Date(notAfter === undefined ? at : Math.min(at, Date.parse(notAfter))).toISOString();
}

const FIRST = 5 * 60_000;
const LONGEST = 6 * 3_600_000;
