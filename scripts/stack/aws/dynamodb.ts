import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
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

/** DynamoDB by dynalite; in front of it stand the roles, and a refusal of all that dynalite would drop. */
export async function createDynamoDb(options: DynamoDbOptions): Promise<DynamoDb> {
  const { path, tables, region = 'us-east-1', accountId = '000000000000' } = options;
  const server = dynalite({ path, createTableMs: 0 });
  // Nobody asks it there, but it closes its files only when it listened.
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const send = createSender(server);
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

/** To dynalite's own handler of requests, without a connection: with one, half of the time goes into carrying bytes. */
function createSender(server: Server): Send {
  return async (operation, body) => {
    const { promise, resolve } = Promise.withResolvers<Response>();
    const target = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
    const request = Object.assign(new EventEmitter(), {
      method: 'POST',
      url: '/',
      headers: { ...SENT, ...target },
    });
    const headers = new Headers({ 'content-type': SENT['content-type'] });
    const response = {
      statusCode: 200,
      setHeader(name: string, value: unknown): void {
        if (name === 'x-amz-crc32') headers.set(name, String(value));
      },
      end: (text: string) => resolve(new Response(text, { status: response.statusCode, headers })),
    };
    server.emit('request', request, response);
    request.emit('data', Buffer.from(body));
    request.emit('end');
    return promise;
  };
}

/** Dynalite wants a signature to be there but does not check it. */
const SENT = {
  'content-type': 'application/x-amz-json-1.0',
  'x-amz-date': '20150830T123600Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/dynamodb/aws4_request, SignedHeaders=host, Signature=d',
};

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
