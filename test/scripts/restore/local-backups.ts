import { createRequire } from 'node:module';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient, type Item } from '#functions/adapters/dynamodb.ts';
import { readItems } from '#scripts/restore/items.ts';
import { listen } from '#scripts/stack/listen.ts';

const dynalite = createRequire(import.meta.url)('dynalite') as (options: object) => Server;
const CREDENTIALS = { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'secret' };

/** DynamoDB with point-in-time recovery of one instant: that at which `backUp` was called. */
export async function startBackups() {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const behind = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const direct = new DynamoDBClient({ region: 'us-east-1', endpoint: behind, credentials: CREDENTIALS });
  const document = createDocumentClient(direct);
  const backups = new Map<string, Item[]>();
  const restored = new Map<string, { table: string; at: number }>();
  const calls: string[] = [];
  let window = { status: 'ENABLED', from: 0, to: 0 };

  const own: Record<string, (input: Item) => Promise<object>> = {
    async DescribeContinuousBackups() {
      const { status, from, to } = window;
      const description = { EarliestRestorableDateTime: from, LatestRestorableDateTime: to };
      const PointInTimeRecoveryDescription = { PointInTimeRecoveryStatus: status, ...description };
      return {
        ContinuousBackupsDescription: {
          ContinuousBackupsStatus: 'ENABLED',
          PointInTimeRecoveryDescription,
        },
      };
    },
    async RestoreTableToPointInTime({ SourceTableName, TargetTableName, RestoreDateTime }) {
      await createTable(String(TargetTableName), backups.get(String(SourceTableName)) ?? []);
      const at = Math.floor(Number(RestoreDateTime ?? window.to));
      restored.set(String(TargetTableName), { table: String(SourceTableName), at });
      return {};
    },
  };

  async function createTable(name: string, items: readonly Item[]): Promise<void> {
    const keys = { AttributeName: 'event_id', KeyType: 'HASH' } as const;
    const types = { AttributeName: 'event_id', AttributeType: 'S' } as const;
    await direct.send(
      new CreateTableCommand({
        TableName: name,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [keys],
        AttributeDefinitions: [types],
      }),
    );
    await waitUntilTableExists(
      { client: direct, minDelay: 0.01, maxDelay: 0.05, maxWaitTime: 10 },
      { TableName: name },
    );
    for (const Item of items) await document.send(new PutCommand({ TableName: name, Item }));
  }

  const front = await listen(async (request) => {
    const operation = request.headers.get('x-amz-target')!.split('.')[1]!;
    const body = await request.text();
    const input = JSON.parse(body) as Item;
    if (/Restore|Delete/.test(operation)) calls.push(`${operation} ${body}`);
    if (own[operation] !== undefined) return json(await own[operation](input));
    const answer = await fetch(behind, { method: 'POST', headers: request.headers, body });
    const copy = restored.get(String(input['TableName']));
    if (operation !== 'DescribeTable' || copy === undefined || !answer.ok)
      return json(await answer.json(), answer.status);
    const described = (await answer.json()) as { Table: object };
    const SourceTableArn = `arn:aws:dynamodb:us-east-1:000000000000:table/${copy.table}`;
    const RestoreSummary = { SourceTableArn, RestoreDateTime: copy.at, RestoreInProgress: false };
    return json({ Table: { ...described.Table, RestoreSummary } });
  });

  return {
    client: new DynamoDBClient({ region: 'us-east-1', endpoint: front.url, credentials: CREDENTIALS }),
    document,
    /** Operations that make or delete tables or items, with their bodies. */
    calls,
    createTable,
    items: async (table: string) =>
      (await readItems(document, table)).toSorted((one, other) =>
        String(one['event_id']) < String(other['event_id']) ? -1 : 1,
      ),
    async backUp(table: string) {
      backups.set(table, await readItems(document, table));
    },
    /** Seconds since 1970. */
    setWindow: (next: typeof window) => void (window = next),
    async close() {
      await front.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

const json = (body: unknown, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/x-amz-json-1.0' } });
