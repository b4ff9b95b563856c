import { describe, expect, it } from 'vitest';
import { NO_MAIL_FAULTS } from './content.ts';
import { createTrack, RACES } from './interleavings.ts';

const SEEDS = 25;
/** Milliseconds, for a machine that has much else to do. */
const LONG = 180_000;
const SOUND = { stale: [], different: [], mails: NO_MAIL_FAULTS };

describe.each(RACES)('two applies at once: $name', { timeout: LONG }, (race) => {
  it(`corrupt nothing, and HEAD holds in the end, in ${SEEDS} orders`, async () => {
    const track = await createTrack(race);
    for (let seed = 1; seed <= SEEDS; seed++)
      expect(await track.run(seed), `seed ${seed}`).toMatchObject(SOUND);
  });

  it('the older one, waking up at any call after its lease was over, changes nothing', async () => {
    const track = await createTrack(race);
    let calls = 0;
    for (;;) {
      const { slept, ...finish } = await track.nap(calls + 1);
      if (!slept) break;
      calls += 1;
      expect(finish, `asleep before call ${calls}`).toMatchObject(SOUND);
    }
    expect(calls).toBeGreaterThan(20);
    console.log(`${race.name}: ${SEEDS} orders, ${calls} late awakenings, 0 wrong`);
  });
});
