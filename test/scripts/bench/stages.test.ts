import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDesired } from '#bookings/reconcile/desired-set.ts';
import type { LedgerIndex } from '#bookings/reconcile/ledger.ts';
import { manifestOf } from '#bookings/reconcile/manifest.ts';
import { createMemorySite } from '#bookings/reconcile/memory.ts';
import { planBookings, selectChanged } from '#bookings/reconcile/plan.ts';
import { appliedRecord } from '#scripts/bench/applied.ts';
import { generateBookings } from '#scripts/bench/bookings.ts';
import { countCalls, isWrite, stepsOf } from '#scripts/bench/calls.ts';
import { writeBookings } from '#scripts/bench/checkout.ts';
import { withFleet } from '#scripts/bench/fleet.ts';
import { renderRuns, renderStages } from '#scripts/bench/scale.ts';
import { measureStages } from '#scripts/bench/stages.ts';
import { sourceOf } from '#test/fixtures/bookings.ts';

const fleetSource = (count: number) => {
  const source = sourceOf(...generateBookings(count, 7));
  return { ...source, reference: withFleet(source.reference) };
};

describe('stages of a pipeline', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'bosun-stages-'));
    const { bookings, reference } = fleetSource(12);
    for (const { path, text } of [...bookings, ...reference]) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), text);
    }
  });
  afterAll(() => rm(directory, { recursive: true, force: true }));

  it('are measured from files to an apply that was complete', async () => {
    const stages = await measureStages(directory, createMemorySite('one'));
    expect(stages.bookings).toBe(12);
    expect(Object.keys(stages.times)).toEqual([
      'read files',
      'load: parse, check, views, hashes',
      'load, files known',
      'check: conflicts',
      'render and hash all pages',
      'plan, all new',
      'plan and apply, all new',
    ]);
    // Four objects each are stored and looked at, and whatever else there is.
    expect(stages.gauge.calls).toBeGreaterThan(12 * 8);
    expect(stages.gauge.most).toBeGreaterThan(1);
    expect(stages.gauge.most).toBeLessThanOrEqual(32);
    expect(stages.gauge.mostOfOneCalendar).toBe(1);
    const table = renderStages([
      { section: 'stages', ...stages },
      { section: 'stages', ...stages, bookings: 120 },
    ]);
    expect(table).toContain('120 ÷ 12');
    expect(table).toMatch(/read files +\| [\d.]+ +\| [\d.]+ +\| × 1\.0/);
  });

  it('remove bookings from no checkout but a generated one', async () => {
    await expect(writeBookings(directory, 5)).rejects.toThrow(/nobody generated/);
  });
});

describe('a ledger that is filled without applying', () => {
  it('says what an apply would have left behind: there is nothing to do', () => {
    const { desired } = loadDesired(fleetSource(30));
    const run = { commit: 'c', now: '2026-12-15T00:00:00Z' };
    const manifest = manifestOf([]);
    const records = new Map(desired.map((one) => [one.key, appliedRecord(one, manifest, run)]));
    const targets = new Map(desired.map(({ key, target }) => [key, target]));
    const index = { open: [], targets, buildHash: 'b' } as unknown as LedgerIndex;
    expect(selectChanged(desired, index, 'b')).toEqual([]);
    const nothing = {
      manifests: new Map(),
      shared: { built: {}, published: {} },
      missing: [],
      conflicts: [],
    };
    const plan = planBookings(desired, { ...nothing, records, now: run.now, crew: new Map() });
    expect(plan.bookings).toEqual([]);
  });
});

describe('calls that were watched', () => {
  const call = (name: string, start: number, end: number) => ({ name, start, end });
  const calls = [
    call('SSM GetParameter', 0, 10),
    call('PUT /site/g/b1.html', 12, 30),
    call('PUT /site/g/b1.es.html', 13, 25),
    call('HEAD /site/g/b1.html', 26, 40),
    call('DynamoDB UpdateItem', 41, 50),
  ];

  it('take as many steps as none of which could begin before the one before was over', () => {
    expect(stepsOf(calls).map(({ name }) => name)).toEqual([
      'SSM GetParameter',
      'PUT /site/g/b1.es.html',
      'HEAD /site/g/b1.html',
      'DynamoDB UpdateItem',
    ]);
  });

  it('are told apart by whether they change something, and counted by kind', () => {
    expect(calls.filter(isWrite)).toHaveLength(3);
    expect(countCalls(calls)).toEqual([
      ['SSM GetParameter', 1],
      ['PUT /site/g/…', 2],
      ['HEAD /site/g/…', 1],
      ['DynamoDB UpdateItem', 1],
    ]);
  });

  it('stand in a table with the growth from size to size', () => {
    const row = (bookings: number, seconds: number) => ({
      ...{ section: 'runs' as const, bookings, name: 'nothing changed' },
      ...{ cpuMilliseconds: 500, peakMebibytes: 100, calls: 2, writes: 0, steps: 2 },
      seconds: { median: seconds, fastest: seconds, slowest: seconds },
      kinds: [['SSM GetParameter', 1] as [string, number]],
    });
    const table = renderRuns([row(10, 0.5), row(1000, 1.5)]);
    expect(table).toMatch(/nothing changed \| median, s +\| 0\.50 +\| 1\.50 +\| × 3\.0/);
    expect(table).toContain('nothing changed: SSM GetParameter');
  });
});
