import { randomUUID } from 'node:crypto';
import {
  LeaseLost,
  LedgerMoved,
  type CompleteRun,
  type HeldLease,
  type Lease,
  type LeaseRequest,
  type Ledger,
  type Standing,
} from '#bookings/reconcile/ledger.ts';
import type { Expression } from './dynamodb.ts';
import type { Head } from './ledger-items.ts';
import type { Store } from './ledger-store.ts';

const IS_FREE = '(attribute_not_exists(#lease_owner) OR #lease_expires <= :now)';
const GIVE_BACK = 'REMOVE #lease_owner, #lease_expires, #lease_claim';

/** `now`, here and below: milliseconds since 1970. */
export async function takeLease(
  store: Store,
  { owner, seconds, commit, open, standing, buildHash, shared }: LeaseRequest,
  now: number,
): Promise<Lease> {
  const claim = randomUUID();
  const lease = '#lease_owner = :owner, #lease_expires = :expires, #lease_claim = :claim';
  const doubt = buildHash === null ? 'REMOVE #digest, #build_hash' : 'REMOVE #digest';
  const expected = stillStands(standing);
  const given = await store.updateHead(
    {
      text: `SET ${lease}, #seen = :seen, #open = :open, #shared = :shared ADD #fence :one ${doubt}`,
      values: { owner, expires: now + seconds * 1000, claim, seen: commit, open: [...open], shared, one: 1 },
    },
    { text: `${IS_FREE} AND ${expected.text}`, values: { now, ...expected.values } },
  );
  if (given) return { owner, fence: standing.fence + 1 };
  // The client repeats a write whose reply was lost and is then refused by its own effect, so the claim decides.
  const head = await store.readHead();
  if (head.lease_claim === claim) return { owner, fence: head.fence };
  throw isHeld(head, now) ? taken(head) : moved(head);
}

export async function renew(store: Store, lease: Lease, expires: number): Promise<void> {
  const { owner, fence } = lease;
  const renewed = await store.updateHead(
    { text: 'SET #lease_expires = :expires', values: { expires } },
    { text: '#fence = :fence AND #lease_owner = :owner', values: { fence, owner } },
  );
  if (!renewed) throw lost(lease, await store.readHead());
}

/**
 * Whether nobody was here since. The fence alone does not tell: a lease that was taken before may have been used, and given
 * back, after.
 */
const stillStands = ({ fence, finished }: Standing): Expression => ({
  text: `${fence === 0 ? 'attribute_not_exists(#fence)' : '#fence = :fence'} AND ${
    finished === 0 ? 'attribute_not_exists(#finished)' : '#finished = :finished'
  }`,
  values: { ...(fence !== 0 && { fence }), ...(finished !== 0 && { finished }) },
});

/** Who holds the lease; null when it is free, or over. */
export const heldAt = (
  { lease_owner: owner, lease_expires: expires = 0 }: Head,
  now: number,
): HeldLease | null =>
  owner !== undefined && expires > now ? { owner, expiresAt: new Date(expires).toISOString() } : null;

const isHeld = (head: Head, now: number): boolean => heldAt(head, now) !== null;

export async function finish(
  store: Store,
  { owner, fence }: Lease,
  { open, shared, complete }: Parameters<Ledger['finish']>[1],
): Promise<void> {
  const done = complete === null ? '' : ', #digest = :digest, #build_hash = :build, #done = :done';
  const given = await store.updateHead(
    {
      text: `SET #open = :open, #shared = :shared, #finished = :fence${done} ${GIVE_BACK}`,
      values: { open: [...open], shared, ...(complete && completion(complete)) },
    },
    { text: '#fence = :fence AND #lease_owner = :owner', values: { fence, owner } },
  );
  if (given) return;
  const head = await store.readHead();
  // The client repeats a write whose reply was lost and is then refused by its own effect.
  if (head.fence !== fence || head.finished !== fence) throw lost({ owner, fence }, head);
}

/** A dead lease goes as well: whoever held it must not write under a digest that says all is done. */
export async function settle(
  store: Store,
  { standing, run, now }: { standing: Standing; run: CompleteRun; now: number },
): Promise<void> {
  const { fence } = standing;
  const expected = stillStands(standing);
  const completed = '#digest = :digest, #build_hash = :build, #done = :done, #seen = :done';
  const settled = await store.updateHead(
    {
      text: `SET ${completed}, #open = :open, #settled = :next ADD #fence :one ${GIVE_BACK}`,
      values: { ...completion(run), open: [], next: fence + 1, one: 1 },
    },
    { text: `${expected.text} AND ${IS_FREE}`, values: { now, ...expected.values } },
  );
  if (settled) return;
  const head = await store.readHead();
  // The client repeats a write whose reply was lost and is then refused by its own effect.
  if (head.fence !== fence + 1 || head.settled !== fence + 1 || isHeld(head, now)) throw moved(head);
}

const completion = (run: { digest: string; buildHash: string; commit: string }) => ({
  digest: run.digest,
  build: run.buildHash,
  done: run.commit,
});

export async function askWhetherOurs(store: Store, lease: Lease): Promise<void> {
  const head = await store.readHead();
  if (!isOurs(lease, head)) throw lost(lease, head);
}

export const isOurs = ({ owner, fence }: Lease, head: Head): boolean =>
  head.fence === fence && head.lease_owner === owner;

export const lost = ({ owner, fence }: Lease, head: Head): LeaseLost =>
  new LeaseLost(`The lease ${fence} of ${owner} is over: ${describeLease(head)}`);

const moved = (head: Head): LedgerMoved =>
  new LedgerMoved(`Another run was at the ledger meanwhile: ${describeLease(head)}`);

const taken = (head: Head): LeaseLost => new LeaseLost(`The ledger is in use: ${describeLease(head)}`);

function describeLease({ fence, lease_owner: owner, lease_expires: expires }: Head): string {
  if (owner === undefined) return `another run has finished in between (lease ${fence})`;
  return `${owner} holds lease ${fence} until ${new Date(expires ?? 0).toISOString()}`;
}
