import { setTimeout as wait } from 'node:timers/promises';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { inChunks, mapBounded } from '#bookings/reconcile/bounded.ts';
import { timeLimits } from './time-limits.ts';

export type Item = Record<string, unknown>;
export type Key = Record<string, string>;

/** Expressions name attributes as `#name` and values as `:name`; the names are taken from the text. */
export interface Expression {
  readonly text: string;
  readonly values?: Item;
}

export interface QueryRequest {
  readonly index?: string;
  readonly where: Expression;
  readonly filter?: Expression;
  /** Items in all; the lowest sort keys first. */
  readonly limit?: number;
}

/** One DynamoDB table, in the few operations that we use. Reads of the table itself are strongly consistent. */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** All attributes, or those named. */
  getMany(keys: readonly Key[], attributes?: readonly string[]): Promise<Item[]>;
  query(request: QueryRequest): Promise<Item[]>;
  /** One page of the whole table: for operators' lists only. */
  scan(request: { filter?: Expression; limit: number; after?: Key | undefined }): Promise<{
    items: Item[];
    next: Key | undefined;
  }>;
  /** These two answer false when the condition does not hold. */
  put(item: Item, condition?: Expression): Promise<boolean>;
  update(key: Key, change: Expression, condition?: Expression): Promise<boolean>;
}

/** A document client that leaves out undefined members and gives up in time for the caller to answer. */
export const createDocumentClient = (client = createClient()): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });

const createClient = () =>
  new DynamoDBClient({
    maxAttempts: 4,
    requestHandler: timeLimits(2_000, 4_000),
  });

export function openTable(
  document: DynamoDBDocumentClient,
  name: string,
  /** Waits so many milliseconds before what DynamoDB left unread is asked for again. */
  delay: (milliseconds: number) => Promise<unknown> = wait,
): Table {
  const TableName = name;
  return {
    async get(Key) {
      if (!areKeys(Key)) return undefined;
      return (await document.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;
    },
    async getMany(keys, attributes) {
      const batches = await mapBounded(inChunks(keys, BATCH), BATCHES, (Keys) =>
        getBatch(document, name, { Keys, ...projectionOf(attributes) }, delay),
      );
      return batches.flat();
    },
    query: (request) => query(document, name, request),
    async scan({ filter, limit, after }) {
      const { Items, LastEvaluatedKey } = await document.send(
        new ScanCommand({ TableName, Limit: limit, ExclusiveStartKey: after, ...filterOf(filter) }),
      );
      return { items: Items ?? [], next: LastEvaluatedKey as Key | undefined };
    },
    put: (item, condition) =>
      whenHeld(document.send(new PutCommand({ TableName, Item: item, ...conditionOf([condition]) }))),
    update: (key, change, condition) =>
      whenHeld(
        document.send(
          new UpdateCommand({
            TableName,
            Key: key,
            UpdateExpression: change.text,
            ...conditionOf([condition, change], condition),
          }),
        ),
      ),
  };
}

/** DynamoDB calls an empty or overlong key an error; for a reader it is the key of nothing. */
const areKeys = (values: Item): boolean =>
  Object.values(values).every(
    (value) => typeof value !== 'string' || (value !== '' && Buffer.byteLength(value) <= 1024),
  );

async function query(document: DynamoDBDocumentClient, name: string, request: QueryRequest): Promise<Item[]> {
  if (!areKeys(request.where.values ?? {})) return [];
  const items: Item[] = [];
  let after: Item | undefined;
  do {
    const page = await document.send(
      new QueryCommand({
        TableName: name,
        KeyConditionExpression: request.where.text,
        ...(request.filter !== undefined && { FilterExpression: request.filter.text }),
        ...placeholders([request.where, ...(request.filter ? [request.filter] : [])]),
        ...(request.index === undefined ? { ConsistentRead: true } : { IndexName: request.index }),
        ...(request.limit !== undefined && { Limit: request.limit - items.length }),
        ExclusiveStartKey: after,
      }),
    );
    items.push(...(page.Items ?? []));
    after = page.LastEvaluatedKey;
  } while (after !== undefined && items.length < (request.limit ?? Infinity));
  return items;
}

/** Most keys of one BatchGetItem. */
const BATCH = 100;
/** So many of them at once. */
const BATCHES = 8;
const ROUNDS = 8;
const FIRST_WAIT = 25;

/** DynamoDB returns at most 16 MB at once and less under load; the rest is asked for again, with jitter. */
async function getBatch(
  document: DynamoDBDocumentClient,
  name: string,
  batch: { readonly Keys: Item[] },
  delay: (milliseconds: number) => Promise<unknown>,
): Promise<Item[]> {
  const items: Item[] = [];
  let { Keys } = batch;
  for (let round = 0; round < ROUNDS; round++) {
    if (round > 0) await delay(Math.random() * FIRST_WAIT * 2 ** round);
    const { Responses, UnprocessedKeys } = await document.send(
      new BatchGetCommand({ RequestItems: { [name]: { ...batch, Keys, ConsistentRead: true } } }),
    );
    items.push(...(Responses?.[name] ?? []));
    Keys = UnprocessedKeys?.[name]?.Keys ?? [];
    if (Keys.length === 0) return items;
  }
  throw new Error(`${name} left ${Keys.length} of ${batch.Keys.length} items unread after ${ROUNDS} rounds`);
}

/** Every name as a placeholder: DynamoDB keeps hundreds of words for itself. */
export function projectionOf(attributes: readonly string[] | undefined) {
  if (attributes === undefined) return {};
  return {
    ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
  };
}

async function whenHeld(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}

const filterOf = (filter: Expression | undefined) =>
  filter === undefined ? {} : { FilterExpression: filter.text, ...placeholders([filter]) };

const conditionOf = (expressions: readonly (Expression | undefined)[], condition = expressions[0]) => ({
  ...(condition !== undefined && { ConditionExpression: condition.text }),
  ...placeholders(expressions.filter((one) => one !== undefined)),
});

/** DynamoDB refuses empty maps of names and values, so absent ones are left out. */
function placeholders(expressions: readonly Expression[]) {
  const names = expressions.flatMap(({ text }) => text.match(/#\w+/g) ?? []);
  const values = expressions.flatMap(({ values: own }) => Object.entries(own ?? {}));
  return {
    ...(names.length > 0 && {
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [name, name.slice(1)])),
    }),
    ...(values.length > 0 && {
      ExpressionAttributeValues: Object.fromEntries(values.map(([name, value]) => [`:${name}`, value])),
    }),
  };
}
