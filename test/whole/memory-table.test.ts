import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  QueryCommand,
  ScanCommand,
  type DynamoDBDocumentClient,
  type GetCommand,
  type PutCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDocumentClient, openTable, type Expression, type Item } from '#functions/adapters/dynamodb.ts';
import { SCENARIOS } from './crash.ts';
import { createMemoryDocument, type Command } from './memory-table.ts';
import { TABLES, type TableKeys } from './tables.ts';
import { createWorld, CREW } from './world.ts';

type Dynalite = (options: { createTableMs: number }) => Server;
const dynalite = createRequire(import.meta.url)('dynalite') as Dynalite;

let server: Server;
let client: DynamoDBClient;
let real: DynamoDBDocumentClient;
beforeAll(async () => {
  server = dynalite({ createTableMs: 0 }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  real = createDocumentClient(client);
  for (const [name, keys] of Object.entries(TABLES)) await createTable(name, keys);
});
afterAll(() => {
  client.destroy();
  server.close();
});

const memory = () =>
  createMemoryDocument(
    new Map(Object.entries(TABLES).map(([name, keys]) => [name, { keys, items: new Map() }])),
    async (_, effect) => effect(),
  );

describe('the memory table answers as dynalite does', () => {
  it('to every command of whole applies, their mails and their repairs', async () => {
    const traffic: { command: Command; answer: object }[] = [];
    const world = createWorld({ seen: (command, answer) => traffic.push({ command, answer }) });
    await world.enlist(...CREW);
    for (const [at, { after }] of SCENARIOS.entries()) {
      world.machine.arm([{ at: 30 + at, mode: 'reply lost' }]);
      await world.settle({ files: [after] });
    }
    expect(traffic.length).toBeGreaterThan(300);
    for (const { command, answer } of traffic) {
      const replayed = await real.send(command as GetCommand).catch((error: unknown) => error as Error);
      const order = command instanceof ScanCommand ? 'any' : 'kept';
      expect(toAnswer(replayed, order), JSON.stringify(command.input)).toEqual(toAnswer(answer, order));
    }
  });

  const item = { event_id: 'e', entry_id: '1', text: 'b', count: 2, list: ['x'], event: { deep: true } };
  const conditions: [string, Item?][] = [
    ['attribute_exists(#text) AND attribute_not_exists(#none)'],
    ['attribute_exists(#none) OR attribute_not_exists(#text)'],
    ['#none <> :v', { v: 'b' }],
    ['#none = :v', { v: 'b' }],
    ['#none < :v', { v: 'b' }],
    ['#text <> :v', { v: 'b' }],
    ['#text < :v AND #text >= :w', { v: 'c', w: 'b' }],
    ['#count > :v', { v: 1 }],
    ['#count > :v', { v: '1' }],
    ['#count <= :v OR (#text = :w AND #count = :x)', { v: 1, w: 'b', x: 2 }],
    ['#text IN (:v, :w)', { v: 'a', w: 'b' }],
    ['#text IN (:v)', { v: 'a' }],
    ['#text BETWEEN :v AND :w', { v: 'a', w: 'b' }],
    ['begins_with(#text, :v)', { v: 'b' }],
    ['begins_with(#count, :v)', { v: '2' }],
  ];
  const changes: [string, Item?][] = [
    ['SET #text = :v', { v: 'new' }],
    ['SET #text = :v, #other = #text', { v: 'new' }],
    ['SET #none = if_not_exists(#none, :v), #count = if_not_exists(#count, :v) + :one', { v: 5, one: 1 }],
    ['SET #list = list_append(if_not_exists(#list, :none), :v)', { none: [], v: ['y'] }],
    ['SET #fresh = list_append(if_not_exists(#fresh, :none), :v) REMOVE #text', { none: [], v: ['y'] }],
    ['ADD #count :v', { v: 3 }],
    ['SET #other = :w ADD #none :v REMOVE #list, #nothing', { v: 3, w: { a: [1] } }],
  ];

  it.each(conditions)('to the condition %s %o', async (text, values) => {
    const answers = await onBoth(async (document) => {
      const table = openTable(document, 'entries');
      await table.put(item);
      return [await table.put({ ...item, text: 'after' }, expression(text, values)), await table.get(KEY)];
    });
    expect(answers.memory).toEqual(answers.real);
  });

  it.each(changes)('to the update %s %o, of what is there and of nothing', async (text, values) => {
    const answers = await onBoth(async (document) => {
      const table = openTable(document, 'entries');
      await table.put(item);
      const change = expression(text, values);
      const fresh = { event_id: 'fresh', entry_id: text };
      const isSound = !/#count \+|= #text/.test(text);
      return [
        await table.update(KEY, change),
        await table.get(KEY),
        isSound && (await table.update(fresh, change)),
        await table.get(fresh),
      ];
    });
    expect(answers.memory).toEqual(answers.real);
  });

  it('to queries of an index, page by page', async () => {
    const answers = await onBoth(async (document) => {
      const table = openTable(document, 'notifications');
      for (const [at, state] of ['pending', 'sent', 'pending', 'claimed', 'pending'].entries())
        await table.put({
          notification_id: `query#${at}`,
          event_id: 'query',
          created_at: `2027-01-0${9 - at}`,
          state,
          ...(state !== 'sent' && { unsent: 'query' }),
        });
      const where = {
        text: '#unsent = :yes AND #created_at < :before',
        values: { yes: 'query', before: '2027-01-09' },
      };
      const filter = { text: '#state = :pending', values: { pending: 'pending' } };
      const page = new QueryCommand({
        TableName: 'notifications',
        IndexName: 'by-event',
        KeyConditionExpression: '#event_id = :id AND begins_with(#notification_id, :prefix)',
        ExpressionAttributeNames: { '#event_id': 'event_id', '#notification_id': 'notification_id' },
        ExpressionAttributeValues: { ':id': 'query', ':prefix': 'query#' },
        Limit: 2,
      });
      return [
        await table.query({ index: 'unsent', where, filter }),
        await table.query({ index: 'unsent', where, limit: 1 }),
        (await document.send(page)).Items,
      ];
    });
    expect(answers.memory).toEqual(answers.real);
  });
});

describe('the memory table refuses', () => {
  const table = () => openTable(memory(), 'entries');

  it.each([
    ['a function that it does not know', 'size(#text) > :v'],
    ['NOT', 'NOT #text = :v'],
    ['a path into an attribute', '#text.deep = :v'],
    ['a bare name', 'text = :v'],
    ['what is not closed', '(#text = :v'],
    ['to compare lists', '#list = :v'],
  ])('%s', async (_, text) => {
    const one = table();
    await one.put({ ...KEY, text: 'b', list: ['x'] });
    await expect(one.put(KEY, expression(text, { v: 'b' }))).rejects.toThrow(/memory table does not know/);
  });

  it('an update that it does not know, a missing value, an item without its key', async () => {
    const update = (text: string) => table().update(KEY, { text, values: { v: 1 } });
    await expect(update('DELETE #text :v')).rejects.toThrow(/does not know/);
    await expect(update('SET #text = :w')).rejects.toThrow(/a value for :w/);
    await expect(table().put({ event_id: 'e' })).rejects.toThrow(/the key/);
    const remove = { constructor: { name: 'DeleteCommand' }, input: { TableName: 'entries' } };
    expect(() => memory().send(remove as unknown as PutCommand)).toThrow(/DeleteCommand/);
  });
});

const KEY = { event_id: 'e', entry_id: '1' };
const expression = (text: string, values: Item = {}): Expression => ({ text, values });

async function onBoth(use: (document: DynamoDBDocumentClient) => Promise<unknown>) {
  return { memory: await use(memory()), real: await use(real) };
}

/** Without what only a service adds. The order of a batch, and of a scan, is not said. */
function toAnswer(answer: object, order: 'any' | 'kept'): unknown {
  if (answer instanceof Error) return answer.name;
  const { Responses, Items, ...rest } = answer as { Responses?: Record<string, Item[]>; Items?: Item[] };
  const { $metadata: _, Count: __, ScannedCount: ___, UnprocessedKeys: ____, ...plain } = rest as Item;
  return {
    ...sortKeys(plain),
    items: order === 'any' ? Items?.map(toText).toSorted() : Items?.map(toText),
    batches: Object.entries(Responses ?? {}).map(([name, items]) => [name, items.map(toText).toSorted()]),
  };
}

const toText = (item: Item): string => JSON.stringify(sortKeys(item));

const sortKeys = (value: object): object =>
  JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      isObject(each) ? Object.fromEntries(Object.entries(each).toSorted()) : each,
    ),
  ) as object;
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

async function createTable(name: string, keys: TableKeys): Promise<void> {
  const indexes = Object.entries(keys.indexes ?? {});
  const names = [keys, ...indexes.map(([, index]) => index)].flatMap(({ hash, range }) => [
    hash,
    range ?? hash,
  ]);
  const schema = ({ hash, range }: { hash: string; range?: string }) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
  ];
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [...new Set(names)].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: schema(keys),
      ...(indexes.length > 0 && {
        GlobalSecondaryIndexes: indexes.map(([IndexName, index]) => ({
          IndexName,
          KeySchema: schema(index),
          Projection: { ProjectionType: index.keysOnly === true ? ('KEYS_ONLY' as const) : ('ALL' as const) },
        })),
      }),
    }),
  );
}
