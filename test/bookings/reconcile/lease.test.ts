import { describe, expect, it } from 'vitest';
import { createLeaseKeeper, underLease } from '#bookings/reconcile/lease.ts';
import { LeaseLost } from '#bookings/reconcile/ledger.ts';
import type { Ports } from '#bookings/reconcile/ports.ts';

const MINUTES = 60_000;
const lease = { owner: 'run-1', fence: 7 };

function start(renewal: () => Promise<void> = async () => undefined) {
  let time = 0;
  let renewals = 0;
  const renew = async () => {
    renewals += 1;
    await renewal();
  };
  const keeper = createLeaseKeeper(lease, { ledger: { renew }, clock: () => time });
  return { keeper, renewals: () => renewals, pass: (minutes: number) => (time += minutes * MINUTES) };
}

describe('a lease', () => {
  it('is renewed when it grows old, and not before', async () => {
    const { keeper, renewals, pass } = start();
    pass(4);
    await keeper.ensureHeld();
    expect(renewals()).toBe(0);
    pass(2);
    await keeper.ensureHeld();
    await keeper.ensureHeld();
    expect(renewals()).toBe(1);
    for (let hours = 0; hours < 20; hours++) {
      pass(6);
      await keeper.ensureHeld();
    }
    expect(renewals()).toBe(21);
  });

  it('is renewed once for all who ask at the same time', async () => {
    const { keeper, renewals, pass } = start();
    pass(6);
    await Promise.all([keeper.ensureHeld(), keeper.ensureHeld(), keeper.ensureHeld()]);
    expect(renewals()).toBe(1);
  });

  it('ends the run when another took it', async () => {
    const { keeper, pass } = start(async () => {
      throw new LeaseLost('run-2 has it');
    });
    pass(6);
    await expect(keeper.ensureHeld()).rejects.toThrow('run-2 has it');
  });

  it('that cannot be renewed in passing is good until little is left of it', async () => {
    const { keeper, pass } = start(async () => {
      throw new Error('no answer');
    });
    pass(11);
    await keeper.ensureHeld();
    pass(2);
    await expect(keeper.ensureHeld()).rejects.toThrow(LeaseLost);
  });

  it('that ran out while the machine slept is over, even if the renewal arrives', async () => {
    const { keeper, pass } = start(async () => {
      pass(20);
    });
    pass(6);
    await expect(keeper.ensureHeld()).rejects.toThrow(LeaseLost);
  });
});

describe('without the lease', () => {
  it('nothing has an effect, and everything can be read', async () => {
    const done: string[] = [];
    const doing = (name: string) => async () => {
      done.push(name);
    };
    const all = (...names: string[]) => Object.fromEntries(names.map((name) => [name, doing(name)]));
    const ports = {
      ledger: all('record'),
      site: all('render'),
      pages: all('put', 'putShared', 'invalidate', 'fetchHash'),
      calendar: all('ensure'),
      crew: all('ensure', 'release', 'openPositions', 'activeAmong'),
      board: all('ensure'),
    } as unknown as Ports;
    const lost = { ensureHeld: () => Promise.reject(new LeaseLost('over')) };
    const under = underLease(ports, lost) as unknown as Record<string, Record<string, () => Promise<void>>>;
    const refused: string[] = [];
    for (const [name, port] of Object.entries(under))
      for (const [what, call] of Object.entries(port))
        await call().catch((error: unknown) => {
          expect(error).toBeInstanceOf(LeaseLost);
          refused.push(`${name}.${what}`);
        });
    expect(refused).toEqual([
      'pages.put',
      'pages.putShared',
      'pages.invalidate',
      'calendar.ensure',
      'crew.ensure',
      'crew.release',
      'crew.sendExpensesAgain',
      'board.ensure',
    ]);
    expect(done).toEqual(['record', 'render', 'fetchHash', 'openPositions', 'activeAmong']);
  });
});
