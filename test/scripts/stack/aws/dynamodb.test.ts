import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  type CreateTableCommandInput,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoDb, type DynamoDb } from '#scripts/stack/aws/dynamodb.ts';
import { allow, pipelineKey, readerKey, region, startEndpoint } from './start-endpoint.ts';

const assignments: CreateTableCommandInput = {
  TableName: 'scc-crew-assignments',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'event_id', AttributeType: 'S' },
    { AttributeName: 'crew_id', AttributeType: 'S' },
  ],
  KeySchema: [{ AttributeName: 'event_id', KeyType: 'HASH' }],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'by-crew',
      KeySchema: [{ AttributeName: 'crew_id', KeyType: 'HASH' }],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
};
const ledger: CreateTableCommandInput = {
  TableName: 'booking-ledger',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
  KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
};

const arn = 'arn:aws:dynamodb:us-east-1:000000000000:table/';
const TableName = 'scc-crew-assignments';
const item = (event: string) => ({ event_id: { S: event }, crew_id: { S: 'marisol' } });
const byCrew = {
  TableName,
  IndexName: 'by-crew',
  KeyConditionExpression: 'crew_id = :crew',
  ExpressionAttributeValues: { ':crew': { S: 'marisol' } },
};

let database: DynamoDb;
let server: Awaited<ReturnType<typeof startEndpoint>>;
let pipeline: DynamoDBClient;
let reader: DynamoDBClient;
beforeAll(async () => {
  database = await createDynamoDb({ tables: [assignments, ledger] });
  server = await startEndpoint({ dynamodb: database.fetch }, [allow('dynamodb:*', `${arn}${TableName}`)]);
  const config = { region, endpoint: server.url, maxAttempts: 1 };
  pipeline = new DynamoDBClient({ ...config, credentials: pipelineKey });
  reader = new DynamoDBClient({ ...config, credentials: readerKey });
});
afterAll(async () => {
  await server.close();
  await database.close();
});

describe('the tables that the program declares', () => {
  it('keep items and find them by key and by index', async () => {
    await pipeline.send(new PutItemCommand({ TableName, Item: item('boatsetter-xhqgmdh') }));
    const found = await pipeline.send(
      new GetItemCommand({ TableName, Key: { event_id: { S: 'boatsetter-xhqgmdh' } } }),
    );
    expect(found.Item).toEqual(item('boatsetter-xhqgmdh'));
    expect((await pipeline.send(new QueryCommand(byCrew))).Items).toEqual([item('boatsetter-xhqgmdh')]);
  });

  it('refuse a write whose condition does not hold', async () => {
    const put = () =>
      pipeline.send(
        new PutItemCommand({
          TableName,
          Item: item('getmyboat-1'),
          ConditionExpression: 'attribute_not_exists(event_id)',
        }),
      );
    await put();
    await expect(put()).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
  });

  it('let one of many simultaneous conditional writes win', async () => {
    const claim = (owner: number) =>
      pipeline.send(
        new PutItemCommand({
          TableName: 'booking-ledger',
          Item: { pk: { S: 'lease' }, owner: { N: String(owner) } },
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      );
    const claims = await Promise.allSettled(Array.from({ length: 20 }, (_, owner) => claim(owner)));
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('answer a missing table as AWS does', async () => {
    const get = pipeline.send(new GetItemCommand({ TableName: 'nowhere', Key: { pk: { S: 'a' } } }));
    await expect(get).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('the role of a caller', () => {
  it('is asked for the index when one is queried', async () => {
    await expect(reader.send(new QueryCommand(byCrew))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    expect(server.calls.at(-1)).toEqual({
      principal: 'reader',
      action: 'dynamodb:Query',
      resource: `${arn}${TableName}/index/by-crew`,
    });
  });

  it('is asked for every table of a batch, and nothing is written unless it allows all', async () => {
    const batch = new BatchWriteItemCommand({
      RequestItems: {
        [TableName]: [{ PutRequest: { Item: item('batched') } }],
        'booking-ledger': [{ PutRequest: { Item: { pk: { S: 'batched' } } } }],
      },
    });
    await expect(reader.send(batch)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const get = { TableName, Key: { event_id: { S: 'batched' } } };
    expect((await reader.send(new GetItemCommand(get))).Item).toBeUndefined();
    await pipeline.send(batch);
    expect((await reader.send(new GetItemCommand(get))).Item).toEqual(item('batched'));
  });
});

describe('what dynalite cannot do', () => {
  it.each([
    [
      'TransactWriteItems',
      new TransactWriteItemsCommand({ TransactItems: [{ Put: { TableName, Item: item('a') } }] }),
    ],
    ['CreateTable', new CreateTableCommand(ledger)],
    [
      'ReturnValuesOnConditionCheckFailure',
      new PutItemCommand({
        TableName,
        Item: item('dropped'),
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ],
  ])('is refused by name: %s', async (name, command) => {
    await expect(pipeline.send(command as PutItemCommand)).rejects.toMatchObject({
      name: 'NotImplemented',
      message: expect.stringContaining(name) as string,
      $metadata: { httpStatusCode: 501 },
    });
  });

  it('is not refused when it is not asked for', async () => {
    const put = { TableName, Item: item('plain'), ReturnValuesOnConditionCheckFailure: 'NONE' as const };
    expect((await pipeline.send(new PutItemCommand(put))).$metadata.httpStatusCode).toBe(200);
  });
});

describe('tables kept on disk', () => {
  it('are there again after a restart, and other keys than declared are an error', async () => {
    const path = await mkdtemp(join(tmpdir(), 'bosun-dynamodb-'));
    const first = await createDynamoDb({ path, tables: [ledger] });
    const put = { TableName: 'booking-ledger', Item: { pk: { S: 'meta' } } };
    expect(await send(first, 'PutItem', put)).toEqual({});
    await first.close();
    const second = await createDynamoDb({ path, tables: [ledger] });
    const found = await send(second, 'GetItem', { TableName: 'booking-ledger', Key: { pk: { S: 'meta' } } });
    expect(found).toEqual({ Item: { pk: { S: 'meta' } } });
    await second.close();
    const changed = { ...assignments, TableName: 'booking-ledger' };
    await expect(createDynamoDb({ path, tables: [changed] })).rejects.toThrow('fresh directory');
    await rm(path, { recursive: true });
  });
});

async function send(database: DynamoDb, operation: string, input: object): Promise<unknown> {
  const request = new Request('http://127.0.0.1/', {
    method: 'POST',
    headers: { 'x-amz-target': `DynamoDB_20120810.${operation}` },
    body: JSON.stringify(input),
  });
  const response = await database.fetch(request, { principal: 'pipeline', authorize: () => undefined });
  return response.json();
}
