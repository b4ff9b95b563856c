import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { LeaseLost } from '#bookings/reconcile/ledger.ts';
import { clockOffset, shiftClock } from '#scripts/stack/clock.ts';
import { freeLease } from '#scripts/stack/free-lease.ts';
import { confirmed, pending } from './bookings.ts';
import { alike, differences } from './faults-alike.ts';
import { startWholeWorld, type WholeWorld } from './faults-outside.ts';
import { applyCleanly, applyHere, prepareProcess, settle, type Process } from './faults-runs.ts';

/** Several runs at once, each a process of its own, over HTTP. */
let world: WholeWorld;
let kept: Awaited<ReturnType<WholeWorld['keep']>>;
let before: Awaited<ReturnType<WholeWorld['mailbox']>>;
const other = pending();
const morning = confirmed();
const evening = (): BookingFileInput => ({ ...confirmed(), start: '2027-06-05T17:30' });

beforeAll(async () => {
  world = await startWholeWorld();
  await git('init', '--quiet');
  await commit([other]);
  await applyCleanly(world);
  kept = await world.keep();
});
afterAll(() => world?.close());

const git = (...words: string[]) =>
  promisify(execFile)('git', [
    '-C',
    world.checkout,
    '-c',
    'user.name=t',
    '-c',
    'user.email=t@example.test',
    ...words,
  ]);

async function commit(files: readonly BookingFileInput[]): Promise<void> {
  await world.commit(files);
  await git('add', 'bookings');
  await git('commit', '--quiet', '--allow-empty', '-m', 'bookings');
}

/** Back to the world with the other booking alone. */
async function anew(): Promise<void> {
  world.stack.faults.clear();
  await world.putBack(kept);
  before = await world.mailbox();
}

async function whole(): Promise<Record<string, unknown>> {
  await settle(world);
  return alike(await world.outside(before));
}

/** What it would be had the files of the checkout been applied by one run alone. */
async function appliedOnce(): Promise<Record<string, unknown>> {
  await anew();
  await applyCleanly(world);
  return whole();
}

/** A process that stands still at a call of this name. */
async function heldAt(match: string, does: 'hold-before' | 'hold-after' = 'hold-before'): Promise<Process> {
  const process = prepareProcess(world);
  world.stack.faults.arm([{ does, match }]);
  await process.begin();
  await Promise.race([
    world.stack.faults.held(),
    process.ended.then(({ said }) => Promise.reject(new Error(said))),
  ]);
  return process;
}

describe('two applies of one commit at once', { timeout: 120_000 }, () => {
  it('one applies, the other says that the ledger is in use, and the world is right once', async () => {
    await commit([other, morning]);
    const expected = await appliedOnce();
    await anew();
    const first = await heldAt('s3/PutObject *');
    await expect(applyHere(world)).rejects.toThrow(/The ledger is in use: run-\S+ holds lease/);
    world.stack.faults.release();
    expect(await first.ended).toMatchObject({ code: 0, said: expect.stringContaining('applied') });
    expect(differences(expected, await whole())).toEqual([]);
  });

  it('begun in the same moment: none says that it did what it did not', async () => {
    const expected = await appliedOnce();
    await anew();
    const processes = [prepareProcess(world), prepareProcess(world)];
    await Promise.all(processes.map((process) => process.begin()));
    const ends = await Promise.all(processes.map(({ ended }) => ended));
    const said = ends.map(
      ({ code, said: text }) => `${code} ${/applied|nothing-to-do|in use/.exec(text)?.[0]}`,
    );
    expect(said.filter((one) => one === '0 applied')).toHaveLength(1);
    expect(['1 in use', '0 nothing-to-do']).toContain(said.find((one) => one !== '0 applied'));
    expect(differences(expected, await whole())).toEqual([]);
  });
});

/** Where the older run stands still: nothing published, page live, everything in place but nobody told. */
const PLACES = ['s3/PutObject *', 'PUT /api/events/*', 'POST /api/notifications/*'];

describe('an apply that is overtaken', { timeout: 120_000 }, () => {
  it.each(PLACES)(
    'by a newer commit while it stood still at %s: its late writes are refused',
    async (place) => {
      await commit([other, morning]);
      await anew();
      const older = await heldAt(place);
      await commit([other, evening()]);
      await freeLease(world.endpoints);
      await applyCleanly(world);
      const newer = await whole();
      world.stack.faults.release();
      const { code, said } = await older.ended;
      expect([code, said]).toEqual([1, expect.stringMatching(/lease \d+ of run-\S+ is over|revision/)]);
      expect(differences(newer, await whole())).toEqual([]);
      expect(await applyHere(world)).toEqual({ status: 'nothing-to-do' });
      expect(JSON.stringify(newer['mails'])).not.toContain('May 30');
    },
  );

  it('by a commit that an older checkout does not have: that checkout is refused', async () => {
    await commit([other, morning]);
    await anew();
    await commit([other, evening()]);
    await applyCleanly(world);
    const newer = await whole();
    await git('checkout', '--quiet', 'HEAD~1');
    const older = prepareProcess(world);
    await older.begin();
    expect(await older.ended).toMatchObject({ code: 3, said: expect.stringContaining('stale-checkout') });
    await git('checkout', '--quiet', '-');
    expect(differences(newer, await whole())).toEqual([]);
  });
});

describe('a holder that died', { timeout: 120_000 }, () => {
  it('keeps others out until its lease is over; then the next run finishes its work', async () => {
    await commit([other, morning]);
    const expected = await appliedOnce();
    await anew();
    const dead = await heldAt('PUT /api/cards/*', 'hold-after');
    await dead.kill();
    world.stack.faults.clear();
    await expect(applyHere(world)).rejects.toThrow(LeaseLost);
    const offset = clockOffset();
    shiftClock(offset + 901_000);
    try {
      await applyCleanly(world);
      expect(differences(expected, await whole())).toEqual([]);
    } finally {
      shiftClock(offset);
    }
  });
});
