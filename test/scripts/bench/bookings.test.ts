import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { findConflicts } from '#bookings/model/conflicts.ts';
import { load, type Source } from '#bookings/reconcile/load.ts';
import { generateBookings } from '#scripts/bench/bookings.ts';
import { withFleet } from '#scripts/bench/fleet.ts';
import { renderTable, spreadOf } from '#scripts/bench/figures.ts';
import { createRandom } from '#scripts/bench/random.ts';
import { ROOT } from '#scripts/repository.ts';
import { sourceOf } from '#test/fixtures/bookings.ts';

const fleetSource = (files: readonly BookingFileInput[]): Source => {
  const source = sourceOf(...files);
  return { ...source, reference: withFleet(source.reference) };
};

const loadFleet = (count: number) => load(fleetSource(generateBookings(count, 7)));

describe('bookings to measure with', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(generateBookings(50, 1)).toEqual(generateBookings(50, 1));
    expect(generateBookings(50, 1)).not.toEqual(generateBookings(50, 2));
  });

  it('are what files could hold, each its own, over changes of clocks too', () => {
    const { bookings } = loadFleet(1600);
    expect(new Set(bookings.map(({ pageId }) => pageId)).size).toBe(1600);
    expect(
      bookings
        .map(({ start }) => start)
        .toSorted()
        .at(-1)!
        .slice(0, 7),
    ).toBe('2027-04');
  });

  it('do not contradict each other, and ten thousand take about two years', () => {
    const { bookings, reference } = loadFleet(1600);
    const now = '2026-12-15T00:00:00Z';
    expect(findConflicts(bookings, { limits: reference.limits, now })).toEqual([]);
    const perDay = 1600 / ((Date.parse('2027-05-01') - Date.parse('2027-01-01')) / 86_400_000);
    expect(10_000 / perDay / 365).toBeCloseTo(2, 0);
    expect(generateBookings(1600, 7)).toEqual(generateBookings(1700, 7).slice(0, 1600));
  });

  it('contradict each other as soon as one is moved into another', () => {
    const [first, second, ...rest] = generateBookings(20, 7).filter(({ status }) => status === 'confirmed');
    const moved = { ...second!, vessel: first!.vessel, start: first!.start };
    const { bookings, reference } = load(fleetSource([first!, moved, ...rest]));
    const now = '2026-12-15T00:00:00Z';
    const rules = findConflicts(bookings, { limits: reference.limits, now }).map(({ rule }) => rule);
    expect(rules).toContain('vessel-overlap');
  });

  it('are varied: states, languages, notes, changes, names of all kinds', () => {
    const files = generateBookings(1000, 7);
    const shareOf = (holds: (file: (typeof files)[number]) => boolean): number =>
      files.filter(holds).length / files.length;
    expect(shareOf(({ status }) => status === 'confirmed')).toBeCloseTo(0.85, 1);
    expect(shareOf(({ guest }) => guest.language === 'es')).toBeCloseTo(0.3, 1);
    expect(shareOf(({ notes }) => notes?.guest !== undefined)).toBeCloseTo(0.6, 1);
    expect(shareOf(({ amendments }) => amendments!.length > 0)).toBeCloseTo(0.2, 1);
    expect(new Set(files.map(({ guest }) => guest.name)).size).toBeGreaterThan(80);
    expect(files.some(({ guest }) => /\p{Script=Hebrew}/u.test(guest.name))).toBe(true);
  });
});

describe('numbers that look random', () => {
  it('stay within what is asked for and reach both ends', () => {
    const random = createRandom(3);
    const seen = new Set(Array.from({ length: 500 }, () => random.whole(2, 5)));
    expect([...seen].toSorted()).toEqual([2, 3, 4, 5]);
    expect(random.percent(0)).toBe(false);
    expect(random.percent(100)).toBe(true);
  });
});

describe('figures', () => {
  it('of several runs are their median, the best and the worst', () => {
    expect(spreadOf([9, 1, 10, 2, 3])).toEqual({ median: 3, fastest: 1, slowest: 10 });
  });

  it('stand in columns', () => {
    const table = renderTable('Times', [
      ['what', 'ms'],
      ['one page', '3'],
    ]);
    expect(table).toBe(
      ['Times', '', '| what     | ms |', '| -------- | -- |', '| one page | 3  |', ''].join('\n'),
    );
  });

  it('of a section that there is not are refused, with those that there are', async () => {
    const bench = promisify(execFile)(process.execPath, [join(ROOT, 'scripts/bench.ts'), '--only', 'mails']);
    await expect(bench).rejects.toMatchObject({
      code: 2,
      stderr: '✗ --only mails: there are handlers, program, pages, stages, runs\n',
    });
  });
});
