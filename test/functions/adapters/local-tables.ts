import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '#functions/adapters/dynamodb.ts';
import { createLocalDynamoDb } from './local-dynamodb.ts';

export interface LocalTables {
  readonly client: DynamoDBDocumentClient;
  /** A new table with the hash key `pk`. */
  createTable(): Promise<string>;
  close(): Promise<void>;
}

/** An in-process DynamoDB and a client for it. */
export async function startLocalTables(): Promise<LocalTables> {
  const local = createLocalDynamoDb();
  const plain = local.connect();
  let count = 0;
  return {
    client: createDocumentClient(plain),
    async createTable() {
      const TableName = `ledger-${++count}`;
      await local.createTable({
        TableName,
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      });
      return TableName;
    },
    close: async () => plain.destroy(),
  };
}
