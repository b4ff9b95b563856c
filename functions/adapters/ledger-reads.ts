import { setTimeout as wait } from 'node:timers/promises';
import { ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { BatchGetCommand, GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mapBounded } from '#bookings/reconcile/bounded.ts';
import type { Ledger, LedgerIndex } from '#bookings/reconcile/ports.ts';
import {
  detailKey,
  HEAD,
  headSchema,
  SHARD_KEYS,
  targetsIn,
  toBookingRecord,
  type Head,
} from './ledger-items.ts';

type LedgerReads = Pick<Ledger, 'readDigest' | 'readIndex' | 'readBookings'>;

export interface LedgerReadOptions {
  readonly table: string;
  /** Waits so many milliseconds before what DynamoDB left unread is asked for again. */
  readonly delay?: (milliseconds: number) => Promise<unknown>;
}

/** The reading half of the ledger. All reads are consistent; a table that does not exist yet reads as empty. */
export function createLedgerReads(options: LedgerReadOptions, client: DynamoDBDocumentClient): LedgerReads {
  const { table } = options;
  const getItems = (keys: readonly string[]) => getAll(options, client, keys);
  return {
    readDigest: () => emptyWithoutTable(null, async () => (await readHead(client, table, ['digest'])).digest),
    readIndex: () =>
      emptyWithoutTable(toIndex([]), async () => toIndex(await getItems([HEAD, ...SHARD_KEYS]))),
    readBookings: (keys) =>
      emptyWithoutTable(new Map(), async () => {
        const chunks = toChunks([...new Set(keys)].map(detailKey), BATCH);
        const items = await mapBounded(chunks, CONCURRENCY, getItems);
        const records = items.flat().map(toBookingRecord);
        return new Map(records.map((record) => [record.bookingKey, record]));
      }),
  };
}

/** Most keys of one BatchGetItem. */
const BATCH = 100;
const CONCURRENCY = 8;

/** `HEAD` with only the attributes asked for; defaults where there is none. */
export async function readHead(
  client: DynamoDBDocumentClient,
  table: string,
  attributes: readonly (keyof Head)[],
): Promise<Head> {
  const { Item } = await client.send(
    new GetCommand({
      TableName: table,
      Key: { pk: HEAD },
      ConsistentRead: true,
      ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
      ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
    }),
  );
  return headSchema.parse(Item ?? {});
}

async function emptyWithoutTable<T>(empty: T, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return empty;
    throw error;
  }
}

type Item = Readonly<Record<string, unknown>>;

function toIndex(items: readonly Item[]): LedgerIndex {
  const head = headSchema.parse(items.find(({ pk }) => pk === HEAD) ?? {});
  const { fence, digest, seen, done, shared, open } = head;
  const shards = items.filter(({ pk }) => pk !== HEAD);
  const targets = new Map(shards.flatMap(targetsIn));
  return { fence, digest, buildHash: head.build_hash, shared, seen, done, open, targets };
}

/** At most 100 items by key. DynamoDB returns at most 16 MB at once and less under load; the rest is asked for again. */
async function getAll(
  { table, delay = wait }: LedgerReadOptions,
  client: DynamoDBDocumentClient,
  keys: readonly string[],
): Promise<Item[]> {
  const found: Item[] = [];
  let Keys: Item[] = keys.map((pk) => ({ pk }));
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await delay(Math.random() * FIRST_WAIT * 2 ** round);
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[table] ?? []));
    Keys = UnprocessedKeys?.[table]?.Keys ?? [];
    if (Keys.length === 0) return found;
  }
  throw new Error(
    `The ledger ${table} left ${Keys.length} of ${keys.length} items unread after ${ROUNDS} rounds`,
  );
}

const ROUNDS = 8;
const FIRST_WAIT = 25;

const toChunks = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
