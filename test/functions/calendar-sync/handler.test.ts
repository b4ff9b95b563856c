import { once } from 'node:events';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { envSchema } from '#functions/calendar-sync/env.ts';
import { listen, type Listening } from '#scripts/stack/listen.ts';
import { createWorld, JADA, toRequest, type World } from './world.ts';

type Dynalite = (options: { createTableMs: number }) => Server;
const dynalite = (createRequire(import.meta.url)('dynalite') as Dynalite)({ createTableMs: 0 });

const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

let world: World;
let secrets: Listening;
let database: DynamoDBClient;
let handler: (event: unknown) => Promise<unknown>;

beforeAll(async () => {
  world = await createWorld();
  secrets = await listen(async () => Response.json({ SecretString: world.secret.text }));
  dynalite.listen(0, '127.0.0.1');
  await once(dynalite, 'listening');
  const endpoint = `http://127.0.0.1:${(dynalite.address() as AddressInfo).port}`;
  database = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials });
  await createAuditTable();
  const environment = {
    GOOGLE_SECRET: 'jada-google-service-account',
    GOOGLE_ROOT_URL: world.url,
    CALENDAR_IDS: JSON.stringify({ jada: JADA }),
    CALENDAR_STYLE: 'all-day',
    CANCELLED_STYLE: 'mark',
    CALENDAR_TABLE: 'calendar-audit',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  ({ handler } = await import('#functions/calendar-sync/handler.ts'));
});

afterAll(async () => {
  vi.unstubAllEnvs();
  database.destroy();
  await world.close();
  await secrets.close();
  dynalite.closeAllConnections();
  await new Promise((resolve) => dynalite.close(resolve));
});

const logged: string[] = [];
beforeEach(() => {
  logged.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation((line) => {
    logged.push(String(line));
    return true;
  });
  return () => vi.restoreAllMocks();
});

function createAuditTable() {
  const keys = ['calendar_event_id', 'written_at'];
  return database.send(
    new CreateTableCommand({
      TableName: 'calendar-audit',
      AttributeDefinitions: keys.map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      KeySchema: keys.map((AttributeName, at) => ({ AttributeName, KeyType: at === 0 ? 'HASH' : 'RANGE' })),
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
}

describe('the function', () => {
  it('writes the entry, an audit item and a log line, the last two without guest data', async () => {
    const request = toRequest(1, { notes: 'Allergic to nuts' });
    expect(await handler(request)).toMatchObject({ ok: true, outcome: 'created' });
    expect(world.living()).toHaveLength(1);
    const { Items: items } = await database.send(new ScanCommand({ TableName: 'calendar-audit' }));
    expect(items).toEqual([
      {
        calendar_event_id: { S: world.living()[0]!.id },
        written_at: { S: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z-[0-9a-f]{8}$/) },
        booking_key: { S: 'boatsetter-xhqgmdh' },
        revision: { S: '1' },
        action: { S: 'insert' },
        outcome: { S: 'done' },
      },
    ]);
    const line = logged.find((text) => text.includes('"service":"calendar-sync"'))!;
    expect(JSON.parse(line)).toMatchObject({
      bookingKey: 'boatsetter-xhqgmdh',
      revision: 1,
      state: 'created',
    });
    expect(JSON.stringify([items, logged])).not.toMatch(/Ada|nuts|ya29|PRIVATE/);
  });

  it('answers get and list', async () => {
    await handler(toRequest(1));
    const get = { action: 'get', bookingKey: 'boatsetter-xhqgmdh', calendar: 'jada' };
    expect(await handler(get)).toMatchObject({ ok: true, entry: { start: '2027-05-30' } });
    const list = { action: 'list', calendar: 'jada', from: '2027-05-30', to: '2027-05-30' };
    expect(await handler(list)).toMatchObject({ ok: true, entries: [{ bookingKey: 'boatsetter-xhqgmdh' }] });
  });

  it('says everything that is wrong with a request, and asks Google nothing', async () => {
    const before = world.requests.length;
    const wrong = toRequest(0, { start: '2027-05-30T09:00:00Z', zone: 'Pacific', end: 'noon' });
    expect(await handler(wrong)).toEqual({
      ok: false,
      error: 'invalid',
      problems: [
        expect.stringMatching(/^revision: .* found 0$/),
        expect.stringMatching(/^view\.start: expected a wall time .* found "2027-05-30T09:00:00Z"$/),
        expect.stringMatching(/^view\.end: /),
        expect.stringMatching(/^view\.zone: expected an IANA zone, found "Pacific"$/),
      ],
    });
    expect(await handler({ action: 'drop' })).toMatchObject({ error: 'invalid' });
    expect(await handler({ ...toRequest(1), view: { ...toRequest(1).view, gross: 84075 } })).toMatchObject({
      problems: [expect.stringContaining('view.gross')],
    });
    expect(await handler({ ...toRequest(1, { end: '2027-05-30T08:00' }) })).toMatchObject({
      problems: [expect.stringContaining('view.end: expected an end after the start')],
    });
    expect(
      await handler({ ...toRequest(1, { start: '2027-03-14T02:30', end: '2027-03-14T06:00' }) }),
    ).toMatchObject({
      problems: [expect.stringContaining('view.start: expected a time that clocks show once')],
    });
    expect(world.requests).toHaveLength(before);
  });

  it('takes at most two parameters, as the runtime asks', () => {
    expect(handler.length).toBeLessThanOrEqual(2);
  });
});

describe('its environment', () => {
  const good = {
    GOOGLE_SECRET: 's',
    GOOGLE_ROOT_URL: 'https://www.googleapis.com/',
    CALENDAR_IDS: '{"jada":"id"}',
    CALENDAR_STYLE: 'timed',
    CANCELLED_STYLE: 'mark',
    CALENDAR_TABLE: 't',
  };

  it.each([
    ['CALENDAR_IDS', 'jada=id'],
    ['CALENDAR_IDS', '["id"]'],
    ['CALENDAR_STYLE', 'weekly'],
    ['CANCELLED_STYLE', ''],
    ['GOOGLE_ROOT_URL', 'googleapis.com'],
    ['GOOGLE_SECRET', ''],
  ])('refuses %s=%s', (name, value) => {
    expect(envSchema.parse(good)).toMatchObject({ CALENDAR_IDS: { jada: 'id' } });
    const result = envSchema.safeParse({ ...good, [name]: value });
    expect(result.error?.issues.map(({ path }) => path[0])).toEqual([name]);
  });
});
