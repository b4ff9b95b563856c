import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, it } from 'vitest';
import { addHours, compareInstants, formatZoneAt, isWallTime, parseInstant } from '#bookings/model/time.ts';

const orNone = <T>(work: () => T): T | undefined => {
  try {
    return work();
  } catch {
    return undefined;
  }
};

const digits = (most: number) => fc.integer({ min: 0, max: most }).map((n) => String(n).padStart(2, '0'));
const day = fc
  .tuple(fc.constantFrom('2024', '2026', '2027', '2099'), digits(13), digits(32))
  .map((parts) => parts.join('-'));
const clock = fc.tuple(digits(25), digits(61), digits(61)).map((parts) => parts.join(':'));
const offset = fc.oneof(
  fc.constantFrom('Z', '', '+00:00', '-00:00', '-08:00', '+05:45', '+24:00', '-7:00', '.500Z'),
  fc.tuple(fc.constantFrom('+', '-'), digits(25), digits(61)).map(([sign, h, m]) => `${sign}${h}:${m}`),
);

describe('what is taken from text without Temporal is what Temporal takes from it', () => {
  it('for instants, those that do not exist included', () => {
    const text = fc.tuple(day, clock, offset).map(([date, time, end]) => `${date}T${time}${end}`);
    fc.assert(
      fc.property(text, (written) => {
        expect(parseInstant(written)).toBe(orNone(() => Temporal.Instant.from(written).toString()));
      }),
      { numRuns: 5000 },
    );
    expect(parseInstant('2026-02-30T10:00:00Z')).toBeUndefined();
    expect(parseInstant('2026-11-20T18:03:00-08:00')).toBe('2026-11-21T02:03:00Z');
  });

  it('for the order of instants, however they are written', () => {
    const instant = fc
      .tuple(fc.integer({ min: 0, max: 4e12 }), fc.constantFrom('Z', '.000Z', '+00:00', '-08:00'))
      .map(([moment, form]) => {
        const utc = new Date(moment).toISOString();
        if (form === 'Z') return utc.replace(/\.\d+Z/, 'Z');
        return form === '.000Z' ? utc : utc.replace(/\.\d+Z/, form);
      });
    fc.assert(
      fc.property(instant, instant, (one, other) => {
        expect(compareInstants(one, other)).toBe(Temporal.Instant.compare(one, other));
      }),
    );
  });

  it('for wall times', () => {
    const text = fc.tuple(day, digits(25), digits(61)).map(([date, h, m]) => `${date}T${h}:${m}`);
    fc.assert(
      fc.property(text, (written) => {
        const exists =
          orNone(() => Temporal.PlainDateTime.from(written, { overflow: 'reject' })) !== undefined;
        expect(isWallTime(written)).toBe(exists);
      }),
      { numRuns: 2000 },
    );
  });

  it('for ends, and names of zones, at every quarter of an hour around changes of clocks', () => {
    for (const zone of ['America/Los_Angeles', 'Australia/Lord_Howe', 'Europe/Dublin'])
      for (const change of [
        '2027-03-12',
        '2027-03-27',
        '2027-04-03',
        '2027-10-02',
        '2027-10-30',
        '2027-11-06',
      ])
        for (let quarter = 0; quarter < 4 * 72; quarter += 3) {
          const instant = Temporal.Instant.from(`${change}T00:00:00Z`).add({ minutes: quarter * 15 });
          const zoned = instant.toZonedDateTimeISO(zone);
          const wall = zoned.toPlainDateTime().toString({ smallestUnit: 'minute' });
          const end = orNone(() =>
            Temporal.PlainDateTime.from(wall)
              .toZonedDateTime(zone, { disambiguation: 'reject' })
              .add({ minutes: 150 })
              .toPlainDateTime()
              .toString({ smallestUnit: 'minute' }),
          );
          expect(orNone(() => addHours(wall, zone, 2.5))).toBe(end);
          const name = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'short' })
            .formatToParts(instant.epochMilliseconds)
            .find(({ type }) => type === 'timeZoneName')!.value;
          expect(formatZoneAt(instant.toString(), zone)).toBe(name);
        }
  });
});
