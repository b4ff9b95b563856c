import { describe, expect, it } from 'vitest';
import type { PageView } from '#bookings/model/views/page.ts';
import { LeaseLost, LedgerMoved, type Lease, type Ledger } from '#bookings/reconcile/ledger.ts';
import { load } from '#bookings/reconcile/load.ts';
import { toDesired } from '#bookings/reconcile/states.ts';
import { sourceOf, xhqgmdh } from '#test/fixtures/bookings.ts';
import { sampleRecord } from './sample-record.ts';

export interface LedgerUnderTest {
  readonly ledger: Ledger;
  /** Moves the ledger's clock on. */
  advance(seconds: number): void;
}

const MINUTES = 60;
const run = (digest: string) => ({ digest, buildHash: `build of ${digest}`, commit: `commit of ${digest}` });

/** What every {@link Ledger} promises; run against the table and against its memory twin. */
export function ledgerContract(name: string, create: () => Promise<LedgerUnderTest>): void {
  /** Takes the lease after a fresh look at the ledger, as an apply does. */
  const take = async (ledger: Ledger, owner: string, open: readonly string[] = []): Promise<Lease> => {
    const standing = await ledger.readIndex();
    const { buildHash, shared } = standing;
    const commit = `commit of ${owner}`;
    return ledger.takeLease({ owner, seconds: 10 * MINUTES, commit, open, standing, buildHash, shared });
  };

  describe(`${name} keeps the ledger's promises`, () => {
    it('reads as empty before anything was applied', async () => {
      const { ledger } = await create();
      expect((await ledger.readHead()).digest).toBeNull();
      expect(await ledger.readIndex()).toMatchObject({
        fence: 0,
        digest: null,
        buildHash: null,
        shared: {},
        seen: null,
        done: null,
        open: [],
        targets: new Map(),
      });
      expect(await ledger.readBookings(['boatsetter-a'])).toEqual(new Map());
    });

    it('gives one lease at a time and says who has it', async () => {
      const { ledger } = await create();
      await take(ledger, 'first');
      const refusal = await take(ledger, 'second').catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(LeaseLost);
      expect((refusal as Error).message).toContain('first');
      expect((refusal as Error).message).toMatch(/2027-01-01T00:10:00/);
      expect((await ledger.readIndex()).seen).toBe('commit of first');
    });

    it('says who holds the lease, as long as somebody does', async () => {
      const { ledger, advance } = await create();
      expect(await ledger.readLease()).toBeNull();
      const first = await take(ledger, 'first');
      const held = await ledger.readLease();
      expect(held?.owner).toBe('first');
      expect(Date.parse(held!.expiresAt)).toBe(Date.parse('2027-01-01T00:10:00Z'));
      advance(10 * MINUTES);
      expect(await ledger.readLease()).toBeNull();
      const second = await take(ledger, 'second');
      expect((await ledger.readLease())?.owner).toBe('second');
      await ledger.finish(second, { open: [], shared: {}, complete: null });
      expect(await ledger.readLease()).toBeNull();
      await expect(ledger.renew(first, 60)).rejects.toThrow(LeaseLost);
    });

    it('refuses a second lease to the same owner too', async () => {
      const { ledger } = await create();
      await take(ledger, 'first');
      await expect(take(ledger, 'first')).rejects.toThrow(LeaseLost);
    });

    it('gives the lease on when it was given back, with a higher fence', async () => {
      const { ledger } = await create();
      const first = await take(ledger, 'first');
      await ledger.finish(first, { open: [], shared: {}, complete: null });
      const second = await take(ledger, 'second');
      expect(second.owner).toBe('second');
      expect(second.fence).toBeGreaterThan(first.fence);
    });

    it('gives the lease on when it ran out, and not a moment before', async () => {
      const { ledger, advance } = await create();
      const first = await take(ledger, 'first');
      advance(10 * MINUTES - 1);
      await expect(take(ledger, 'second')).rejects.toThrow(LeaseLost);
      advance(1);
      expect((await take(ledger, 'second')).fence).toBeGreaterThan(first.fence);
    });

    it('lets its holder renew it, and nobody else', async () => {
      const { ledger, advance } = await create();
      const first = await take(ledger, 'first');
      advance(4 * MINUTES);
      await ledger.renew(first, 300);
      advance(4 * MINUTES);
      await expect(take(ledger, 'second')).rejects.toThrow(LeaseLost);
      advance(2 * MINUTES);
      const second = await take(ledger, 'second');
      await expect(ledger.renew(first, 300)).rejects.toThrow(LeaseLost);
      await ledger.renew(second, 300);
    });

    it('gives the lease to one of many that ask at once', async () => {
      const { ledger } = await create();
      const owners = ['a', 'b', 'c', 'd', 'e'];
      const results = await Promise.allSettled(owners.map((owner) => take(ledger, owner)));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('removes the digest and remembers what is in hand when the lease is taken', async () => {
      const { ledger } = await create();
      await ledger.settle(await ledger.readHead(), run('one'));
      expect((await ledger.readHead()).digest).toBe('one');
      await take(ledger, 'first', ['boatsetter-a', '*']);
      expect((await ledger.readHead()).digest).toBeNull();
      expect(await ledger.readIndex()).toMatchObject({
        digest: null,
        buildHash: 'build of one',
        seen: 'commit of first',
        done: 'commit of one',
        open: ['boatsetter-a', '*'],
      });
    });

    it('stores digest and `done` only of a complete run', async () => {
      const { ledger } = await create();
      const first = await take(ledger, 'first', ['boatsetter-a', 'boatsetter-b']);
      await ledger.finish(first, { open: ['boatsetter-b'], shared: { '404.html': 'aa' }, complete: null });
      expect((await ledger.readHead()).digest).toBeNull();
      expect(await ledger.readIndex()).toMatchObject({
        digest: null,
        done: null,
        open: ['boatsetter-b'],
        shared: { '404.html': 'aa' },
      });

      const second = await take(ledger, 'second', ['boatsetter-b']);
      await ledger.finish(second, { open: [], shared: { 'index.html': 'bb' }, complete: run('two') });
      expect((await ledger.readHead()).digest).toBe('two');
      expect(await ledger.readIndex()).toMatchObject({
        digest: 'two',
        buildHash: 'build of two',
        seen: 'commit of second',
        done: 'commit of two',
        open: [],
        shared: { 'index.html': 'bb' },
      });
    });

    it('refuses every write of a run whose lease another one took over', async () => {
      const { ledger, advance } = await create();
      const late = await take(ledger, 'late');
      const early = sampleRecord('boatsetter-a', { completed: false, target: 'early' });
      await ledger.reserve(late, early, undefined);
      advance(10 * MINUTES);
      const current = await take(ledger, 'current', ['boatsetter-a']);
      const overtaken = sampleRecord('boatsetter-a', { target: 'overtaken' });
      await expect(ledger.reserve(late, overtaken, early)).rejects.toThrow(LeaseLost);
      await expect(ledger.record(late, overtaken)).rejects.toThrow(LeaseLost);
      await expect(ledger.reserve(late, sampleRecord('boatsetter-new'), undefined)).rejects.toThrow(
        LeaseLost,
      );
      await expect(ledger.finish(late, { open: [], shared: {}, complete: run('overtaken') })).rejects.toThrow(
        LeaseLost,
      );

      const records = await ledger.readBookings(['boatsetter-a', 'boatsetter-new']);
      expect([...records].map(([key, { target }]) => [key, target])).toEqual([['boatsetter-a', 'early']]);
      expect(await ledger.readIndex()).toMatchObject({
        targets: new Map([['boatsetter-a', '']]),
        digest: null,
        open: ['boatsetter-a'],
      });
      await ledger.record(current, sampleRecord('boatsetter-a', { target: 'current' }));
      expect((await ledger.readIndex()).targets).toEqual(new Map([['boatsetter-a', 'current']]));
    });

    it('gives the same records when views are known, and when they are not those that were applied', async () => {
      const { ledger } = await create();
      const lease = await take(ledger, 'first', ['*']);
      const written = ['boatsetter-a', 'boatsetter-b', 'boatsetter-c'].map((key) => sampleRecord(key));
      for (const record of written) {
        await ledger.reserve(lease, record, undefined);
        await ledger.record(lease, record);
      }
      const { views, hashes } = toDesired(load(sourceOf(xhqgmdh())).bookings[0]!);
      const applied = { ...views, page: written[0]!.artefacts.page!.view as PageView };
      const known = new Map([
        ['boatsetter-a', { views: applied, hashes: { ...hashes, page: 'hash-of-page' } }],
        ['boatsetter-b', { views, hashes }],
        ['boatsetter-unheard-of', { views, hashes }],
      ]);
      const records = await ledger.readBookings([...known.keys(), 'boatsetter-c'], known);
      expect(records).toEqual(new Map(written.map((record) => [record.bookingKey, record])));
    });

    it('refuses a late writer also after the run that took over has finished', async () => {
      const { ledger, advance } = await create();
      const late = await take(ledger, 'late');
      advance(10 * MINUTES);
      const current = await take(ledger, 'current');
      await ledger.finish(current, { open: [], shared: {}, complete: run('current') });
      await expect(ledger.record(late, sampleRecord('boatsetter-a'))).rejects.toThrow(LeaseLost);
      await expect(ledger.finish(late, { open: [], shared: {}, complete: run('late') })).rejects.toThrow(
        LeaseLost,
      );
      expect((await ledger.readHead()).digest).toBe('current');
    });

    it('lets a run go on past its time while nobody took over', async () => {
      const { ledger, advance } = await create();
      const slow = await take(ledger, 'slow');
      advance(60 * MINUTES);
      await ledger.record(slow, sampleRecord('boatsetter-a'));
      await ledger.finish(slow, { open: [], shared: {}, complete: run('slow') });
      expect((await ledger.readHead()).digest).toBe('slow');
    });

    it('settles an empty plan on the fence that was read', async () => {
      const { ledger } = await create();
      const lease = await take(ledger, 'first');
      await ledger.finish(lease, { open: [], shared: { '404.html': 'aa' }, complete: run('one') });
      const before = await ledger.readIndex();
      await ledger.settle(before, run('two'));
      expect((await ledger.readHead()).digest).toBe('two');
      expect(await ledger.readIndex()).toMatchObject({
        fence: before.fence + 1,
        digest: 'two',
        buildHash: 'build of two',
        seen: 'commit of two',
        done: 'commit of two',
        shared: { '404.html': 'aa' },
      });
    });

    it('refuses to settle when an apply came in between or is under way', async () => {
      const { ledger } = await create();
      const before = await ledger.readIndex();
      const lease = await take(ledger, 'first');
      const meanwhile = await ledger.readIndex();
      await expect(ledger.settle(before, run('stale'))).rejects.toThrow(LeaseLost);
      await expect(ledger.settle(meanwhile, run('stale'))).rejects.toThrow(LeaseLost);
      await ledger.finish(lease, { open: [], shared: {}, complete: null });
      await expect(ledger.settle(before, run('stale'))).rejects.toThrow(LeaseLost);
      expect((await ledger.readHead()).digest).toBeNull();
    });

    it('refuses who read it while another was at it, once that one is done', async () => {
      const { ledger } = await create();
      const first = await take(ledger, 'first');
      const meanwhile = await ledger.readIndex();
      await ledger.finish(first, { open: [], shared: {}, complete: run('one') });
      await expect(ledger.settle(meanwhile, run('stale'))).rejects.toThrow(LedgerMoved);
      const request = { owner: 'late', seconds: 60, commit: 'late', open: [], buildHash: null, shared: {} };
      await expect(ledger.takeLease({ ...request, standing: meanwhile })).rejects.toThrow(LedgerMoved);
      expect((await ledger.readHead()).digest).toBe('one');
      await ledger.takeLease({ ...request, standing: await ledger.readHead() });
    });

    it('settles over a lease that ran out', async () => {
      const { ledger, advance } = await create();
      await take(ledger, 'dead');
      advance(10 * MINUTES);
      await ledger.settle(await ledger.readHead(), run('one'));
      expect((await ledger.readHead()).digest).toBe('one');
    });

    it('refuses a lease to a plan that was made before another run', async () => {
      const { ledger } = await create();
      const standing = await ledger.readIndex();
      const first = await take(ledger, 'first');
      await ledger.finish(first, { open: [], shared: {}, complete: run('one') });
      const request = {
        owner: 'late',
        seconds: 60,
        commit: 'older',
        open: [],
        standing,
        buildHash: null,
        shared: {},
      };
      await expect(ledger.takeLease(request)).rejects.toThrow(LedgerMoved);
      const next = await ledger.readIndex();
      await ledger.settle(next, run('two'));
      await expect(ledger.takeLease({ ...request, standing: next })).rejects.toThrow(LedgerMoved);
      expect(await ledger.readIndex()).toMatchObject({ seen: 'commit of two', digest: 'two' });
    });

    it('forgets build and shared files that are in doubt when the lease is taken', async () => {
      const { ledger } = await create();
      const first = await take(ledger, 'first');
      await ledger.finish(first, { open: [], shared: { a: '1', b: '2' }, complete: run('one') });
      const standing = await ledger.readIndex();
      const doubt = { buildHash: null, shared: { a: '1' } };
      await ledger.takeLease({ owner: 'second', seconds: 60, commit: 'c', open: [], standing, ...doubt });
      expect(await ledger.readIndex()).toMatchObject(doubt);
    });

    it('reserves only while the booking is as it was read', async () => {
      const { ledger } = await create();
      const lease = await take(ledger, 'first');
      const read = sampleRecord('boatsetter-a', { revision: 1, target: 'read' });
      await ledger.record(lease, sampleRecord('boatsetter-a', { revision: 2, target: 'late writer' }));
      const ours = sampleRecord('boatsetter-a', { revision: 2, target: 'ours', run: 'run-2' });
      await expect(ledger.reserve(lease, ours, read)).rejects.toThrow(LedgerMoved);
      await expect(ledger.reserve(lease, ours, undefined)).rejects.toThrow(LedgerMoved);
      expect((await ledger.readBookings(['boatsetter-a'])).get('boatsetter-a')).toMatchObject({
        target: 'late writer',
      });
    });

    it('gives records back as they were written', async () => {
      const { ledger } = await create();
      const lease = await take(ledger, 'first');
      const written = sampleRecord('boatsetter-a');
      await ledger.record(lease, written);
      await ledger.record(lease, sampleRecord('getmyboat-b', { artefacts: {}, failures: {} }));
      const records = await ledger.readBookings([
        'getmyboat-b',
        'boatsetter-a',
        'phone-none',
        'boatsetter-a',
      ]);
      expect(records.size).toBe(2);
      expect(records.get('boatsetter-a')).toEqual(written);
      expect(records.get('getmyboat-b')).toMatchObject({ artefacts: {}, failures: {} });
    });

    it('puts a target into the index only when it was completed', async () => {
      const { ledger } = await create();
      const lease = await take(ledger, 'first');
      const first = sampleRecord('boatsetter-a', { target: 'one' });
      await ledger.record(lease, first);
      const next = sampleRecord('boatsetter-a', { revision: 2, target: 'two', completed: false });
      await ledger.reserve(lease, next, first);
      await ledger.record(lease, next);
      await ledger.reserve(lease, sampleRecord('boatsetter-b', { target: 'reserved' }), undefined);
      expect((await ledger.readIndex()).targets).toEqual(
        new Map([
          ['boatsetter-a', 'one'],
          ['boatsetter-b', ''],
        ]),
      );
      expect((await ledger.readBookings(['boatsetter-a'])).get('boatsetter-a')).toEqual(next);
      await ledger.record(lease, { ...next, completed: true });
      expect((await ledger.readIndex()).targets.get('boatsetter-a')).toBe('two');
    });
  });
}
