import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Instant } from '#bookings/model/time.ts';
import { LedgerMoved, type BookingRecord, type Lease, type Ledger } from '#bookings/reconcile/ledger.ts';
import type { Expression } from './dynamodb.ts';
import { detailKey, shardOf, targetAttribute, toDetailItem } from './ledger-items.ts';
import { askWhetherOurs, finish, heldAt, isOurs, lost, renew, settle, takeLease } from './ledger-lease.ts';
import { createLedgerReads, type LedgerReadOptions } from './ledger-reads.ts';
import { openStore, type Store } from './ledger-store.ts';

/**
 * The ledger in a DynamoDB table (hash key `pk`). Every write is one conditional write of one item, so it works
 * without transactions. The client has to remove undefined members (`createDocumentClient`).
 */
export function createLedgerTable(
  options: LedgerReadOptions & { readonly now: () => Instant },
  client: DynamoDBDocumentClient,
): Ledger {
  const store = openStore(options.table, client);
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
    settle: (standing, run) => settle(store, { standing, run, now: time() }),
    readLease: async () => heldAt(await store.readHead(), time()),
  };
}

/** How far the clocks of two machines may be apart, and how long a write may be on its way, in milliseconds. */
const CLOCK_MARGIN = 60_000;

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
