import { Temporal } from 'temporal-polyfill';
import { remembered } from './remembered.ts';

/**
 * Milliseconds that a zone's clock is ahead of UTC around a moment; undefined near a change of clocks, where only the
 * full calculation tells. Nearly every charter is far from one, and asking Temporal takes ten times as long.
 */
export function steadyOffset(moment: number, zone: string): number | undefined {
  const [before, after] = [spanOf(moment - DAY), spanOf(moment + DAY)];
  const offset = offsetIn(zone, before);
  return (before === after || offset === offsetIn(zone, after)) && !Number.isNaN(offset) ? offset : undefined;
}

/** Epoch milliseconds. A wall time may be this far from the same reading of the clock in UTC, and is never further. */
const DAY = 24 * 3_600_000;

/** Days that are looked at together, by their number: so short that no zone changes its clocks twice in them. */
const SPAN = 6 * DAY;
const spanOf = (moment: number): string => String(Math.floor(moment / SPAN));

/** The offset throughout a span; NaN when it changes in it. */
const offsetIn = remembered((zone: string, span: string): number => {
  const [first, last] = [offsetAt(zone, span), offsetAt(zone, String(Number(span) + 1))];
  return first === last ? first : Number.NaN;
});

/** At the beginning of a span. */
const offsetAt = remembered(
  (zone: string, span: string): number =>
    Temporal.Instant.fromEpochMilliseconds(Number(span) * SPAN).toZonedDateTimeISO(zone).offsetNanoseconds /
    1_000_000,
);
