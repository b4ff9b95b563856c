import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { AwsError, type AwsService } from '../stand-in.ts';
import { operations, type Input } from './dynamodb-operations.ts';
import { notImplemented } from './not-implemented.ts';

export interface DynamoDbOptions {
  /** Directory to keep the tables in; without it they are in memory. */
  readonly path?: string;
  /** As given to AWS CreateTable. */
  readonly tables: readonly CreateTableCommandInput[];
  /** Default `us-east-1`. */
  readonly region?: string;
  /** Default `000000000000`. */
  readonly accountId?: string;
}

export interface DynamoDb {
  readonly fetch: AwsService;
  close(): Promise<void>;
}

type Dynalite = (options: { path?: string; createTableMs: number }) => Server;

const require = createRequire(import.meta.url);
const dynalite = require('dynalite') as Dynalite;

/** DynamoDB by dynalite on a port of its own; in front of it stand the roles, and a refusal of all that dynalite would drop. */
export async function createDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const { path, tables, region = 'us-east-1', accountId = '000000000000' } = options;
  const server = dynalite({ path, createTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const send = createSender(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  for (const table of tables) await ensureTable(send, table);
  return {
    async fetch(request, caller) {
      const operation = request.headers.get('x-amz-target')?.split('.')[1] ?? request.method;
      if (!Object.hasOwn(operations, operation)) throw notImplemented(`dynamodb:${operation}`);
      const body = await request.text();
      const input = parseInput(body);
      refuseDropped(operation, input);
      for (const resource of operations[operation]!(input)) {
        caller.authorize(
          `dynamodb:${operation}`,
          `arn:aws:dynamodb:${region}:${accountId}:table/${resource}`,
        );
      }
      return send(operation, body);
    },
    close: () => close(server),
  };
}

type Send = (operation: string, body: string) => Promise<Response>;

/** Dynalite wants a signature to be there but does not check it. */
function createSender(url: string): Send {
  return async (operation, body) => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20150830T123600Z',
        authorization:
          'AWS4-HMAC-SHA256 Credential=a/b/c/dynamodb/aws4_request, SignedHeaders=host, Signature=d',
      },
      body,
    });
    const headers = new Headers({ 'content-type': 'application/x-amz-json-1.0' });
    const checksum = response.headers.get('x-amz-crc32');
    if (checksum !== null) headers.set('x-amz-crc32', checksum);
    return new Response(await response.arrayBuffer(), { status: response.status, headers });
  };
}

interface Description {
  readonly TableStatus: string;
  readonly KeySchema: unknown;
  readonly GlobalSecondaryIndexes?: readonly Index[];
}

interface Index {
  readonly IndexName?: string;
  readonly KeySchema?: unknown;
}

async function ensureTable(send: Send, table: CreateTableCommandInput): Promise<void> {
  const found = await describeTable(send, table);
  if (found !== undefined) return checkKeys(table, found);
  const created = await send('CreateTable', JSON.stringify(table));
  if (!created.ok) throw new Error(`Table ${table.TableName} cannot be created: ${await created.text()}`);
  while ((await describeTable(send, table))?.TableStatus !== 'ACTIVE') await nextTurn();
}

async function describeTable(
  send: Send,
  { TableName }: CreateTableCommandInput,
): Promise<Description | undefined> {
  const response = await send('DescribeTable', JSON.stringify({ TableName }));
  return response.ok ? ((await response.json()) as { Table: Description }).Table : undefined;
}

/** A kept table with other keys would make queries fail in ways that point nowhere. */
function checkKeys(wanted: CreateTableCommandInput, found: Description): void {
  const keys = (table: { KeySchema?: unknown; GlobalSecondaryIndexes?: readonly Index[] }): string =>
    JSON.stringify([
      table.KeySchema,
      (table.GlobalSecondaryIndexes ?? [])
        .map((index) => JSON.stringify([index.IndexName, index.KeySchema]))
        .sort(),
    ]);
  if (keys(wanted) === keys(found)) return;
  throw new Error(
    `Table ${wanted.TableName} is kept with other keys or indexes than the program declares: start with a fresh directory`,
  );
}

function parseInput(body: string): Input {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null) return input as Input;
  } catch {
    // falls through to the one answer for everything that is not an object
  }
  throw new AwsError('SerializationException', 'The body is not a JSON object');
}

/** Dynalite ignores parameters that it does not know, and so would do something else than was asked for. */
function refuseDropped(operation: string, input: Input): void {
  const { types } = require(`dynalite/validations/${operation[0]!.toLowerCase()}${operation.slice(1)}`) as {
    types: Record<string, unknown>;
  };
  const dropped = Object.keys(input).find((name) => !(name in types) && input[name] !== 'NONE');
  if (dropped !== undefined) throw notImplemented(`${dropped} of dynamodb:${operation}`);
}

function close(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
    server.closeAllConnections();
  });
}
