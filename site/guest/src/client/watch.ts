const LOOKS = 8;
/** From here on the looks are far enough apart to go on with while more and more comes up. */
const UNHURRIED = 3;

/**
 * Looks for what was sent, for half a minute and less and less often, until `look` says that nothing is missing. Each
 * call begins anew. `giveUp` is called at the end, whatever was seen.
 */
export function createWatch(look: () => Promise<boolean>, giveUp: () => void): () => void {
  let looks = 0;
  const run = (): void =>
    void setTimeout(async () => {
      const isComplete = await look();
      if (!isComplete && looks < LOOKS) return run();
      looks = 0;
      giveUp();
    }, 1000 * ++looks);
  return () => {
    if (looks === 0) run();
    else looks = Math.min(looks, UNHURRIED);
  };
}
