import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mapBounded } from '#bookings/reconcile/bounded.ts';
import { manifestOf, sharedKeyOf } from '#bookings/reconcile/manifest.ts';
import type { Desired } from '#bookings/reconcile/states.ts';
import type { GuestSite } from '#bookings/reconcile/ports.ts';
import { createDocumentClient } from '#functions/adapters/dynamodb.ts';
import { HEAD, shardOf, targetAttribute, toDetailItem } from '#functions/adapters/ledger-items.ts';
import { appliedRecord } from './applied.ts';

type Item = Record<string, unknown>;

interface Applied {
  readonly desired: readonly Desired[];
  readonly site: GuestSite;
  readonly commit: string;
  readonly now: string;
}

/** Makes a ledger say that all of this was applied, in a hundredth of the time that applying takes. */
export async function fillLedger(
  table: string,
  access: DynamoDBClientConfig,
  applied: Applied,
): Promise<void> {
  const client = createDocumentClient(new DynamoDBClient(access));
  const items = await itemsOf(applied);
  const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );
  await mapBounded(batches, 4, (batch) => put(table, batch, client));
}

/** Most items of one BatchWriteItem. */
const BATCH = 25;

async function put(table: string, items: readonly Item[], client: DynamoDBDocumentClient): Promise<void> {
  const requests = items.map((Item) => ({ PutRequest: { Item } }));
  const { UnprocessedItems } = await client.send(
    new BatchWriteCommand({ RequestItems: { [table]: requests } }),
  );
  if ((UnprocessedItems?.[table] ?? []).length > 0) throw new Error(`${table} did not take all items`);
}

async function itemsOf({ desired, site, commit, now }: Applied): Promise<Item[]> {
  const pages = desired.map(({ views }) => ({ view: views.page, revision: 1 }));
  const manifests = await site.hash!(pages);
  const details = desired.map((one, index) =>
    toDetailItem(appliedRecord(one, manifests[index]!, { commit, now }), 1),
  );
  const shards = new Map<string, Item>();
  for (const { key, target } of desired) {
    const pk = shardOf(key);
    shards.set(pk, { ...(shards.get(pk) ?? { pk, fence: 1 }), [targetAttribute(key)]: target });
  }
  const shared = manifestOf(site.shared.map((file) => ({ ...file, key: sharedKeyOf(file) })));
  const head = { pk: HEAD, fence: 1, finished: 1, seen: commit, done: commit, build_hash: site.buildHash };
  return [...details, ...shards.values(), { ...head, shared, open: [] }];
}
