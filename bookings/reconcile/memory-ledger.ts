import { shiftInstant, type Instant } from '../model/time.ts';
import {
  LeaseLost,
  LedgerMoved,
  type BookingRecord,
  type Lease,
  type Ledger,
  type LedgerHead,
  type Standing,
} from './ledger.ts';

interface Head extends LedgerHead {
  readonly owner: string | null;
  readonly expiresAt: Instant;
}

/** Memory twin of the ledger: the same promises as the table, kept honest by a shared contract test. */
export function createMemoryLedger({ now }: { now: () => Instant }): Ledger {
  let head: Head = {
    fence: 0,
    finished: 0,
    owner: null,
    expiresAt: '1970-01-01T00:00:00Z',
    digest: null,
    buildHash: null,
    shared: {},
    seen: null,
    done: null,
    open: [],
  };
  const targets = new Map<string, string>();
  const records = new Map<string, BookingRecord>();
  const held = () => head.owner !== null && head.expiresAt > now();
  const hasMoved = ({ fence, finished }: Standing) => head.fence !== fence || head.finished !== finished;
  const fenced = (lease: Lease) => {
    if (head.fence !== lease.fence || head.owner !== lease.owner)
      throw new LeaseLost(`another apply took over (fence ${head.fence} > ${lease.fence})`);
  };
  return {
    readHead: async () => structuredClone(head),
    readIndex: async (known = head) => structuredClone({ ...known, targets: new Map(targets) }),
    readBookings: async (keys) =>
      new Map(keys.flatMap((key) => (records.has(key) ? [[key, structuredClone(records.get(key)!)]] : []))),
    async takeLease({ owner, seconds, commit, open, standing, buildHash, shared }) {
      if (held()) throw new LeaseLost(`${head.owner} is applying until ${head.expiresAt}`);
      if (hasMoved(standing)) throw new LedgerMoved(`another run was here (fence ${head.fence})`);
      const expiresAt = shiftInstant(now(), seconds / 3600);
      const taken = { fence: head.fence + 1, owner, expiresAt, digest: null, seen: commit };
      head = { ...head, ...taken, open, buildHash, shared };
      return { owner, fence: head.fence };
    },
    readLease: async () => (held() ? { owner: head.owner!, expiresAt: head.expiresAt } : null),
    async renew(lease, seconds) {
      fenced(lease);
      head = { ...head, expiresAt: shiftInstant(now(), seconds / 3600) };
    },
    async reserve(lease, record, before) {
      fenced(lease);
      const stored = records.get(record.bookingKey);
      if (stored?.revision !== before?.revision || stored?.target !== before?.target)
        throw new LedgerMoved(`${record.bookingKey} was changed by another run`);
      records.set(record.bookingKey, structuredClone(record));
      if (!targets.has(record.bookingKey)) targets.set(record.bookingKey, '');
    },
    async record(lease, record) {
      fenced(lease);
      records.set(record.bookingKey, structuredClone(record));
      if (record.completed) targets.set(record.bookingKey, record.target);
    },
    async finish(lease, { open, shared, complete }) {
      fenced(lease);
      head = { ...head, owner: null, finished: lease.fence, open, shared };
      if (complete)
        head = { ...head, digest: complete.digest, buildHash: complete.buildHash, done: complete.commit };
    },
    async settle(standing, { digest, buildHash, commit }) {
      if (hasMoved(standing) || held()) throw new LedgerMoved('another run came in between');
      const done = { digest, buildHash, seen: commit, done: commit, open: [] };
      head = { ...head, ...done, fence: head.fence + 1, owner: null };
    },
  };
}
