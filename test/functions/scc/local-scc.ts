import type { CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DeleteCommand, ScanCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient, openTable } from '#functions/adapters/dynamodb.ts';
import { createNotificationTable } from '#functions/adapters/notification-table.ts';
import { createAssignmentStore } from '#functions/scc/assignment-store.ts';
import { createCrewRegistry } from '#functions/scc/crew-registry.ts';
import { createEntryStore } from '#functions/scc/entries/entry-store.ts';
import { createEventStore } from '#functions/scc/event-store.ts';
import { createLocalDynamoDb } from '#test/functions/adapters/local-dynamodb.ts';

const TABLES = {
  events: 'scc-events',
  assignments: 'scc-crew-assignments',
  crew: 'scc-crew',
  entries: 'scc-entries',
  notifications: 'scc-notifications',
} as const;

/** SCC's tables in an in-process DynamoDB. `failAfter(n)` makes the n+1st call fail, as a crash at that point would. */
export async function startLocalScc() {
  const { connect, createTable } = createLocalDynamoDb();
  const plain = connect();
  for (const table of definitions()) await createTable(table);
  const document = createDocumentClient(plain);
  return {
    tables: {
      events: openTable(document, TABLES.events),
      assignments: openTable(document, TABLES.assignments),
      crew: openTable(document, TABLES.crew),
      entries: openTable(document, TABLES.entries),
      notifications: openTable(document, TABLES.notifications),
    },
    ...storesOn(document),
    /** The stores as a process sees them that dies after so many calls. */
    dyingAfter: (calls: number) => storesOn(createDocumentClient(dying(connect(), calls))),
    async everything(table: keyof typeof TABLES): Promise<Record<string, unknown>[]> {
      return (await document.send(new ScanCommand({ TableName: TABLES[table] }))).Items ?? [];
    },
    /** As only a person can: no function has the right to. */
    async remove(table: keyof typeof TABLES, item: Record<string, string>) {
      await document.send(new DeleteCommand({ TableName: TABLES[table], Key: item }));
    },
    close: async () => plain.destroy(),
  };
}
export type LocalScc = Awaited<ReturnType<typeof startLocalScc>>;

export class Crash extends Error {}

const storesOn = (document: DynamoDBDocumentClient) => ({
  events: createEventStore(openTable(document, TABLES.events)),
  assignments: createAssignmentStore(openTable(document, TABLES.assignments)),
  entries: createEntryStore(openTable(document, TABLES.entries)),
  registry: createCrewRegistry(openTable(document, TABLES.crew)),
  notifications: createNotificationTable(openTable(document, TABLES.notifications)),
});

/** A client that stops before its n+1st call. */
function dying(client: DynamoDBClient, calls: number): DynamoDBClient {
  let left = calls;
  client.middlewareStack.add(
    (next) => (args) => {
      if (left-- <= 0) throw new Crash('the process died');
      return next(args);
    },
    { step: 'initialize' },
  );
  return client;
}

const S = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const });
const key = (hash: string, range?: string) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
];
const index = (name: string, hash: string, range: string, projection: 'ALL' | 'KEYS_ONLY' = 'ALL') => ({
  IndexName: name,
  KeySchema: key(hash, range),
  Projection: { ProjectionType: projection },
});

const definitions = (): CreateTableCommandInput[] =>
  [
    {
      TableName: TABLES.events,
      AttributeDefinitions: [
        'event_id',
        'created_timestamp',
        'start_month',
        'starts_at',
        'expenses_due',
        'page_id',
      ].map(S),
      KeySchema: key('event_id', 'created_timestamp'),
      GlobalSecondaryIndexes: [
        index('by-start', 'start_month', 'starts_at'),
        index('expenses-due', 'expenses_due', 'event_id'),
        index('by-page', 'page_id', 'event_id', 'KEYS_ONLY'),
      ],
    },
    {
      TableName: TABLES.assignments,
      AttributeDefinitions: [S('event_id'), S('assignment_key'), S('crew_id')],
      KeySchema: key('event_id', 'assignment_key'),
      GlobalSecondaryIndexes: [index('by-crew', 'crew_id', 'event_id')],
    },
    { TableName: TABLES.crew, AttributeDefinitions: [S('crew_id')], KeySchema: key('crew_id') },
    {
      TableName: TABLES.entries,
      AttributeDefinitions: [S('event_id'), S('entry_id')],
      KeySchema: key('event_id', 'entry_id'),
    },
    {
      TableName: TABLES.notifications,
      AttributeDefinitions: [S('notification_id'), S('unsent'), S('created_at'), S('event_id')],
      KeySchema: key('notification_id'),
      GlobalSecondaryIndexes: [
        index('unsent', 'unsent', 'created_at'),
        index('by-event', 'event_id', 'notification_id'),
      ],
    },
  ].map((table) => ({ ...table, BillingMode: 'PAY_PER_REQUEST' as const }));
