import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { toEventSpec, type EventSpec } from '#bookings/model/views/event.ts';
import { toSummaryView } from '#bookings/model/views/summary.ts';
import type { Booking } from '#bookings/model/booking.ts';
import { createDocumentClient, openTable } from '#functions/adapters/dynamodb.ts';
import { createAssignmentStore } from '#functions/scc/assignment-store.ts';
import { createCrewRegistry } from '#functions/scc/crew-registry.ts';
import { createEventStore } from '#functions/scc/event-store.ts';
import { signLink } from '#functions/scc/links.ts';
import { createDynamoDb } from '#scripts/stack/aws/dynamodb.ts';
import { createSecretsManager } from '#scripts/stack/aws/secrets-manager.ts';
import { listen } from '#scripts/stack/listen.ts';
import { buildPortal } from '#scripts/build-site.ts';

const ORIGIN_SECRET = 'what-only-the-distribution-knows';
const LINK_KEYS = [{ kid: 'k1', key: 'a-key-of-at-least-sixteen', retiredAt: null }];

const environment = (endpoint: string): Record<string, string> => ({
  EVENTS_TABLE: 'events',
  ASSIGNMENTS_TABLE: 'assignments',
  CREW_TABLE: 'crew',
  ENTRIES_TABLE: 'entries',
  LINK_KEYS_SECRET: 'link-keys',
  ORIGIN_SECRET_HASH: createHash('sha256').update(ORIGIN_SECRET).digest('hex'),
  CREW_URL: 'https://sailjada.test',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'AKIAPORTAL',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_ENDPOINT_URL: endpoint,
});

export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly body: string;
}

/** The built portal over tables and a secret in memory. */
export async function startPortal() {
  const directory = await mkdtemp(join(tmpdir(), 'bosun-portal-'));
  const dynamo = await createDynamoDb({ tables: TABLES });
  const secrets = createSecretsManager({
    secrets: [
      { name: 'link-keys', arn: 'arn:aws:secretsmanager:us-east-1:000000000000:secret:link-keys-AbCdEf' },
    ],
    versions: new Map(),
  });
  secrets.put('link-keys', JSON.stringify(LINK_KEYS));
  const calls: string[] = [];
  const caller = { principal: 'portal', authorize: (action: string) => void calls.push(action) };
  let refusing = false;
  const aws = await listen(async (request) => {
    const isDynamo = (request.headers.get('x-amz-target') ?? '').startsWith('DynamoDB');
    if (!isDynamo) return secrets.service(request, caller);
    return refusing ? accessDenied() : dynamo.fetch(request, caller);
  });
  const restore = setEnvironment(environment(aws.url));
  await buildPortal(directory);
  const stores = openStores(aws.url);
  return {
    ...stores,
    directory,
    /** Every AWS action that was asked for. */
    calls,
    refuseReads: (refuse: boolean) => void (refusing = refuse),
    handler: loadHandler(directory),
    link: (member: string, eventId: string, linkVersion = 1) =>
      signLink(LINK_KEYS, { member, eventId, linkVersion }),
    async close() {
      restore();
      await aws.close();
      await dynamo.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const accessDenied = () => Response.json({ __type: 'AccessDeniedException' }, { status: 400 });

type Handler = (event: object, context: object) => Promise<Answer>;

/** Node loads the bundle itself, as Lambda would. */
const loadHandler = (directory: string): Handler =>
  (createRequire(import.meta.url)(join(directory, 'lambda', 'index.mjs')) as { handler: Handler }).handler;

/** A request as API Gateway's HTTP API passes it on. */
export const request = (
  path: string,
  options: { method?: string; secret?: string; cookie?: string | undefined } = {},
): object => {
  const { method = 'GET', secret = ORIGIN_SECRET, cookie } = options;
  const [rawPath, rawQueryString = ''] = path.split('?');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: { host: 'abc.execute-api.us-east-1.amazonaws.com', 'x-origin-secret': secret },
    ...(cookie !== undefined && { cookies: [cookie] }),
    requestContext: { http: { method, path: rawPath, sourceIp: '203.0.113.9' }, requestId: 'r-1' },
    isBase64Encoded: false,
  };
};

function openStores(endpoint: string) {
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' },
  });
  const document = createDocumentClient(client);
  const events = createEventStore(openTable(document, 'events'));
  const assignments = createAssignmentStore(openTable(document, 'assignments'));
  const registry = createCrewRegistry(openTable(document, 'crew'));
  return {
    registry,
    async store(booking: Booking, change: Partial<EventSpec['view']> = {}): Promise<EventSpec> {
      const spec = toEventSpec(booking);
      const view = { ...spec.view, ...change };
      const { createdTimestamp } = spec;
      await events.store({ createdTimestamp, revision: 1, view, summary: toSummaryView(booking) });
      await assignments.store({ ...spec, view }, 1);
      const stored = (await events.find(view.eventId))!;
      await events.release(stored, { event: view, summary: stored.summary });
      return { ...spec, view };
    },
  };
}

function setEnvironment(variables: Record<string, string>): () => void {
  const before = Object.keys(variables).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, variables);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}

const table = (name: string, hash: string, range?: string): CreateTableCommandInput => ({
  TableName: name,
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [hash, range]
    .filter((key) => key !== undefined)
    .map((key) => ({ AttributeName: key, AttributeType: 'S' })),
  KeySchema: [
    { AttributeName: hash, KeyType: 'HASH' },
    ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
  ],
});

const TABLES: CreateTableCommandInput[] = [
  table('events', 'event_id', 'created_timestamp'),
  table('crew', 'crew_id'),
  table('entries', 'event_id', 'entry_id'),
  {
    ...table('assignments', 'event_id', 'assignment_key'),
    AttributeDefinitions: ['event_id', 'assignment_key', 'crew_id'].map((key) => ({
      AttributeName: key,
      AttributeType: 'S',
    })),
    GlobalSecondaryIndexes: [
      {
        IndexName: 'by-crew',
        KeySchema: [
          { AttributeName: 'crew_id', KeyType: 'HASH' },
          { AttributeName: 'event_id', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  },
];
