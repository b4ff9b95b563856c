import { EventEmitter } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';

type Dynalite = (options: { createTableMs: number }) => Server;
const dynalite = createRequire(import.meta.url)('dynalite') as Dynalite;

export interface LocalDynamoDb {
  /** A new client. */
  connect(): DynamoDBClient;
  createTable(table: CreateTableCommandInput): Promise<void>;
}

/** A DynamoDB in memory. Its clients hand their requests to it directly, since a connection costs more than most calls. */
export function createLocalDynamoDb(): LocalDynamoDb {
  const requestHandler = handlerFor(dynalite({ createTableMs: 0 }));
  const connect = () =>
    new DynamoDBClient({
      requestHandler,
      signer: { sign: async (request) => request },
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
  const client = connect();
  return {
    connect,
    async createTable(table) {
      await client.send(new CreateTableCommand(table));
      await untilActive(client, table.TableName!);
    },
  };
}

/** What the client hands over: with the body as bytes. */
interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const handlerFor = (server: Server) => ({
  async handle({ method, path, headers, body }: Sent) {
    const { promise, resolve } = Promise.withResolvers<object>();
    const request = Object.assign(new EventEmitter(), {
      method,
      url: path,
      headers: { ...headers, ...SIGNED },
    });
    const answered: Record<string, string> = {};
    const response = {
      statusCode: 200,
      setHeader: (name: string, value: unknown) => void (answered[name] = String(value)),
      end(text: string) {
        resolve({ statusCode: response.statusCode, headers: answered, body: Buffer.from(text) });
      },
    };
    server.emit('request', request, response);
    request.emit('data', Buffer.copyBytesFrom(body));
    request.emit('end');
    return { response: await promise };
  },
});

/** Dynalite wants a signature to be there but does not check it. */
const SIGNED = {
  'x-amz-date': '20150830T123600Z',
  authorization: 'AWS4-HMAC-SHA256 Credential=a/b/c/dynamodb/aws4_request, SignedHeaders=host, Signature=d',
};

/** A table is created asynchronously, also where that takes no time. */
async function untilActive(client: DynamoDBClient, TableName: string): Promise<void> {
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    if (Table?.TableStatus === 'ACTIVE') return;
  }
}
