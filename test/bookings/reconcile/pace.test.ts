import { describe, expect, it } from 'vitest';
import { createPace } from '#bookings/reconcile/pace.ts';

/** A clock that stands still until somebody waits; waiting tasks go on in the order of their time. */
function createFakeClock() {
  let time = 0;
  const waiting: { at: number; go: () => void }[] = [];
  const next = () => {
    waiting.sort((one, other) => one.at - other.at);
    const first = waiting.shift();
    time = Math.max(time, first?.at ?? time);
    first?.go();
  };
  return {
    now: () => time,
    pass: (milliseconds: number) => (time += milliseconds),
    delay: (milliseconds: number) =>
      new Promise<void>((go) => {
        waiting.push({ at: time + milliseconds, go });
        setImmediate(next);
      }),
  };
}

/** The most that began in any span of so many milliseconds. */
const mostWithin = (starts: readonly number[], milliseconds: number): number =>
  Math.max(...starts.map((start) => starts.filter((at) => at >= start && at < start + milliseconds).length));

describe('a pace', () => {
  it('keeps a thousand writes to a calendar below Google’s quota, in their order', async () => {
    const clock = createFakeClock();
    const pace = createPace({ most: 600, milliseconds: 60_000 }, clock);
    const began: number[] = [];
    const order = await Promise.all(
      Array.from({ length: 1000 }, (_, index) =>
        pace(async () => {
          began.push(clock.now());
          return index;
        }),
      ),
    );
    expect(order).toEqual(Array.from({ length: 1000 }, (_, index) => index));
    expect(began).toEqual(began.toSorted((one, other) => one - other));
    expect(mostWithin(began, 60_000)).toBe(600);
    expect(began.at(-1)).toBe(99_900);
  });

  it('keeps mails below SES’s rate, also of less than one a second', async () => {
    const clock = createFakeClock();
    const pace = createPace({ most: 0.5, milliseconds: 1000 }, clock);
    const began: number[] = [];
    for (let mail = 0; mail < 10; mail++) await pace(async () => began.push(clock.now()));
    expect(began).toEqual([0, 2000, 4000, 6000, 8000, 10_000, 12_000, 14_000, 16_000, 18_000]);
  });

  it('makes nobody wait who comes late enough, and saves up no turns', async () => {
    const clock = createFakeClock();
    const pace = createPace({ most: 10, milliseconds: 1000 }, clock);
    const began: number[] = [];
    const begin = () => pace(async () => began.push(clock.now()));
    await begin();
    clock.pass(5000);
    await begin();
    await begin();
    expect(began).toEqual([0, 5000, 5100]);
  });

  it('counts what failed: it was asked for all the same', async () => {
    const clock = createFakeClock();
    const pace = createPace({ most: 1, milliseconds: 1000 }, clock);
    await expect(pace(() => Promise.reject(new Error('503')))).rejects.toThrow('503');
    await pace(async () => expect(clock.now()).toBe(1000));
  });

  it('waits again when a timer was early', async () => {
    const clock = createFakeClock();
    const early = { ...clock, delay: (milliseconds: number) => clock.delay(Math.ceil(milliseconds / 2)) };
    const pace = createPace({ most: 1, milliseconds: 1000 }, early);
    await pace(async () => undefined);
    await pace(async () => expect(clock.now()).toBeGreaterThanOrEqual(1000));
  });
});
