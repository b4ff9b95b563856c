import { ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { GetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Ledger, LedgerHead } from '#bookings/reconcile/ledger.ts';
import { openTable, projectionOf } from './dynamodb.ts';
import {
  detailKey,
  HEAD,
  headSchema,
  SHARD_KEYS,
  targetsIn,
  toBookingRecord,
  WITHOUT_VIEWS,
  withKnownViews,
  type Head,
} from './ledger-items.ts';

type LedgerReads = Pick<Ledger, 'readHead' | 'readIndex' | 'readBookings'>;

export interface LedgerReadOptions {
  readonly table: string;
  /** Waits so many milliseconds before what DynamoDB left unread is asked for again. */
  readonly delay?: (milliseconds: number) => Promise<unknown>;
}

/** The reading half of the ledger. All reads are consistent; a table that does not exist yet reads as empty. */
export function createLedgerReads(options: LedgerReadOptions, client: DynamoDBDocumentClient): LedgerReads {
  const { table } = options;
  const { getMany } = openTable(client, table, options.delay);
  const getItems = (keys: readonly string[], attributes?: readonly string[]) =>
    getMany(
      keys.map((pk) => ({ pk })),
      attributes,
    );
  const readWholeHead = () =>
    emptyWithoutTable(toLedgerHead(headSchema.parse({})), async () =>
      toLedgerHead(await readHead(client, table, READ_OF_HEAD)),
    );
  return {
    readHead: readWholeHead,
    readIndex: async (known) => {
      const head = known ?? (await readWholeHead());
      const shards = await emptyWithoutTable([], () => getItems(SHARD_KEYS));
      return { ...head, targets: new Map(shards.flatMap(targetsIn)) };
    },
    readBookings: (keys, known = new Map()) =>
      emptyWithoutTable(new Map(), async () => {
        const all = [...new Set(keys)];
        const withoutViews = await getItems(
          all.filter((key) => known.has(key)).map(detailKey),
          WITHOUT_VIEWS,
        );
        const familiar = withoutViews.flatMap((item) => withKnownViews(item, known) ?? []);
        const found = new Set(familiar.map(({ bookingKey }) => bookingKey));
        const whole = await getItems(all.filter((key) => !found.has(key)).map(detailKey));
        const records = [...familiar, ...whole.map(toBookingRecord)];
        return new Map(records.map((record) => [record.bookingKey, record]));
      }),
  };
}
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
      ...projectionOf(attributes),
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

const READ_OF_HEAD = [
  'fence',
  'finished',
  'digest',
  'build_hash',
  'shared',
  'seen',
  'done',
  'open',
] as const satisfies (keyof Head)[];

const toLedgerHead = ({ build_hash: buildHash, ...head }: Head): LedgerHead => {
  const { fence, finished, digest, shared, seen, done, open } = head;
  return { fence, finished, digest, buildHash, shared, seen, done, open };
};
