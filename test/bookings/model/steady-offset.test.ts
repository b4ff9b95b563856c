import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { steadyOffset } from '#bookings/model/steady-offset.ts';
import { readWallTime, startOfDay, wallTimeAt } from '#bookings/model/time.ts';

const ZONES = [
  'UTC',
  'America/Los_Angeles',
  'America/St_Johns',
  'Asia/Kolkata',
  'Pacific/Auckland',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Europe/Dublin',
  'Pacific/Kiritimati',
];
const HOUR = 3_600_000;
const zone = fc.constantFrom(...ZONES);
const minute = fc
  .integer({ min: Date.parse('2020-01-01T00:00Z') / 60_000, max: Date.parse('2045-01-01T00:00Z') / 60_000 })
  .map((minutes) => minutes * 60_000);
const zoned = (moment: number, of: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(of);
const offsetOf = (moment: number, of: string): number => zoned(moment, of).offsetNanoseconds / 1_000_000;
const wallOf = (moment: number, of: string): string =>
  zoned(moment, of).toPlainDateTime().toString({ smallestUnit: 'minute' });

describe('a steady offset', () => {
  it('is the zone’s own, for a day before and after', () => {
    fc.assert(
      fc.property(minute, zone, (moment, of) => {
        const offset = steadyOffset(moment, of);
        if (offset === undefined) return;
        for (const hours of [-24, -12, 0, 12, 24]) expect(offsetOf(moment + hours * HOUR, of)).toBe(offset);
      }),
      { numRuns: 2000 },
    );
  });

  it('is there for most moments, and none around a change of clocks', () => {
    const moments = Array.from(
      { length: 365 },
      (_, day) => Date.parse('2027-01-01T12:00Z') + day * 24 * HOUR,
    );
    const steady = moments.filter((moment) => steadyOffset(moment, 'America/Los_Angeles') !== undefined);
    expect(steady.length).toBeGreaterThan(340);
    for (const change of ['2027-03-14T10:00Z', '2027-11-07T09:00Z'])
      for (const hours of [-23, -1, 0, 1, 23])
        expect(steadyOffset(Date.parse(change) + hours * HOUR, 'America/Los_Angeles')).toBeUndefined();
  });
});

describe('with and without it', () => {
  it('an instant shows the same wall time, and its day begins at the same instant', () => {
    fc.assert(
      fc.property(minute, zone, (moment, of) => {
        const wall = wallOf(moment, of);
        expect(wallTimeAt(new Date(moment).toISOString(), of)).toBe(wall);
        const midnight = Temporal.PlainDate.from(wall.slice(0, 10)).toZonedDateTime(of);
        expect(startOfDay(wall, of)).toBe(midnight.toInstant().toString());
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['America/Los_Angeles', 'Australia/Lord_Howe', 'Africa/Casablanca'])(
    'every wall time of a year in %s is read the same, or refused',
    (of) => {
      const wrong: string[] = [];
      for (let shown = Date.parse('2027-01-01T00:00Z'); shown < Date.parse('2028-01-01'); shown += HOUR / 2) {
        const wall = new Date(shown).toISOString().slice(0, 16);
        const reading = readWallTime(wall, of);
        if (reading.ok !== isUnique(wall, of)) wrong.push(wall);
        if (reading.ok && wallOf(Date.parse(reading.instant), of) !== wall) wrong.push(wall);
      }
      expect(wrong).toEqual([]);
    },
  );
});

function isUnique(wall: string, of: string): boolean {
  try {
    Temporal.PlainDateTime.from(wall).toZonedDateTime(of, { disambiguation: 'reject' });
    return true;
  } catch {
    return false;
  }
}
