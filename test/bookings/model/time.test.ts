import { describe, expect, it } from 'vitest';
import {
  addHours,
  formatDate,
  formatTime,
  formatZone,
  formatZoneAt,
  isWallTime,
  nextDate,
  readWallTime,
  shiftInstant,
  startOfDay,
  wallTimeAt,
} from '#bookings/model/time.ts';

const ZONE = 'America/Los_Angeles';

describe('wall time', () => {
  it.each([
    ['2027-05-30T09:00', '2027-05-30T16:00:00Z'],
    ['2027-01-15T09:00', '2027-01-15T17:00:00Z'],
    ['2027-03-14T01:59', '2027-03-14T09:59:00Z'],
    ['2027-03-14T03:00', '2027-03-14T10:00:00Z'],
    ['2027-11-07T02:00', '2027-11-07T10:00:00Z'],
  ])('%s in San Diego is the instant %s, by the offset of the charter’s date', (wall, instant) => {
    expect(readWallTime(wall, ZONE)).toEqual({ ok: true, instant });
  });

  it.each([
    ['2027-03-14T02:30', 'does not exist'],
    ['2027-11-07T01:30', 'occurs twice'],
    ['2027-05-30T09:00Z', 'a UTC time'],
    ['2027-05-30T09:00-07:00', 'a time with an offset'],
    ['2027-05-30T09:00:00', 'not a wall time'],
    ['2027-02-30T09:00', 'does not exist'],
    ['2027-05-30T24:00', 'does not exist'],
    ['09:00Z', 'a UTC time'],
    ['tomorrow', 'not a wall time'],
  ])('%s is refused: %s, and the text says how to fix it', (wall, reason) => {
    const reading = readWallTime(wall, ZONE);
    expect(reading.ok).toBe(false);
    if (!reading.ok) {
      expect(reading.reason).toContain(reason);
      expect(reading.remedy).not.toBe('');
    }
  });

  it.each([
    ['2027-11-06T22:00', 5, '2027-11-07T02:00'],
    ['2027-03-13T22:00', 5, '2027-03-14T04:00'],
    ['2027-05-30T22:45', 2.5, '2027-05-31T01:15'],
  ])('%s plus %s elapsed hours is %s on the clock at the berth', (wall, hours, end) => {
    expect(addHours(wall, ZONE, hours)).toBe(end);
  });

  it('is formatted for people without passing through the zone of this process', () => {
    expect(formatDate('2027-05-30T23:30')).toBe('Sunday, May 30, 2027');
    expect(formatDate('2027-05-30T00:15', 'es')).toBe('domingo, 30 de mayo de 2027');
    expect(formatTime('2027-05-30T09:00')).toBe('9:00 AM');
    expect(formatZone('2027-05-30T09:00', ZONE)).toBe('PDT');
    expect(formatZone('2027-12-30T09:00', ZONE)).toBe('PST');
  });

  it('knows the next date over the end of a month and of February', () => {
    expect([nextDate('2027-05-31'), nextDate('2028-02-28')]).toEqual(['2027-06-01', '2028-02-29']);
  });

  it('tells wall times from other text', () => {
    expect([isWallTime('2027-05-30T09:00'), isWallTime('2027-05-30')]).toEqual([true, false]);
  });
});

describe('an instant', () => {
  it.each([
    ['2027-05-30T16:00:00Z', 3, '2027-05-30T19:00:00Z'],
    ['2027-05-30T16:00:00Z', -0.25, '2027-05-30T15:45:00Z'],
    ['2027-05-30T09:00:00-07:00', 168, '2027-06-06T16:00:00Z'],
    ['2027-05-30T16:00:10Z', 0, '2027-05-30T16:00:10Z'],
    ['2027-05-30T16:00:00.250Z', 1, '2027-05-30T17:00:00.25Z'],
    ['2027-12-31T23:30:00Z', 0.5, '2028-01-01T00:00:00Z'],
  ])('%s shifted by %s hours is %s', (instant, hours, shifted) => {
    expect(shiftInstant(instant, hours)).toBe(shifted);
  });

  it('that is none is refused, not shifted', () => {
    expect(() => shiftInstant('tomorrow', 1)).toThrow(RangeError);
  });

  it('is shown by the clock of each zone, asked for the first time and again', () => {
    const instant = '2027-11-07T09:30:00Z';
    for (const time of ['first', 'again']) {
      expect([time, wallTimeAt(instant, ZONE), formatZoneAt(instant, ZONE)]).toEqual([
        time,
        '2027-11-07T01:30',
        'PST',
      ]);
      expect([time, wallTimeAt(instant, 'Europe/Madrid'), formatZoneAt(instant, ZONE, 'es')]).toEqual([
        time,
        '2027-11-07T10:30',
        'PST',
      ]);
    }
  });

  it('begins the day of a wall time, the short and the long one too', () => {
    expect(startOfDay('2027-05-30T09:00', ZONE)).toBe('2027-05-30T07:00:00Z');
    expect(startOfDay('2027-03-14T23:00', ZONE)).toBe('2027-03-14T08:00:00Z');
    expect(startOfDay('2027-11-07T23:00', ZONE)).toBe('2027-11-07T07:00:00Z');
  });
});
