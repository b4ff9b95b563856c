import { createHash } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, type CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { toEventSpec, type EventSpec } from '#bookings/model/views/event.ts';
import { toSummaryView } from '#bookings/model/views/summary.ts';
import type { Booking } from '#bookings/model/booking.ts';
import type { SignUp } from '#bookings/model/sign-ups.ts';
import { createDocumentClient, openTable } from '#functions/adapters/dynamodb.ts';
import { createAssignmentStore } from '#functions/scc/assignment-store.ts';
import { createCrewRegistry } from '#functions/scc/crew-registry.ts';
import type { Entry } from '#functions/scc/entries/entry.ts';
import { createEntryStore } from '#functions/scc/entries/entry-store.ts';
import { createEventStore, isTold } from '#functions/scc/event-store.ts';
import { csrfToken, signLink } from '#functions/scc/links.ts';
import { toTold } from '#functions/scc/standings.ts';
import { createDynamoDb } from '#scripts/stack/aws/dynamodb.ts';
import { createSecretsManager } from '#scripts/stack/aws/secrets-manager.ts';
import { listen } from '#scripts/stack/listen.ts';
import { PORTAL_BUILD } from '#test/fixtures/builds.ts';

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
  PHOTOS_ORIGIN: 'https://photos.test',
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
  readonly isBase64Encoded: boolean;
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
  // One of its own, since the bundle reads its environment when it is loaded.
  await cp(PORTAL_BUILD, directory, { recursive: true });
  const stores = openStores(aws.url);
  const handler = loadHandler(directory);
  const link = (member: string, eventId: string, linkVersion = 1) =>
    signLink(LINK_KEYS, { member, eventId, linkVersion });
  const ask = (...args: Parameters<typeof request>): Promise<Answer> => handler(request(...args), {});
  return {
    ...stores,
    ask,
    link,
    /** `crew_session=…`, as a browser has it after it opened a link. */
    async sessionOf(member: string, eventId: string): Promise<string> {
      const answer = await ask(`/crew/enter?t=${link(member, eventId)}`);
      return answer.cookies[0]!.split(';')[0]!;
    },
    directory,
    /** Every AWS action that was asked for. */
    calls,
    refuseReads: (refuse: boolean) => void (refusing = refuse),
    /** What the forms of a session, `crew_session=…`, have to carry. */
    csrfOf: (cookie: string) => csrfToken(LINK_KEYS, cookie.slice(cookie.indexOf('=') + 1)),
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
const request = (
  path: string,
  options: {
    method?: string;
    secret?: string;
    cookie?: string | undefined;
    headers?: Record<string, string>;
  } = {},
): object => {
  const { method = 'GET', secret = ORIGIN_SECRET, cookie, headers } = options;
  const [rawPath, rawQueryString = ''] = path.split('?');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString,
    headers: { host: 'abc.execute-api.us-east-1.amazonaws.com', 'x-origin-secret': secret, ...headers },
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
  const entries = createEntryStore(openTable(document, 'entries'));
  return {
    registry,
    /** Stores a booking's event and releases it: as revision 1, or as a later one. */
    async store(
      booking: Booking,
      change: Partial<EventSpec['view']> = {},
      revision = 1,
    ): Promise<EventSpec['view']> {
      const spec = toEventSpec(booking);
      const view = { ...spec.view, ...change };
      const { createdTimestamp } = spec;
      const summary = toSummaryView(booking);
      await events.store({ createdTimestamp, revision, view, summary });
      await assignments.store({ ...spec, view }, revision);
      const stored = (await events.find(view.eventId))!;
      const { told, signUps } = stored;
      const at = new Date().toISOString();
      const next = toTold({ told, signUps, event: view, summary, news: [], revision, at });
      await events.release(stored, next, signUps);
      return view;
    },
    async signUp(eventId: string, signUps: readonly SignUp[]): Promise<void> {
      const event = await events.find(eventId);
      if (event === undefined || !isTold(event)) throw new Error(`${eventId} was not released`);
      await events.signUps(event, signUps);
    },
    async append(eventId: string, made: readonly Entry[]): Promise<void> {
      for (const entry of made) await entries.append(eventId, entry);
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

const withIndex = (
  base: CreateTableCommandInput,
  index: string,
  [hash, range]: readonly [string, string],
): CreateTableCommandInput => {
  const names = (base.AttributeDefinitions ?? []).map(({ AttributeName }) => AttributeName);
  const more = [hash, range].filter((name) => !names.includes(name));
  return {
    ...base,
    AttributeDefinitions: [
      ...(base.AttributeDefinitions ?? []),
      ...more.map((name) => ({ AttributeName: name, AttributeType: 'S' as const })),
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: index,
        KeySchema: [
          { AttributeName: hash, KeyType: 'HASH' },
          { AttributeName: range, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  };
};

const TABLES: CreateTableCommandInput[] = [
  withIndex(table('events', 'event_id', 'created_timestamp'), 'by-start', ['start_month', 'starts_at']),
  withIndex(table('assignments', 'event_id', 'assignment_key'), 'by-crew', ['crew_id', 'event_id']),
  table('crew', 'crew_id'),
  table('entries', 'event_id', 'entry_id'),
];
