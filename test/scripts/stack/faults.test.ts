import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { S3Client, HeadObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { createFaults, faultOf, parseFaults, type Call, type FaultInput } from '#scripts/stack/faults.ts';
import { reserve, type Reserved } from '#scripts/stack/listen.ts';
import type { Place } from '#scripts/stack/ports.ts';

const KEYS = { dashboardToken: 'the-token', serviceKey: 'the-key' };
const open: Reserved[] = [];
afterEach(async () => {
  for (const port of open.splice(0)) await port.close();
});

/** A place of the stack that counts how often it really answered. */
async function startPlace(place: Place, faults = createFaults(KEYS)) {
  const port = await reserve(0, faults.gateOf(place));
  open.push(port);
  let effects = 0;
  port.serve(async () => {
    effects += 1;
    return new Response('done');
  });
  return { url: port.url, faults, effects: () => effects };
}

const operator = { headers: { 'x-service-key': KEYS.serviceKey } };

describe('what happens to a call', () => {
  const calls = (...names: string[]): Call[] => names.map((name) => ({ by: 'pipeline', name }));
  const happens = (fault: FaultInput, seen: readonly Call[]): boolean =>
    faultOf(parseFaults([fault]), seen) !== undefined;

  it.each<[FaultInput, string[], boolean]>([
    [{ does: 'error' }, ['a'], true],
    [{ does: 'error' }, ['a', 'b'], false],
    [{ does: 'error', call: 2 }, ['a'], false],
    [{ does: 'error', call: 2 }, ['a', 'b'], true],
    [{ does: 'error', call: 2, times: 2 }, ['a', 'b', 'c'], true],
    [{ does: 'error', call: 2, times: 2 }, ['a', 'b', 'c', 'd'], false],
    [{ does: 'error', call: 2, times: 'always' }, ['a', 'b', 'c', 'd'], true],
    [{ does: 'error', match: 'b' }, ['a', 'b'], true],
    [{ does: 'error', match: 'b', call: 2 }, ['b', 'a'], false],
    [{ does: 'error', match: 'b', call: 2 }, ['b', 'a', 'b'], true],
    [{ does: 'error', match: 's3/*' }, ['s3/PutObject g/x.html'], true],
    [{ does: 'error', match: 's3/*' }, ['dynamodb/GetItem'], false],
    [{ does: 'error', match: 'GET /g/x.ics' }, ['GET /g/xxics'], false],
    [{ does: 'error', by: 'calendar-sync' }, ['a'], false],
  ])('%j, after %j: %s', (fault, names, expected) => {
    expect(happens(fault, calls(...names))).toBe(expected);
  });

  it('counts only calls of whom the fault is about', () => {
    const others: Call[] = [{ by: 'scc-api', name: 'a' }, ...calls('a')];
    expect(happens({ does: 'error' }, others)).toBe(true);
    expect(happens({ does: 'error' }, others.toReversed())).toBe(false);
  });

  it('is the first of several faults that does', () => {
    const faults = parseFaults([
      { does: 'error', match: 'a' },
      { does: 'reset', times: 'always' },
    ]);
    expect(faultOf(faults, calls('a'))?.does).toBe('error');
    expect(faultOf(faults, calls('a', 'a'))?.does).toBe('reset');
  });
});

describe('faults that are none', () => {
  it.each<[unknown, string]>([
    [undefined, 'faults'],
    [{}, 'faults'],
    [[{}], '[0].does'],
    [[{ does: 'explode' }], '[0].does'],
    [[{ does: 'error', call: 0 }], '[0].call'],
    [[{ does: 'error', times: 'often' }], '[0].times'],
    [[{ does: 'error', when: 'now' }], '[0].when'],
    [[{ does: 'delay', milliseconds: -1 }], '[0].milliseconds'],
  ])('%j is refused, naming %s', (input, where) => {
    expect(() => parseFaults(input)).toThrow(where);
  });

  it('leave armed what was armed', async () => {
    const { url, faults } = await startPlace('scc');
    faults.arm([{ does: 'error' }]);
    expect(() => faults.arm([{ does: 'explode' } as unknown as FaultInput])).toThrow('[0].does');
    expect((await fetch(`${url}/api/crew`, operator)).status).toBe(500);
  });
});

describe('before the effect', () => {
  it('a connection breaks', async () => {
    const { url, faults, effects } = await startPlace('scc');
    faults.arm([{ does: 'reset' }]);
    await expect(fetch(url, operator)).rejects.toThrow('fetch failed');
    expect(effects()).toBe(0);
    expect(await (await fetch(url, operator)).text()).toBe('done');
  });

  it('nobody answers until the caller gives up', async () => {
    const { url, faults, effects } = await startPlace('scc');
    faults.arm([{ does: 'silence' }]);
    const impatient = fetch(url, { ...operator, signal: AbortSignal.timeout(50) });
    await expect(impatient).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(effects()).toBe(0);
  });

  it.each<[Place, string, number, number]>([
    ['scc', 'API Gateway', 500, 429],
    ['dashboard', 'API Gateway', 500, 429],
    ['guest-site', 'the guest site', 500, 429],
  ])('%s answers as %s does', async (place, _, error, throttled) => {
    const { url, faults, effects } = await startPlace(place);
    faults.arm([{ does: 'error' }, { does: 'throttle', call: 2 }]);
    const headers = { 'x-service-key': KEYS.serviceKey, 'x-dashboard-token': KEYS.dashboardToken };
    expect((await fetch(url, { headers })).status).toBe(error);
    expect((await fetch(url, { headers })).status).toBe(throttled);
    expect(effects()).toBe(0);
  });

  it('Google says it in its own words', async () => {
    const { url, faults } = await startPlace('google');
    faults.arm([{ does: 'throttle', by: 'calendar-sync' }]);
    expect(await (await fetch(url)).json()).toMatchObject({
      error: { code: 429, errors: [{ domain: 'usageLimits', reason: 'rateLimitExceeded' }] },
    });
  });
});

describe('AWS', () => {
  const access = (endpoint: string) => ({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'A', secretAccessKey: 'B', sessionToken: 'local-bosun-apply' },
    maxAttempts: 1,
  });
  const read = new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } });

  it.each([
    ['error', 'InternalServerError', 500],
    ['throttle', 'ThrottlingException', 400],
  ] as const)('DynamoDB: %s is %s to its client', async (does, name, httpStatusCode) => {
    const { url, faults, effects } = await startPlace('aws');
    faults.arm([{ does }]);
    await expect(new DynamoDBClient(access(url)).send(read)).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
    });
    expect(effects()).toBe(0);
    expect(faults.report().calls).toEqual([{ by: 'pipeline', name: 'dynamodb/GetItem', does }]);
  });

  it('its client tries again by itself', async () => {
    const { url, faults, effects } = await startPlace('aws');
    faults.arm([{ does: 'error' }, { does: 'reset', call: 2 }]);
    const client = new DynamoDBClient({ ...access(url), maxAttempts: 3 });
    // What answers here is no DynamoDB; it was asked, and that is the point.
    await client.send(read).catch(() => undefined);
    expect(effects()).toBeGreaterThan(0);
    expect(faults.report().calls.map(({ does }) => does)).toEqual(['error', 'reset', null]);
  });

  it('S3: an answer to HEAD has no body, and its name has the key', async () => {
    const { url, faults } = await startPlace('aws');
    faults.arm([{ does: 'throttle' }]);
    const client = new S3Client({ ...access(url), forcePathStyle: true });
    await expect(
      client.send(new HeadObjectCommand({ Bucket: 'b.example', Key: 'g/x.html' })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 503 } });
    expect(faults.report().calls[0]).toMatchObject({ name: 's3/HeadObject g/x.html' });
  });
});

describe('after the effect', () => {
  it('the reply is lost', async () => {
    const { url, faults, effects } = await startPlace('scc');
    faults.arm([{ does: 'lose-reply' }]);
    await expect(fetch(url, operator)).rejects.toThrow('fetch failed');
    expect(effects()).toBe(1);
  });

  it('a call is held, and whoever armed it is told', async () => {
    const { url, faults, effects } = await startPlace('scc');
    faults.arm([{ does: 'hold-after' }]);
    const answer = fetch(`${url}/api/crew`, operator);
    expect(await faults.held()).toEqual({ by: 'pipeline', name: 'GET /api/crew' });
    expect(effects()).toBe(1);
    faults.release();
    expect(await (await answer).text()).toBe('done');
    expect(faults.report().held).toEqual([]);
  });
});

describe('a call held before its effect', () => {
  it('goes on when it is released', async () => {
    const { url, faults, effects } = await startPlace('scc');
    faults.arm([{ does: 'hold-before' }]);
    const answer = fetch(url, operator);
    await faults.held();
    expect(effects()).toBe(0);
    faults.clear();
    expect(await (await answer).text()).toBe('done');
  });

  it('never has it when the caller is gone', async () => {
    const { url, faults, effects } = await startPlace('scc');
    faults.arm([{ does: 'hold-before' }]);
    const caller = new AbortController();
    const answer = fetch(url, { ...operator, signal: caller.signal });
    await faults.held();
    caller.abort();
    await expect(answer).rejects.toThrow('aborted');
    await expect.poll(() => faults.report().held).toEqual([]);
    expect(effects()).toBe(0);
  });
});

it('an answer can be late', async () => {
  const { url, faults } = await startPlace('scc');
  faults.arm([{ does: 'delay', milliseconds: 80 }]);
  const started = performance.now();
  expect(await (await fetch(url, operator)).text()).toBe('done');
  expect(performance.now() - started).toBeGreaterThanOrEqual(79);
});

describe('whose call it is', () => {
  it.each<[Place, string, RequestInit, string]>([
    ['scc', '/api/crew', operator, 'pipeline'],
    ['scc', '/api/crew', { headers: { authorization: `Bearer ${KEYS.serviceKey}` } }, 'pipeline'],
    ['scc', '/api/crew', { headers: { 'x-service-key': 'another' } }, 'visitor'],
    ['dashboard', '/api/calendar', { headers: { 'x-dashboard-token': KEYS.dashboardToken } }, 'pipeline'],
    ['dashboard', '/api/calendar', {}, 'visitor'],
    ['guest-site', '/g/xhqgmdh', {}, 'pipeline'],
    ['guest-site', '/api/g/xhqgmdh/photos', {}, 'visitor'],
    ['google', '/token', {}, 'calendar-sync'],
    ['board', '/macros/s/local/exec', {}, 'dashboard-api'],
    ['bucketOrigins', '/b/k', {}, 'cloudfront'],
    ['portal', '/crew', {}, 'visitor'],
    ['aws', '/', { headers: { 'x-amz-security-token': 'local-scc-api' } }, 'scc-api'],
    ['aws', '/', { headers: { 'x-amz-security-token': 'local-bosun-apply' } }, 'pipeline'],
    ['aws', '/bucket/key', {}, 'visitor'],
  ])('%s %s %j: %s', async (place, path, init, by) => {
    const { url, faults } = await startPlace(place);
    faults.arm([{ does: 'watch', times: 'always' }]);
    await fetch(`${url}${path}`, init);
    expect(faults.report().calls).toMatchObject([{ by }]);
  });
});

it('sees nothing while nothing is armed, and counts anew when armed again', async () => {
  const { url, faults } = await startPlace('scc');
  await fetch(url, operator);
  expect(faults.report()).toEqual({ armed: [], calls: [], held: [] });
  faults.arm([{ does: 'error', call: 2 }]);
  expect((await fetch(url, operator)).status).toBe(200);
  faults.arm([{ does: 'error', call: 2 }]);
  expect((await fetch(url, operator)).status).toBe(200);
  expect((await fetch(url, operator)).status).toBe(500);
  faults.clear();
  expect(faults.report()).toEqual({ armed: [], calls: [], held: [] });
});
