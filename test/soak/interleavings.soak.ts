import { describe, expect, it } from 'vitest';
import { NO_MAIL_FAULTS } from '#test/whole/content.ts';
import { createTrack, RACES } from '#test/whole/interleavings.ts';

const SEEDS = 5_000;

describe.each(RACES)('two applies at once: $name', (race) => {
  it(`corrupt nothing in ${SEEDS} orders`, async () => {
    const track = await createTrack(race);
    const outcomes = new Map<string, number>();
    for (let seed = 1; seed <= SEEDS; seed++) {
      const finish = await track.run(seed);
      expect(finish.stale, `seed ${seed}`).toEqual([]);
      expect(finish.different, `seed ${seed}`).toEqual([]);
      expect(finish.mails, `seed ${seed}`).toEqual(NO_MAIL_FAULTS);
      const outcome = `${finish.outcomes['older']}/${finish.outcomes['newer']}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    console.log(`${race.name}: ${SEEDS} orders, 0 wrong`, Object.fromEntries(outcomes));
  });
});
