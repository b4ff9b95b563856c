import { ConditionalCheckFailedException, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { holds, projected, updated, type Item, type Placeholders } from './expressions.ts';
import type { TableKeys } from './tables.ts';

export interface MemoryTable {
  readonly keys: TableKeys;
  /** By key. Items are frozen and only ever replaced. */
  readonly items: Map<string, Item>;
}
export type MemoryTables = ReadonlyMap<string, MemoryTable>;

/** Around each call: where a test stops, loses or orders it. */
export type Around = <T>(what: string, effect: () => T) => Promise<T>;

export interface Command {
  readonly input: unknown;
}
/** Told of each command that took place, with its answer, or the error that was it. */
export type Seen = (command: Command, answer: object) => void;

/**
 * A DynamoDB document client over tables in memory, in the few commands and expressions that our adapters use; anything
 * else is refused. A shared contract test holds it to dynalite.
 */
export function createMemoryDocument(
  tables: MemoryTables,
  around: Around,
  seen: Seen = () => undefined,
): DynamoDBDocumentClient {
  const send = (command: Command) => {
    const run = COMMANDS.get(command.constructor) ?? refuse(command.constructor.name);
    const input = command.input as Input;
    const name = input.TableName ?? Object.keys(input.RequestItems ?? {})[0] ?? '';
    const what = `${command.constructor.name.replace('Command', '')} ${name}`;
    return around(what, () => {
      try {
        const answer = run(input, tables.get(name) ?? missing(name));
        seen(command, answer);
        return answer;
      } catch (error) {
        seen(command, error as Error);
        throw error;
      }
    });
  };
  return { send } as unknown as DynamoDBDocumentClient;
}

/** What the commands used here have in common. */
interface Input {
  readonly TableName?: string;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Item[] }>>;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly IndexName?: string;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Item;
  readonly ConditionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly FilterExpression?: string;
  readonly ProjectionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
}

const COMMANDS: ReadonlyMap<unknown, (input: Input, table: MemoryTable) => object> = new Map<
  unknown,
  (input: Input, table: MemoryTable) => object
>([
  [GetCommand, get],
  [BatchGetCommand, batchGet],
  [PutCommand, put],
  [UpdateCommand, update],
  [QueryCommand, query],
  [ScanCommand, scan],
]);

function refuse(what: string): never {
  throw new Error(`the memory table does not know ${what}`);
}

function missing(name: string): never {
  throw new ResourceNotFoundException({ message: `no table ${name}`, $metadata: {} });
}

function get(input: Input, { keys, items }: MemoryTable) {
  const item = items.get(keyOf(input.Key!, keys));
  if (item === undefined || input.ProjectionExpression === undefined) return { Item: item };
  const names = projected(input.ProjectionExpression, given(input));
  return { Item: pick(item, names) };
}

function batchGet({ RequestItems = {} }: Input, { keys, items }: MemoryTable) {
  const [name, request] = Object.entries(RequestItems)[0]!;
  const found = request.Keys.map((key) => items.get(keyOf(key, keys))).filter((item) => item !== undefined);
  return { Responses: { [name]: found } };
}

function put(input: Input, { keys, items }: MemoryTable) {
  const item = clean(input.Item) as Item;
  const key = keyOf(item, keys);
  check(input, items.get(key));
  items.set(key, item);
  return {};
}

function update(input: Input, { keys, items }: MemoryTable) {
  const key = keyOf(input.Key!, keys);
  const before = items.get(key);
  check(input, before);
  const after = updated(input.UpdateExpression!, before ?? input.Key!, given(input));
  items.set(key, clean(after) as Item);
  return {};
}

function check(input: Input, item: Item | undefined): void {
  if (input.ConditionExpression === undefined) return;
  if (holds(input.ConditionExpression, item ?? {}, given(input))) return;
  throw new ConditionalCheckFailedException({ message: 'The conditional request failed', $metadata: {} });
}

function query(input: Input, table: MemoryTable) {
  const index = input.IndexName === undefined ? table.keys : table.keys.indexes?.[input.IndexName];
  if (index === undefined) refuse(`the index ${input.IndexName}`);
  const placeholders = given(input);
  const names = [index.hash, ...(index.range === undefined ? [] : [index.range])];
  const items = [...table.items.values()]
    .filter((item) => names.every((name) => item[name] !== undefined))
    .filter((item) => holds(input.KeyConditionExpression!, item, placeholders))
    .toSorted((one, other) => compare(sortKey(one, index.range), sortKey(other, index.range)));
  const page = toPage(items, input, table.keys, [...names, ...keyNames(table.keys)]);
  const keysOnly = 'keysOnly' in index && index.keysOnly === true;
  const shown = keysOnly
    ? page.Items.map((item) => pick(item, [...names, ...keyNames(table.keys)]))
    : page.Items;
  return { ...page, Items: shown };
}

function scan(input: Input, { items, keys }: MemoryTable) {
  return toPage([...items.values()], input, keys);
}

/** `Limit` counts what is looked at, before the filter. */
function toPage(all: readonly Item[], input: Input, keys: TableKeys, names = keyNames(keys)) {
  const { Limit = Infinity, ExclusiveStartKey: start, FilterExpression: filter } = input;
  const from =
    start === undefined ? 0 : all.findIndex((item) => keyOf(item, keys) === keyOf(start, keys)) + 1;
  const seen = all.slice(from, from + Limit);
  const last = seen.length === Limit ? seen.at(-1) : undefined;
  return {
    Items: filter === undefined ? seen : seen.filter((item) => holds(filter, item, given(input))),
    ...(last !== undefined && { LastEvaluatedKey: pick(last, names) }),
  };
}

const given = (input: Input): Placeholders => ({
  names: input.ExpressionAttributeNames ?? {},
  values: input.ExpressionAttributeValues ?? {},
});

const keyNames = ({ hash, range }: TableKeys): string[] => (range === undefined ? [hash] : [hash, range]);

function keyOf(item: Item, keys: TableKeys): string {
  const parts = keyNames(keys).map((name) => item[name]);
  if (parts.some((part) => typeof part !== 'string' || part === ''))
    refuse(`the key ${JSON.stringify(parts)}`);
  return parts.join('\n');
}

const pick = (item: Item, names: readonly string[]): Item =>
  Object.fromEntries(names.filter((name) => item[name] !== undefined).map((name) => [name, item[name]]));

const sortKey = (item: Item, range: string | undefined): string =>
  String(range === undefined ? '' : item[range]);
const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

/** A frozen copy without undefined members, as it would come back over the wire. */
function clean(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return Object.freeze(value.map(clean));
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.freeze(Object.fromEntries(entries.map(([name, each]) => [name, clean(each)])));
}
