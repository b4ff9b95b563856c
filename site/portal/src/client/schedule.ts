/** Milliseconds. */
const PERIOD = 60_000;
const LONGEST_PAUSE = 15 * 60_000;

/** How long until the next look at the server: a minute; the more failed in a row the longer, and not all phones at once. */
export const pauseAfter = (failures: number, random: () => number = Math.random): number =>
  failures === 0 ? PERIOD : Math.min(PERIOD * 2 ** (failures - 1), LONGEST_PAUSE) * (1 + random() / 2);

/**
 * Runs `work` at once, whenever the page comes to sight or the network comes or goes, and while the page is visible and
 * online after each pause; never twice at a time. `work` says whether it succeeded.
 */
export function startSchedule(work: () => Promise<boolean>): void {
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRunning = false;
  const run = async () => {
    clearTimeout(timer);
    if (isRunning) return;
    isRunning = true;
    failures = (await work().catch(() => false)) ? 0 : failures + 1;
    isRunning = false;
    if (isAwake()) timer = setTimeout(() => void run(), pauseAfter(failures));
  };
  const wake = () => {
    if (document.visibilityState === 'visible') void run();
    else clearTimeout(timer);
  };
  for (const event of ['online', 'offline', 'focus']) addEventListener(event, wake);
  document.addEventListener('visibilitychange', wake);
  void run();
}

const isAwake = (): boolean => document.visibilityState === 'visible' && navigator.onLine;
