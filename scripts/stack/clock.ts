interface Clock {
  readonly RealDate: DateConstructor;
  offset: number;
}

const registry = globalThis as typeof globalThis & Record<symbol, Clock | undefined>;
const key = Symbol.for('bosun.clock');

/**
 * Makes `Date` in this realm run `offsetMs` milliseconds ahead of the machine (behind when negative).
 * Calling it again replaces the offset; 0 puts the machine's own `Date` back. Timers are untouched.
 */
export function shiftClock(offsetMs: number): void {
  const clock = (registry[key] ??= { RealDate: Date, offset: 0 });
  clock.offset = offsetMs;
  const wanted = offsetMs === 0 ? clock.RealDate : shifted(clock);
  clock.RealDate.prototype.constructor = wanted;
  globalThis.Date = wanted;
}

/** How many milliseconds `Date` of this realm is ahead of the machine. */
export const clockOffset = (): number => registry[key]?.offset ?? 0;

/**
 * A proxy rather than a subclass, so that dates made before and after the shift are `instanceof` the same thing. Who
 * holds on to it, or to its `now`, goes along with later shifts.
 */
function shifted(clock: Clock): DateConstructor {
  const { RealDate } = clock;
  const now = (): number => RealDate.now() + clock.offset;
  return new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct(_target, parts: unknown[], newTarget: NewableFunction): Date {
      const given = parts.length === 0 ? [now()] : parts;
      return Reflect.construct(RealDate, given, newTarget) as Date;
    },
    get: (target, property): unknown => (property === 'now' ? now : Reflect.get(target, property)),
  });
}
