import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, ListFunctionsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLambdaRuntime, type LambdaFunction, type LambdaRuntime } from '#scripts/stack/aws/lambda.ts';
import { serve } from './serve.ts';

let directory: string;
let runtime: LambdaRuntime | undefined;
let lines: string[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bosun-lambda-'));
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(async () => {
  await runtime?.close();
  lines = [];
});

async function bundle(
  name: string,
  source: string,
  changes: Partial<LambdaFunction> = {},
): Promise<LambdaFunction> {
  await mkdir(join(directory, name), { recursive: true });
  await writeFile(join(directory, name, 'index.mjs'), source);
  return {
    name,
    arn: `arn:aws:lambda:us-east-1:000000000000:function:${name}`,
    directory: join(directory, name),
    handler: 'index.handler',
    environment: {},
    timeoutSeconds: 5,
    memoryMegabytes: 128,
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' },
    ...changes,
  };
}

function start(functions: readonly LambdaFunction[], clockOffset = 0): LambdaRuntime {
  runtime = createLambdaRuntime({
    functions,
    endpointUrl: 'http://127.0.0.1:9',
    region: 'us-east-1',
    clockOffset,
    log: (entry) => lines.push(`${entry.function}: ${entry.line}`),
  });
  return runtime;
}

const settled = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => setImmediate(resolve));
};

describe('a function in the local Lambda', () => {
  it('answers with what its handler returns, and knows itself', async () => {
    const source = `export const handler = async (event, context) => ({
      event, name: context.functionName, arn: context.invokedFunctionArn, left: context.getRemainingTimeInMillis() });`;
    const { invoke } = start([await bundle('echo', source)]);
    const { payload, functionError } = await invoke('echo', { guests: 6 });
    expect(functionError).toBeUndefined();
    expect(payload).toMatchObject({
      event: { guests: 6 },
      name: 'echo',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
    });
    expect((payload as { left: number }).left).toBeGreaterThan(4000);
    expect((await invoke('arn:aws:lambda:us-east-1:000000000000:function:echo', 1)).payload).toHaveProperty(
      'event',
      1,
    );
  });

  it('answers null for undefined', async () => {
    const { invoke } = start([await bundle('silent', 'export const handler = () => {};')]);
    expect((await invoke('silent', {})).payload).toBeNull();
  });

  it('sees its declared environment, what Lambda adds, and nothing of this process', async () => {
    process.env.BOSUN_TEST_LEAK = 'leaked';
    const fn = await bundle('env', 'export const handler = () => process.env;', {
      environment: { CREW_TABLE: 'scc-crew' },
    });
    const { invoke } = start([fn]);
    const env = (await invoke('env', {})).payload as Record<string, string>;
    delete process.env.BOSUN_TEST_LEAK;
    expect(env).toEqual({
      CREW_TABLE: 'scc-crew',
      TZ: 'UTC',
      LANG: 'en_US.UTF-8',
      _HANDLER: 'index.handler',
      AWS_REGION: 'us-east-1',
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      AWS_LAMBDA_FUNCTION_NAME: 'env',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/env',
      AWS_LAMBDA_LOG_STREAM_NAME: expect.stringMatching(
        /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/,
      ) as string,
      AWS_ACCESS_KEY_ID: 'AKID',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'session',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      LAMBDA_TASK_ROOT: fn.directory,
    });
  });

  it('runs on the shifted clock from its first line', async () => {
    const day = 24 * 3600 * 1000;
    const source = 'const loaded = Date.now(); export const handler = () => [loaded, new Date().getTime()];';
    const { invoke } = start([await bundle('clock', source)], day);
    const [loaded, now] = (await invoke('clock', {})).payload as [number, number];
    expect(loaded).toBeGreaterThan(Date.now() + day - 60_000);
    expect(now).toBeGreaterThan(Date.now() + day - 60_000);
  });

  it('hands over what it prints, line by line', async () => {
    const source = `export const handler = () => { console.log('one\\ntwo'); console.error('three'); };`;
    const { invoke } = start([await bundle('chatty', source)]);
    await invoke('chatty', {});
    await settled(() => lines.length === 3);
    expect(lines.toSorted()).toEqual(['chatty: one', 'chatty: three', 'chatty: two']);
  });

  it('runs one invocation at a time per instance, in at most four instances', async () => {
    // Nobody answers before four are at work.
    const source = `
      import { mkdirSync, readdirSync } from 'node:fs';
      import { setImmediate as nextTurn } from 'node:timers/promises';
      import { threadId } from 'node:worker_threads';
      let running = 0;
      export const handler = async () => {
        running += 1;
        mkdirSync(import.meta.dirname + '/threads/' + threadId, { recursive: true });
        while (readdirSync(import.meta.dirname + '/threads').length < 4) await nextTurn();
        return { threadId, running: running--, };
      };`;
    const { invoke, pending } = start([await bundle('busy', source)]);
    const runs = Promise.all(Array.from({ length: 10 }, () => invoke('busy', {})));
    expect(pending()).toBe(10);
    const results = (await runs).map(({ payload }) => payload as { threadId: number; running: number });
    expect(results.map(({ running }) => running)).toEqual(Array(10).fill(1));
    expect(new Set(results.map(({ threadId }) => threadId)).size).toBe(4);
    expect(pending()).toBe(0);
  });
});

describe('a function that fails', () => {
  it('reports what its handler threw, and works again', async () => {
    const source = `export const handler = async ({ fail }) => { if (fail) throw new TypeError('no such crew'); return 'ok'; };`;
    const { invoke } = start([await bundle('moody', source)]);
    expect(await invoke('moody', { fail: true })).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorType: 'TypeError', errorMessage: 'no such crew', trace: expect.any(Array) as string[] },
    });
    expect(lines[0]).toContain('no such crew');
    expect((await invoke('moody', {})).payload).toBe('ok');
  });

  it('is cut off at its time limit and starts afresh', async () => {
    const source = `let calls = 0; export const handler = ({ hang }) => (hang ? new Promise(() => setInterval(() => {}, 1000)) : ++calls);`;
    const { invoke } = start([await bundle('slow', source, { timeoutSeconds: 0.3 })]);
    expect((await invoke('slow', {})).payload).toBe(1);
    expect(await invoke('slow', { hang: true })).toMatchObject({
      functionError: 'Unhandled',
      payload: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringContaining('timed out after 0.30') as string,
      },
    });
    expect((await invoke('slow', {})).payload).toBe(1);
  });

  it('is cut off even in an endless loop', async () => {
    const { invoke } = start([
      await bundle('loop', 'export const handler = () => { for (;;); };', { timeoutSeconds: 0.2 }),
    ]);
    expect((await invoke('loop', {})).payload).toHaveProperty('errorType', 'Sandbox.Timedout');
  });

  it('that exits is reported, not waited for', async () => {
    const { invoke } = start([await bundle('quitter', 'export const handler = () => process.exit(0);')]);
    expect((await invoke('quitter', {})).payload).toHaveProperty('errorType', 'Runtime.ExitError');
  });

  it('cannot answer more than 6 MB, nor what JSON cannot hold', async () => {
    const { invoke } = start([
      await bundle('big', `export const handler = () => 'x'.repeat(6_291_556);`),
      await bundle('odd', 'export const handler = () => 1n;'),
    ]);
    expect((await invoke('big', {})).payload).toHaveProperty('errorType', 'Function.ResponseSizeTooLarge');
    expect((await invoke('odd', {})).payload).toHaveProperty('errorType', 'Runtime.MarshalError');
  });

  it('to start is named with its reason', async () => {
    const { invoke, warm } = start([
      await bundle('fine', 'export const handler = () => 1;'),
      await bundle(
        'no-env',
        `throw new Error('CREW_TABLE: expected string, received undefined'); export const handler = 1;`,
      ),
      await bundle('no-handler', 'export const other = () => 1;'),
      await bundle('no-file', '', { handler: 'main.handler' }),
      await bundle('callback', 'export const handler = (event, context, callback) => callback(null, 1);'),
    ]);
    expect(await warm()).toEqual([
      { name: 'no-env', error: 'Error: CREW_TABLE: expected string, received undefined' },
      { name: 'no-handler', error: expect.stringContaining('Runtime.HandlerNotFound') as string },
      { name: 'no-file', error: expect.stringContaining('Runtime.ImportModuleError') as string },
      { name: 'callback', error: expect.stringContaining('Runtime.CallbackHandlerDeprecated') as string },
    ]);
    expect(await invoke('no-env', {})).toMatchObject({
      functionError: 'Unhandled',
      payload: { errorMessage: 'CREW_TABLE: expected string, received undefined' },
    });
  });

  it('is refused at once with a reserved, misnamed or oversized environment', async () => {
    const reserved = await bundle('reserved', '', { environment: { AWS_REGION: 'eu-west-1' } });
    expect(() => start([reserved])).toThrow('reserved sets reserved variables: AWS_REGION');
    const misnamed = await bundle('misnamed', '', { environment: { 'crew-table': 'x' } });
    expect(() => start([misnamed])).toThrow('crew-table');
    const huge = await bundle('huge', '', { environment: { BIG: 'x'.repeat(4096) } });
    expect(() => start([huge])).toThrow('4096');
  });
});

describe('asynchronous invocation', () => {
  it('answers at once and retries twice before it drops the event', async () => {
    const source = `export const handler = () => { throw new Error('always'); };`;
    const { invoke, pending } = start([await bundle('failing', source)]);
    expect((await invoke('failing', {}, { type: 'Event' })).payload).toBeNull();
    expect(pending()).toBe(1);
    await settled(() => pending() === 0);
    expect(lines.filter((line) => line.includes('Invoke Error'))).toHaveLength(3);
    expect(lines.at(-1)).toMatch(/Dropped event \S+ after 3 attempts/);
  });
});

describe("Lambda's API", () => {
  it('invokes for the SDK client', async () => {
    const { service } = start([await bundle('echo', 'export const handler = async (event) => ({ event });')]);
    await using served = await serveLambda(service);
    const answer = await served.lambda.send(new InvokeCommand({ FunctionName: 'echo', Payload: '{"a":1}' }));
    expect(answer.StatusCode).toBe(200);
    expect(answer.FunctionError).toBeUndefined();
    expect(answer.Payload!.transformToString()).toBe('{"event":{"a":1}}');
    const FunctionName = 'arn:aws:lambda:us-east-1:000000000000:function:echo';
    expect(
      (await served.lambda.send(new InvokeCommand({ FunctionName, InvocationType: 'Event' }))).StatusCode,
    ).toBe(202);
    const asked = `lambda:InvokeFunction ${FunctionName}`;
    expect(served.asked).toEqual([asked, asked]);
  });

  it('tells the client of a function error', async () => {
    const { service } = start([
      await bundle('bad', `export const handler = async () => { throw new Error('oops'); };`),
    ]);
    await using served = await serveLambda(service);
    const answer = await served.lambda.send(new InvokeCommand({ FunctionName: 'bad' }));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(answer.Payload!.transformToString())).toHaveProperty('errorMessage', 'oops');
  });

  it('refuses unknown functions, other qualifiers, bad JSON, too much of it, and other operations', async () => {
    const { service } = start([await bundle('echo', 'export const handler = async (event) => event;')]);
    await using served = await serveLambda(service);
    const invoking = (input: Partial<ConstructorParameters<typeof InvokeCommand>[0]>) =>
      served.lambda.send(new InvokeCommand({ FunctionName: 'echo', ...input }));
    await expect(invoking({ FunctionName: 'nobody' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(invoking({ Qualifier: 'live' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    await expect(invoking({ Payload: '{' })).rejects.toMatchObject({
      name: 'InvalidRequestContentException',
    });
    await expect(invoking({ Payload: `"${'x'.repeat(6_291_456)}"` })).rejects.toMatchObject({
      name: 'RequestTooLargeException',
    });
    await expect(invoking({ InvocationType: 'DryRun' })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
    await expect(served.lambda.send(new ListFunctionsCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
  });

  it('refuses a caller whose role does not allow it', async () => {
    const { service } = start([await bundle('echo', 'export const handler = async (event) => event;')]);
    await using served = await serveLambda(service, ['lambda:InvokeFunction']);
    await expect(served.lambda.send(new InvokeCommand({ FunctionName: 'echo' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
  });
});

async function serveLambda(service: LambdaRuntime['service'], denied: string[] = []) {
  const served = await serve('lambda', service, denied);
  const lambda = new LambdaClient(served.client);
  return { ...served, lambda, [Symbol.asyncDispose]: () => (lambda.destroy(), served.close()) };
}
