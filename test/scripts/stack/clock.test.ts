import { afterEach, describe, expect, it } from 'vitest';
import { clockOffset, shiftClock } from '#scripts/stack/clock.ts';

const machineDate = Date;
const machineNow = Date.now.bind(Date);
const WEEK = 7 * 24 * 3600 * 1000;

afterEach(() => shiftClock(0));

describe('a shifted clock', () => {
  it('moves Date.now, new Date and Date() alike', () => {
    shiftClock(WEEK);
    const expected = machineNow() + WEEK;
    expect(Math.abs(Date.now() - expected)).toBeLessThan(1000);
    expect(Math.abs(new Date().getTime() - expected)).toBeLessThan(1000);
    expect(Math.abs(Date.parse(Date()) - expected)).toBeLessThan(2000);
    expect(clockOffset()).toBe(WEEK);
  });

  it('leaves dates that are written out as they are', () => {
    shiftClock(WEEK);
    expect(new Date('2026-05-01T00:00:00Z').toISOString()).toBe('2026-05-01T00:00:00.000Z');
    expect(new Date(2026, 4, 1, 12).getHours()).toBe(12);
    expect(new Date(0).getTime()).toBe(0);
    expect(Date.UTC(2026, 0, 1)).toBe(Date.parse('2026-01-01T00:00:00Z'));
  });

  it('makes dates that are instances of Date, before and after the shift', () => {
    const before = new Date();
    shiftClock(WEEK);
    expect(before).toBeInstanceOf(Date);
    expect(new Date()).toBeInstanceOf(Date);
    expect(new Date()).toBeInstanceOf(machineDate);
    expect(new Date().constructor).toBe(Date);
    class Noon extends Date {}
    expect(new Noon()).toBeInstanceOf(Noon);
    expect(new Noon().getTime()).toBeGreaterThan(machineNow() + WEEK - 1000);
  });

  it('takes those along who kept hold of it', () => {
    shiftClock(-WEEK);
    const [Kept, now] = [Date, Date.now];
    shiftClock(WEEK);
    for (const time of [now(), new Kept().getTime()])
      expect(Math.abs(time - (machineNow() + WEEK))).toBeLessThan(1000);
  });

  it('replaces an earlier shift instead of adding to it', () => {
    shiftClock(WEEK);
    shiftClock(-WEEK);
    expect(Math.abs(Date.now() - (machineNow() - WEEK))).toBeLessThan(1000);
    shiftClock(0);
    expect(Date).toBe(machineDate);
    expect(new Date().constructor).toBe(machineDate);
    expect(clockOffset()).toBe(0);
  });
});
