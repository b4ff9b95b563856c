import { LeaseLost, type Lease, type Ledger } from './ledger.ts';
import type { Ports } from './ports.ts';

/** How long a lease is good for without renewal, in seconds. */
export const LEASE_SECONDS = 900;

/** Milliseconds. Renewed when it is that old; with less than the margin left, nothing begins that could outlive it. */
const RENEW_AFTER = 300_000;
const MARGIN = 180_000;

export interface LeaseKeeper {
  /** Renews a lease that grows old. Throws {@link LeaseLost} when it is another's, or too near its end. */
  ensureHeld(): Promise<void>;
}

/** Keeps the lease of a long run alive. A renewal that fails in passing is tried again as long as there is time. */
export function createLeaseKeeper(
  lease: Lease,
  { ledger, clock }: { readonly ledger: Pick<Ledger, 'renew'>; readonly clock: () => number },
): LeaseKeeper {
  let since = clock();
  let renewing: Promise<void> | undefined;
  const renew = async () => {
    const asked = clock();
    try {
      await ledger.renew(lease, LEASE_SECONDS);
      since = asked;
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
    } finally {
      renewing = undefined;
    }
  };
  return {
    async ensureHeld() {
      if (clock() - since > RENEW_AFTER) await (renewing ??= renew());
      if (clock() - since > LEASE_SECONDS * 1000 - MARGIN)
        throw new LeaseLost(`the lease ${lease.fence} of ${lease.owner} could not be renewed in time`);
    },
  };
}

/** The same ports, none of which has an effect without the lease. */
export function underLease(ports: Ports, { ensureHeld }: LeaseKeeper): Ports {
  const held =
    <A extends unknown[], R>(effect: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await ensureHeld();
      return effect(...args);
    };
  const { pages, calendar, crew, board } = ports;
  return {
    ...ports,
    pages: {
      ...pages,
      put: held(pages.put),
      putShared: held(pages.putShared),
      invalidate: held(pages.invalidate),
    },
    calendar: { ...calendar, ensure: held(calendar.ensure) },
    crew: {
      ...crew,
      ensure: held(crew.ensure),
      release: held(crew.release),
      sendExpensesAgain: held(crew.sendExpensesAgain),
    },
    board: { ...board, ensure: held(board.ensure) },
  };
}
