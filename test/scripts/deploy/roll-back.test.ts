import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { rollBack, type RollBack } from '#scripts/deploy/roll-back.ts';
import { readVersions, stepsBefore, takeStep, type FunctionVersions } from '#scripts/deploy/versions.ts';
import { createLambdaRuntime, type LambdaRuntime } from '#scripts/stack/aws/lambda.ts';
import type { KeptFunction } from '#scripts/stack/aws/lambda-versions.ts';
import { listen, type Listening } from '#scripts/stack/listen.ts';
import { AwsError, type Caller } from '#scripts/stack/stand-in.ts';

const PREFIX = 'dev-';
const NAMES = ['calm', 'never-deployed', 'scc-api'];
const bundle = 'export const handler = async () => process.env.RELEASE;';
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'token' };

let directory: string;
let runtime: LambdaRuntime;
let server: Listening;
let lambda: LambdaClient;
let state: Map<string, KeptFunction>;
const asked: string[] = [];
const allow = (action: string) => void asked.push(action);
const caller = { principal: 'operator', authorize: allow } satisfies Caller;

/** Deploys functions, as they are at a release, with these variables more. */
async function deploy(
  releases: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  await runtime?.close();
  const functions = Object.entries(releases).map(([name, release]) => ({
    name: PREFIX + name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${PREFIX}${name}`,
    directory: join(directory, 'bundle'),
    handler: 'index.handler',
    environment: { RELEASE: release, ...more },
    timeoutSeconds: 5,
    memoryMegabytes: 128,
    credentials,
  }));
  const aliases = functions.map(({ name }) => ({ functionName: name, name: 'live' }));
  runtime = createLambdaRuntime({
    functions,
    endpointUrl: 'http://127.0.0.1:1',
    region: 'us-east-1',
    log: () => undefined,
    published: { aliases, directory: join(directory, 'versions'), state },
  });
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bosun-rollback-'));
  await mkdir(join(directory, 'bundle'));
  await writeFile(join(directory, 'bundle/index.mjs'), bundle);
  server = await listen(async (request) => {
    try {
      return await runtime.service(request, caller);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const headers = { 'x-amzn-errortype': error.code };
      return Response.json({ message: error.message }, { status: error.status, headers });
    }
  });
  lambda = new LambdaClient({ region: 'us-east-1', endpoint: server.url, credentials, maxAttempts: 1 });
});
afterAll(async () => {
  vi.useRealTimers();
  await runtime.close();
  await server.close();
  await rm(directory, { recursive: true, force: true });
});

beforeEach(async () => {
  state = new Map();
  vi.useFakeTimers({ toFake: ['Date'] });
  for (const [at, release] of ['one', 'two', 'three'].entries()) {
    vi.setSystemTime(Date.parse('2027-05-01T12:00:00Z') + at * 600_000);
    await deploy({ 'scc-api': release, calm: 'same' });
  }
  asked.length = 0;
});

const answerOf = async (name: string) => (await runtime.invoke(`${PREFIX}${name}:live`, {})).payload;

const at = (name: string, version: string | null = null) => ({ wanted: [{ name, version }] });

async function run(target: RollBack['target'], does = false): Promise<string> {
  let said = '';
  const say = (text: string) => void (said += text);
  await rollBack({ lambda, functions: NAMES, prefix: PREFIX, target, does, say });
  return said;
}

describe('a roll back', () => {
  it('lists versions, newest first, and changes nothing', async () => {
    const said = await run(null);
    expect(said).toMatch(
      /^calm\n {6}1 {2}\S+Z {2}← live\n\nscc-api\n {6}3 {2}\S+Z {2}← live\n {6}2 {2}\S+Z\n {6}1/,
    );
    expect(said).not.toContain('never-deployed');
    expect(asked).not.toContain('lambda:UpdateAlias');
  });

  it('shows the step to the version before, and takes it when told to', async () => {
    expect(await run(at('scc-api'))).toMatch(/scc-api +3 → 2 +\(would move\)\n\nNothing was moved/);
    expect(await answerOf('scc-api')).toBe('three');
    expect(await run(at('scc-api'), true)).toMatch(/scc-api +3 → 2\n[^]*git revert/);
    expect(await answerOf('scc-api')).toBe('two');
    await run(at('scc-api'), true);
    expect(await answerOf('scc-api')).toBe('one');
    await expect(run(at('scc-api'), true)).rejects.toThrow('no version before 1');
  });

  it('goes to a named version, forwards too', async () => {
    await run(at('scc-api', '1'), true);
    expect(await answerOf('scc-api')).toBe('one');
    await run(at('scc-api', '3'), true);
    expect(await answerOf('scc-api')).toBe('three');
    expect(await run(at('scc-api', '3'))).toMatch(/^scc-api is there already\.\nNothing to move/);
    await expect(run(at('scc-api', '9'))).rejects.toThrow('no version 9; it has 3, 2, 1.');
  });

  it('takes several functions to versions of their own, and leaves what is there', async () => {
    await deploy({ 'scc-api': 'four', calm: 'other' });
    const wanted = [
      { name: 'scc-api', version: '2' },
      { name: 'calm', version: '1' },
    ];
    expect(await run({ wanted }, true)).toMatch(/^scc-api +4 → 2\ncalm +2 → 1\n/);
    expect([await answerOf('scc-api'), await answerOf('calm')]).toEqual(['two', 'same']);
    expect(await run({ wanted: [...wanted.slice(1), { name: 'scc-api', version: '1' }] })).toMatch(
      /^calm is there already\.\nscc-api +2 → 1 +\(would move\)\n/,
    );
  });

  it('outlives a deploy that changes nothing, and ends with one that does', async () => {
    await run(at('scc-api', '1'), true);
    await deploy({ 'scc-api': 'three', calm: 'same' });
    expect(await answerOf('scc-api')).toBe('one');
    await deploy({ 'scc-api': 'four', calm: 'same' });
    expect(await answerOf('scc-api')).toBe('four');
  });

  it('takes all functions to a moment', async () => {
    expect(await run({ before: '2027-05-01T12:20:00Z' }, true)).toMatch(/^scc-api +3 → 2\n/);
    expect(await answerOf('scc-api')).toBe('two');
    expect(await answerOf('calm')).toBe('same');
    expect(await run({ before: '2027-05-01T12:20:00Z' }, true)).toBe(
      'Nothing to move: all functions are at those versions.\n',
    );
    expect(await run({ before: '2027-05-01T12:00:00Z' })).toMatch(
      /^calm did not exist then[^]*scc-api did not exist then/,
    );
  });

  it('stops when somebody else moved the function meanwhile', async () => {
    const [, seen] = await readVersions(lambda, NAMES, PREFIX);
    await run(at('scc-api', '2'), true);
    const late = { name: 'scc-api', from: '3', to: '1', revision: seen!.revision };
    await expect(takeStep(lambda, late, PREFIX)).rejects.toThrow('moved by somebody else');
    expect(await answerOf('scc-api')).toBe('two');
  });

  it('says so when it may not look at a function', async () => {
    caller.authorize = () => {
      throw new AwsError('AccessDeniedException', 'not authorized', 403);
    };
    try {
      await expect(run(null)).rejects.toThrow('These credentials may not look at function dev-calm.');
    } finally {
      caller.authorize = allow;
    }
  });

  it('names what there is when asked for another function', async () => {
    await expect(run(at('scc'))).rejects.toThrow('There are: calm, scc-api.');
  });
});

describe('a roll back beyond a rotation', () => {
  const hashes = (service: string, origin: string) => ({
    SERVICE_KEY_HASH: service,
    ORIGIN_SECRET_HASH: origin,
  });
  const deployAll = async (...versions: Readonly<Record<string, string>>[]) => {
    state.clear();
    for (const more of versions) await deploy({ 'scc-api': 'same' }, more);
  };

  it.each([false, true])(
    'of the service key says what it means, before it is done and then: %s',
    async (does) => {
      await deployAll(hashes('old', 'o'), hashes('old,new', 'o'), hashes('new', 'o'));
      expect(await run(at('scc-api', '2'), does)).toMatch(
        /3 → 2.*\n {2}! lets a service key in that is refused now: one that was taken out\n/,
      );
      await deployAll(hashes('old', 'o'), hashes('new', 'o'));
      expect(await run(at('scc-api'), does)).toContain('! refuses a service key that is let in now');
    },
  );

  it('says nothing where the keys are the same', async () => {
    await deployAll(hashes('k', 'o'), { ...hashes('k', 'o'), MORE: 'x' });
    expect(await run(at('scc-api'))).not.toContain('!');
  });

  it('of the origin secret is refused where CloudFront would be, whatever else was to be moved', async () => {
    await deployAll(hashes('k', 'old'), hashes('k', 'old,new'), hashes('k', 'new,old'), hashes('k', 'new'));
    await expect(run(at('scc-api', '1'))).rejects.toThrow(
      'scc-api 1: from before the origin secret was replaced',
    );
    await expect(run(at('scc-api', '1'), true)).rejects.toThrow('Nothing was moved.');
    expect(asked).not.toContain('lambda:UpdateAlias');
    expect(await run(at('scc-api', '2'), true)).toContain('! lets an origin secret in');
  });

  it('goes forward again, as CloudFront sends what was deployed last', async () => {
    await deployAll(hashes('k', 'old,new'), hashes('k', 'new,old'), hashes('k', 'new'));
    await run(at('scc-api', '1'), true);
    expect(await run(at('scc-api', '3'), true)).toMatch(/^scc-api +1 → 3\n/);
  });
});

describe('the way back to a moment', () => {
  const version = (number: number, minute: number) => ({
    version: String(number),
    published: `2027-05-01T12:${String(minute).padStart(2, '0')}:00.000Z`,
  });
  const functions: FunctionVersions[] = [
    { name: 'changed', live: '3', revision: 'r', versions: [version(3, 30), version(2, 20), version(1, 10)] },
    { name: 'unchanged', live: '1', revision: 'r', versions: [version(1, 10)] },
    { name: 'behind', live: '1', revision: 'r', versions: [version(2, 20), version(1, 10)] },
    { name: 'new', live: '1', revision: 'r', versions: [version(1, 30)] },
  ];

  it('is what was published last before it, and never forward', () => {
    const { steps, isNew } = stepsBefore(functions, '2027-05-01T12:30:00Z');
    expect(steps).toEqual([{ name: 'changed', from: '3', to: '2', revision: 'r' }]);
    expect(isNew).toEqual(['new']);
  });

  it('is none where everything is there already', () => {
    expect(stepsBefore(functions.slice(1, 2), '2027-05-01T12:30:00Z')).toEqual({ steps: [], isNew: [] });
  });
});
