import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { UserError } from '#bookings/model/problem.ts';
import type { Instant } from '#bookings/model/time.ts';
import {
  LeaseLost,
  LedgerMoved,
  type BookingRecord,
  type CompleteRun,
  type Lease,
  type LeaseRequest,
  type Ledger,
} from '#bookings/reconcile/ports.ts';
import { openTable, type Expression, type Table } from './dynamodb.ts';
import { detailKey, HEAD, shardOf, targetAttribute, toDetailItem, type Head } from './ledger-items.ts';
import { createLedgerReads, readHead, type LedgerReadOptions } from './ledger-reads.ts';

/**
 * The ledger in a DynamoDB table (hash key `pk`). Every write is one conditional write of one item, so it works
 * without transactions. The client has to remove undefined members (`createDocumentClient`).
 */
export function createLedgerTable(
  options: LedgerReadOptions & { readonly now: () => Instant },
  client: DynamoDBDocumentClient,
): Ledger {
  const store = createStore(options.table, client);
  const time = () => Date.parse(options.now());
  // Milliseconds until which nobody else can have taken a lease of ours, by its fence.
  const sure = new Map<number, number>();
  const ensureOurs = async (lease: Lease) => {
    if (time() >= (sure.get(lease.fence) ?? 0) - CLOCK_MARGIN) await askWhetherOurs(store, lease);
  };
  return {
    ...createLedgerReads(options, client),
    async takeLease(request) {
      const now = time();
      const lease = await takeLease(store, request, now);
      sure.set(lease.fence, now + request.seconds * 1000);
      return lease;
    },
    async renew(lease, seconds) {
      const expires = time() + seconds * 1000;
      await renew(store, lease, expires);
      sure.set(lease.fence, expires);
    },
    async reserve(lease, record, before) {
      await ensureOurs(lease);
      // First of all the index knows that this booking was begun.
      if (before === undefined)
        await putTarget(store, lease, record.bookingKey, 'SET #target = if_not_exists(#target, :target)', '');
      await putDetail(store, lease, record, stillIs(before));
      // Whoever slept before that write, and was overtaken by a run with nothing to do here, is told before anything comes of it.
      await askWhetherOurs(store, lease);
    },
    async record(lease, record) {
      await ensureOurs(lease);
      await putDetail(store, lease, record);
      // A crash between the two is harmless: the index still has the old target, so the booking is read again.
      if (record.completed)
        await putTarget(store, lease, record.bookingKey, 'SET #target = :target', record.target);
    },
    finish: (lease, end) => finish(store, lease, end),
    settle: (fence, run) => settle(store, { fence, run, now: time() }),
  };
}

/** How far the clocks of two machines may be apart, and how long a write may be on its way, in milliseconds. */
const CLOCK_MARGIN = 60_000;

const IS_FREE = '(attribute_not_exists(#lease_owner) OR #lease_expires <= :now)';
const GIVE_BACK = 'REMOVE #lease_owner, #lease_expires, #lease_claim';

async function takeLease(
  store: Store,
  { owner, seconds, commit, open, fence, buildHash, shared }: LeaseRequest,
  now: number,
): Promise<Lease> {
  const claim = randomUUID();
  const lease = '#lease_owner = :owner, #lease_expires = :expires, #lease_claim = :claim';
  const doubt = buildHash === null ? 'REMOVE #digest, #build_hash' : 'REMOVE #digest';
  const expected = isFence(fence);
  const given = await store.updateHead(
    {
      text: `SET ${lease}, #seen = :seen, #open = :open, #shared = :shared ADD #fence :one ${doubt}`,
      values: { owner, expires: now + seconds * 1000, claim, seen: commit, open: [...open], shared, one: 1 },
    },
    { text: `${IS_FREE} AND ${expected.text}`, values: { now, ...expected.values } },
  );
  if (given) return { owner, fence: fence + 1 };
  // The client repeats a write whose reply was lost and is then refused by its own effect, so the claim decides.
  const head = await store.readHead();
  if (head.lease_claim === claim) return { owner, fence: head.fence };
  throw isHeld(head, now) ? taken(head) : moved(head);
}

async function renew(store: Store, lease: Lease, expires: number): Promise<void> {
  const { owner, fence } = lease;
  const renewed = await store.updateHead(
    { text: 'SET #lease_expires = :expires', values: { expires } },
    { text: '#fence = :fence AND #lease_owner = :owner', values: { fence, owner } },
  );
  if (!renewed) throw lost(lease, await store.readHead());
}

const isFence = (fence: number): Expression =>
  fence === 0
    ? { text: 'attribute_not_exists(#fence)', values: {} }
    : { text: '#fence = :fence', values: { fence } };

const isHeld = ({ lease_owner: owner, lease_expires: expires = 0 }: Head, now: number): boolean =>
  owner !== undefined && expires > now;

async function finish(
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
async function settle(
  store: Store,
  { fence, run, now }: { fence: number; run: CompleteRun; now: number },
): Promise<void> {
  const expected = isFence(fence);
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

/**
 * Writes a detail item under a lease that was ours a moment ago. Should another run take over before the write, the fence
 * on the item decides: once the newer lease has written the item, a late write with a lower fence is refused. A newer
 * lease that has read it and not written it yet is told by its own reservation, which is made only while the item is as
 * it was read.
 */
async function putDetail(
  store: Store,
  lease: Lease,
  record: BookingRecord,
  also: Expression = { text: '' },
): Promise<void> {
  const written = await store.table.put(toDetailItem(record, lease.fence), {
    text: [`(${isNotNewer})`, also.text].filter((text) => text !== '').join(' AND '),
    values: { fence: lease.fence, ...also.values },
  });
  if (written) return;
  const stored = await store.table.get({ pk: detailKey(record.bookingKey) });
  // The client repeats a write whose reply was lost and is then refused by its own effect.
  const ownEffect =
    stored?.['fence'] === lease.fence && stored['run'] === record.run && stored['target'] === record.target;
  if (ownEffect && stored['revision'] === record.revision) return;
  const now = await store.readHead();
  throw isOurs(lease, now)
    ? new LedgerMoved(`${record.bookingKey} was changed by another run`)
    : lost(lease, now);
}

async function askWhetherOurs(store: Store, lease: Lease): Promise<void> {
  const head = await store.readHead();
  if (!isOurs(lease, head)) throw lost(lease, head);
}

const isOurs = ({ owner, fence }: Lease, head: Head): boolean =>
  head.fence === fence && head.lease_owner === owner;

const isNotNewer = 'attribute_not_exists(#fence) OR #fence <= :fence';

const stillIs = (before: BookingRecord | undefined): Expression =>
  before === undefined
    ? { text: 'attribute_not_exists(#pk)' }
    : {
        text: '#revision = :beforeRevision AND #target = :beforeTarget',
        values: { beforeRevision: before.revision, beforeTarget: before.target },
      };

async function putTarget(
  store: Store,
  lease: Lease,
  bookingKey: string,
  change: string,
  target: string,
): Promise<void> {
  const update = new UpdateCommand({
    TableName: store.name,
    Key: { pk: shardOf(bookingKey) },
    UpdateExpression: `${change}, #fence = :fence`,
    ConditionExpression: isNotNewer,
    ExpressionAttributeNames: { '#target': targetAttribute(bookingKey), '#fence': 'fence' },
    ExpressionAttributeValues: { ':target': target, ':fence': lease.fence },
  });
  try {
    await store.client.send(update);
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) throw lost(lease, await store.readHead());
    throw error;
  }
}

const lost = ({ owner, fence }: Lease, head: Head): LeaseLost =>
  new LeaseLost(`The lease ${fence} of ${owner} is over: ${describeLease(head)}`);

const moved = (head: Head): LedgerMoved =>
  new LedgerMoved(`Another run was at the ledger meanwhile: ${describeLease(head)}`);

const taken = (head: Head): LeaseLost => new LeaseLost(`The ledger is in use: ${describeLease(head)}`);

function describeLease({ fence, lease_owner: owner, lease_expires: expires }: Head): string {
  if (owner === undefined) return `another run has finished in between (lease ${fence})`;
  return `${owner} holds lease ${fence} until ${new Date(expires ?? 0).toISOString()}`;
}

interface Store {
  readonly name: string;
  readonly client: DynamoDBDocumentClient;
  readonly table: Table;
  /** All of `HEAD` that decides about leases. */
  readHead(): Promise<Head>;
  /** Whether the condition held. Throws a `UserError` when there is no table. */
  updateHead(change: Expression, condition: Expression): Promise<boolean>;
}

function createStore(name: string, client: DynamoDBDocumentClient): Store {
  const table = openTable(client, name);
  return {
    name,
    client,
    table,
    readHead: () =>
      readHead(client, name, ['fence', 'finished', 'settled', 'lease_owner', 'lease_expires', 'lease_claim']),
    async updateHead(change, condition) {
      try {
        return await table.update({ pk: HEAD }, change, condition);
      } catch (cause) {
        if (!(cause instanceof ResourceNotFoundException)) throw cause;
        const message = `The ledger's table ${name} does not exist: deploy the infrastructure first`;
        throw new UserError(message, [], { cause });
      }
    },
  };
}
