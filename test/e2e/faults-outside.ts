import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, PutCommand, ScanCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '#functions/adapters/dynamodb.ts';
import type { ObjectInfo } from '#scripts/stack/aws/s3-objects.ts';
import { awsCredentialsFor, openLocalKeys } from '#scripts/stack/credentials.ts';
import { tablesOf } from '#scripts/stack/declared-storage.ts';
import type { Caller } from '#scripts/stack/stand-in.ts';
import { mails } from './look.ts';
import { startWorld, type World, type WorldOptions } from './world.ts';

type Item = Record<string, unknown>;

/** Everything that a world keeps, but mails: those are never taken back. */
interface Kept {
  readonly tables: ReadonlyMap<string, readonly Item[]>;
  readonly objects: readonly (ObjectInfo & { readonly body: ArrayBuffer })[];
  readonly events: ReadonlyMap<string, unknown>;
  readonly rows: ReadonlyMap<string, unknown>;
}

/** A world that can be put back to where it was, and looked at from outside as a whole. */
export interface WholeWorld extends World {
  keep(): Promise<Kept>;
  putBack(kept: Kept): Promise<void>;
  /** Ids of all mails so far. */
  mailbox(): Promise<ReadonlySet<string>>;
  /** All that is in the world, and the mails after those: name of a thing → the thing. */
  outside(before: ReadonlySet<string>): Promise<Record<string, unknown>>;
}

const ONLOOKER = 'onlooker';

export async function startWholeWorld(options: WorldOptions = {}): Promise<WholeWorld> {
  const world = await startWorld({ ...options, onlooker: ONLOOKER });
  const document = documentClient(world);
  const keep = async (): Promise<Kept> => ({
    tables: await readTables(world, document),
    objects: await readObjects(world),
    events: new Map(structuredClone([...world.stack.outside.events.entries()])),
    rows: new Map(structuredClone([...world.stack.outside.rows.entries()])),
  });
  return {
    ...world,
    keep,
    async putBack(kept) {
      await putTablesBack(world, document, kept);
      await putObjectsBack(world, kept);
      putMapBack(world.stack.outside.events, kept.events);
      putMapBack(world.stack.outside.rows, kept.rows);
      for (const id of Object.values(world.endpoints.distributions)) world.stack.edge.invalidate(id, ['/*']);
    },
    mailbox: async () => new Set((await mails(world)).map(({ id }) => id)),
    async outside(before) {
      const kept = await keep();
      const sent = (await mails(world)).filter(({ id }) => !before.has(id));
      return { ...inWords(kept, keysOf(world)), ...mailsInWords(sent) };
    },
  };
}

function documentClient({ endpoints, directory }: World): DynamoDBDocumentClient {
  const credentials = awsCredentialsFor(ONLOOKER, openLocalKeys(join(directory, 'state/keys.json')));
  const { region, aws } = endpoints;
  return createDocumentClient(new DynamoDBClient({ region, endpoint: aws.endpoint, credentials }));
}

/** Table → names of its key attributes. */
const keysOf = ({ stack }: World): Map<string, string[]> =>
  new Map(
    tablesOf(stack.graph).map(({ TableName, KeySchema }) => [
      TableName!,
      KeySchema!.map(({ AttributeName }) => AttributeName!),
    ]),
  );

async function readTables(world: World, document: DynamoDBDocumentClient): Promise<Map<string, Item[]>> {
  const tables = [...keysOf(world).keys()].map(async (TableName) => {
    const { Items = [] } = await document.send(new ScanCommand({ TableName }));
    return [TableName, Items] as const;
  });
  return new Map(await Promise.all(tables));
}

async function putTablesBack(world: World, document: DynamoDBDocumentClient, kept: Kept): Promise<void> {
  const now = await readTables(world, document);
  for (const [TableName, keys] of keysOf(world)) {
    const idOf = (item: Item) => keys.map((key) => String(item[key])).join('/');
    const wanted = new Map(kept.tables.get(TableName)!.map((item) => [idOf(item), item]));
    const found = new Map(now.get(TableName)!.map((item) => [idOf(item), item]));
    for (const [id, item] of found) {
      const Key = Object.fromEntries(keys.map((key) => [key, item[key]]));
      if (!wanted.has(id)) await document.send(new DeleteCommand({ TableName, Key }));
    }
    for (const [id, Item] of wanted)
      if (!isDeepStrictEqual(found.get(id), Item)) await document.send(new PutCommand({ TableName, Item }));
  }
}

const ANYONE: Caller = { principal: ONLOOKER, authorize: () => undefined };

const bucketsOf = ({ endpoints }: World): string[] => [endpoints.buckets.guest, endpoints.buckets.crew];

const s3 = ({ stack }: World, bucket: string, key: string, init: RequestInit = {}): Promise<Response> =>
  stack.aws.s3.fetch(new Request(`http://s3.local/${bucket}/${encodeURI(key)}`, init), ANYONE);

async function readObjects(world: World): Promise<Kept['objects']> {
  const infos = bucketsOf(world).flatMap((bucket) => world.stack.aws.s3.objects(bucket));
  return Promise.all(
    infos.map(async (info) => ({
      ...info,
      body: await (await s3(world, info.bucket, info.key)).arrayBuffer(),
    })),
  );
}

async function putObjectsBack(world: World, kept: Kept): Promise<void> {
  const look = ({ sha256, headers, metadata }: ObjectInfo) => ({ sha256, headers, metadata });
  const wanted = new Map(kept.objects.map((info) => [`${info.bucket}/${info.key}`, info]));
  const found = bucketsOf(world).flatMap((bucket) => world.stack.aws.s3.objects(bucket));
  for (const info of found)
    if (!wanted.has(`${info.bucket}/${info.key}`))
      await s3(world, info.bucket, info.key, { method: 'DELETE' });
  const same = new Map(found.map((info) => [`${info.bucket}/${info.key}`, info]));
  for (const [path, info] of wanted) {
    if (same.has(path) && isDeepStrictEqual(look(same.get(path)!), look(info))) continue;
    const metadata = Object.entries(info.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]);
    const headers = { ...info.headers, ...(Object.fromEntries(metadata) as Record<string, string>) };
    await s3(world, info.bucket, info.key, { method: 'PUT', headers, body: info.body });
  }
}

interface KeptMap {
  set(key: string, value: unknown): void;
  delete(key: string): void;
  entries(): IterableIterator<[string, unknown]>;
}

function putMapBack(map: KeptMap, wanted: ReadonlyMap<string, unknown>): void {
  for (const [key] of [...map.entries()]) if (!wanted.has(key)) map.delete(key);
  const found = new Map(map.entries());
  for (const [key, value] of wanted) if (!isDeepStrictEqual(found.get(key), value)) map.set(key, value);
}

function inWords(
  { tables, objects, events, rows }: Kept,
  keys: Map<string, string[]>,
): Record<string, unknown> {
  const items = [...tables].flatMap(([table, all]) =>
    all.map(
      (item) =>
        [
          `${table}: ${keys
            .get(table)!
            .map((key) => item[key])
            .join(' ')}`,
          item,
        ] as const,
    ),
  );
  const stored = objects.map(
    ({ bucket, key, sha256, size, headers, metadata }) =>
      [`${bucket}/${key}`, { sha256, size, headers, metadata }] as const,
  );
  const entries = [...events].map(([id, event]) => [`calendar: ${id}`, event] as const);
  const cards = [...rows].map(([id, row]) => [`board: ${id}`, row] as const);
  return Object.fromEntries([...items, ...stored, ...entries, ...cards]);
}

const mailsInWords = (sent: Awaited<ReturnType<typeof mails>>): Record<string, unknown> => ({
  mails: sent
    .map((mail) => ({ ...mail, id: undefined, at: undefined }))
    .toSorted((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1)),
});
