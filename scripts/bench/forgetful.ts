import { setImmediate as turn } from 'node:timers/promises';
import { sha256 } from '#bookings/model/canonical.ts';
import type { GuestSite, Ports } from '#bookings/reconcile/ports.ts';

/** How busy an outside world was. */
export interface Gauge {
  /** Calls in all, and the most under way at once: of everything, and of writes to one calendar. */
  calls: number;
  most: number;
  mostOfOneCalendar: number;
}

/** An outside world in which nothing ever was, and which keeps nothing but hashes: what memory there is, is ours. */
export function createForgetfulPorts(
  site: GuestSite,
  released: () => void,
): { readonly ports: Ports; readonly gauge: Gauge } {
  const gauge: Gauge = { calls: 0, most: 0, mostOfOneCalendar: 0 };
  const hashes = new Map<string, string>();
  const writing = new Map<string, number>();
  let under = 0;
  const call = async <T>(answer: T): Promise<T> => {
    gauge.calls += 1;
    gauge.most = Math.max(gauge.most, ++under);
    await turn();
    under -= 1;
    return answer;
  };
  const nothing = () => call(undefined);
  const unchanged = () => call(null);
  const ports: Ports = {
    site,
    ledger: {
      readHead: () => call(EMPTY_INDEX),
      readIndex: () => call(EMPTY_INDEX),
      readBookings: () => call(new Map()),
      readLease: () => call(null),
      takeLease: ({ owner, standing }) => call({ owner, fence: standing.fence + 1 }),
      ...{ renew: nothing, reserve: nothing, record: nothing, finish: nothing, settle: nothing },
    },
    pages: {
      async put({ key, body }) {
        await nothing();
        const hash = sha256(body);
        hashes.set(key, hash);
        return hash;
      },
      ...{ putShared: nothing, invalidate: nothing, inspect: unchanged, isInPlace: () => call(true) },
      fetchHash: (key) => call(hashes.get(key) ?? null),
    },
    calendar: {
      async ensure({ bookingKey, view: { calendar } }) {
        const many = (writing.get(calendar) ?? 0) + 1;
        writing.set(calendar, many);
        gauge.mostOfOneCalendar = Math.max(gauge.mostOfOneCalendar, many);
        await nothing();
        writing.set(calendar, many - 1);
        return { remoteId: bookingKey };
      },
      inspect: unchanged,
    },
    crew: {
      ensure: ({ bookingKey }) => call({ remoteId: bookingKey }),
      async release() {
        released();
        return call({ told: [], withoutAddress: [] });
      },
      openPositions: () => call({ signUps: [], toldCandidates: null }),
      activeAmong: (members) => call(members),
      ...{ inspect: unchanged, sendExpensesAgain: nothing },
    },
    board: {
      ensure: ({ bookingKey }) => call({ remoteId: bookingKey }),
      inspect: (cards) => call(cards.map(() => null)),
    },
  };
  return { ports, gauge };
}

const EMPTY_INDEX = {
  ...{ fence: 0, finished: 0 },
  ...{ digest: null, buildHash: null, seen: null, done: null },
  ...{ shared: {}, open: [], targets: new Map<string, string>() },
};
