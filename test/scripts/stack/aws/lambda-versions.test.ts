import { mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListVersionsByFunctionCommand,
  UpdateAliasCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLambdaRuntime, type LambdaFunction, type LambdaRuntime } from '#scripts/stack/aws/lambda.ts';
import type { KeptFunction } from '#scripts/stack/aws/lambda-versions.ts';
import { serve } from './serve.ts';

const ARN = 'arn:aws:lambda:us-east-1:000000000000:function:scc-api';

let directory: string;
let runtime: LambdaRuntime | undefined;
let state: Map<string, KeptFunction>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bosun-versions-'));
  state = new Map();
});
afterEach(async () => {
  await runtime?.close();
  rmSync(directory, { recursive: true });
});

/** Builds the function anew, answering with this text, and deploys it. */
async function deploy(answer: string, environment: Record<string, string> = {}): Promise<LambdaRuntime> {
  await runtime?.close();
  const bundle = join(directory, 'bundle');
  rmSync(bundle, { recursive: true, force: true });
  mkdirSync(bundle);
  const source = `export const handler = (_, { functionVersion, invokedFunctionArn }) =>
    ({ answer: '${answer}', functionVersion, invokedFunctionArn, said: process.env.SAID });`;
  writeFileSync(join(bundle, 'index.mjs'), source);
  const fn: LambdaFunction = {
    name: 'scc-api',
    arn: ARN,
    directory: bundle,
    handler: 'index.handler',
    environment,
    timeoutSeconds: 5,
    memoryMegabytes: 128,
    credentials: { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'session' },
  };
  runtime = createLambdaRuntime({
    functions: [fn],
    endpointUrl: 'http://127.0.0.1:9',
    region: 'us-east-1',
    clockOffset: 0,
    log: () => undefined,
    published: {
      aliases: [{ functionName: 'scc-api', name: 'live' }],
      directory: join(directory, 'versions'),
      state,
    },
  });
  return runtime;
}

const ask = async (name = 'scc-api:live') => (await runtime!.invoke(name, {})).payload;

async function serveLambda(denied: string[] = []) {
  const served = await serve('lambda', runtime!.service, denied);
  const lambda = new LambdaClient(served.client);
  return { ...served, lambda, [Symbol.asyncDispose]: () => (lambda.destroy(), served.close()) };
}

const FunctionName = 'scc-api';
const live = { FunctionName, Name: 'live' };

describe('a function with an alias', () => {
  it('is published, and knows by what it was invoked', async () => {
    await deploy('first');
    expect(await ask()).toMatchObject({ answer: 'first', functionVersion: '1' });
    expect(await ask(`${ARN}:live`)).toMatchObject({ invokedFunctionArn: `${ARN}:live` });
    expect(await ask(ARN)).toMatchObject({ functionVersion: '$LATEST', invokedFunctionArn: ARN });
  });

  it('is published again only when code or configuration changed', async () => {
    await deploy('first');
    await deploy('first');
    expect(await ask()).toMatchObject({ functionVersion: '1' });
    await deploy('second');
    expect(await ask()).toMatchObject({ answer: 'second', functionVersion: '2' });
    await deploy('second', { SAID: 'more' });
    expect(await ask()).toMatchObject({ said: 'more', functionVersion: '3' });
  });

  it('runs an older version as it was, environment included, once the alias points there', async () => {
    await deploy('first', { SAID: 'then' });
    await deploy('second', { SAID: 'now' });
    await using served = await serveLambda();
    await served.lambda.send(new UpdateAliasCommand({ ...live, FunctionVersion: '1' }));
    expect(await ask()).toMatchObject({ answer: 'first', said: 'then', functionVersion: '1' });
    expect(await ask('scc-api:2')).toMatchObject({ answer: 'second', said: 'now' });
    expect(served.asked).toEqual([`lambda:UpdateAlias ${ARN}`]);
  });

  it('stays where it was moved until something new is deployed', async () => {
    await deploy('first');
    await deploy('second');
    {
      await using served = await serveLambda();
      await served.lambda.send(new UpdateAliasCommand({ ...live, FunctionVersion: '1' }));
    }
    await deploy('second');
    expect(await ask()).toMatchObject({ answer: 'first' });
    await deploy('third');
    expect(await ask()).toMatchObject({ answer: 'third', functionVersion: '3' });
  });
});

describe("Lambda's API of versions and aliases", () => {
  it('lists versions a page at a time, the newest code first', async () => {
    for (const answer of ['first', 'second']) await deploy(answer);
    await using served = await serveLambda();
    const page = await served.lambda.send(new ListVersionsByFunctionCommand({ FunctionName, MaxItems: 2 }));
    expect(page.Versions?.map(({ Version }) => Version)).toEqual(['$LATEST', '1']);
    const rest = await served.lambda.send(
      new ListVersionsByFunctionCommand({ FunctionName, Marker: page.NextMarker }),
    );
    expect(rest.Versions).toMatchObject([{ Version: '2', FunctionArn: `${ARN}:2`, FunctionName }]);
    expect(rest.Versions![0]!.LastModified).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+\+0000$/);
    expect(rest.NextMarker).toBeUndefined();
    expect(served.asked[0]).toBe(`lambda:ListVersionsByFunction ${ARN}`);
  });

  it('says where an alias points, and moves it only on the revision that was seen', async () => {
    for (const answer of ['first', 'second']) await deploy(answer);
    await using served = await serveLambda();
    const seen = await served.lambda.send(new GetAliasCommand(live));
    expect(seen).toMatchObject({ AliasArn: `${ARN}:live`, Name: 'live', FunctionVersion: '2' });
    const move = new UpdateAliasCommand({ ...live, FunctionVersion: '1', RevisionId: seen.RevisionId });
    expect(await served.lambda.send(move)).toMatchObject({ FunctionVersion: '1' });
    await expect(served.lambda.send(move)).rejects.toMatchObject({ name: 'PreconditionFailedException' });
  });

  it('says with which environment a version runs, the live one, or what was deployed last', async () => {
    for (const said of ['first', 'second']) await deploy('same', { SAID: said });
    await using served = await serveLambda();
    const move = new UpdateAliasCommand({ ...live, FunctionVersion: '1' });
    await served.lambda.send(move);
    const saidBy = async (Qualifier?: string) => {
      const asked = new GetFunctionConfigurationCommand({ FunctionName, Qualifier });
      const { Version, Environment } = await served.lambda.send(asked);
      return [Version, Environment?.Variables];
    };
    expect(await saidBy('live')).toEqual(['1', { SAID: 'first' }]);
    expect(await saidBy('2')).toEqual(['2', { SAID: 'second' }]);
    expect(await saidBy()).toEqual(['$LATEST', { SAID: 'second' }]);
    expect(served.asked).toContain(`lambda:GetFunctionConfiguration ${ARN}:live`);
    await expect(saidBy('7')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('invokes by alias or version, given in the name or beside it, and asks for that right', async () => {
    await deploy('first');
    await using served = await serveLambda();
    const byName = await served.lambda.send(new InvokeCommand({ FunctionName: 'scc-api:live' }));
    const beside = await served.lambda.send(new InvokeCommand({ FunctionName, Qualifier: '1' }));
    expect([byName.ExecutedVersion, beside.ExecutedVersion]).toEqual(['1', '1']);
    expect(served.asked).toEqual([`lambda:InvokeFunction ${ARN}:live`, `lambda:InvokeFunction ${ARN}:1`]);
    const two = new InvokeCommand({ FunctionName: 'scc-api:live', Qualifier: '1' });
    await expect(served.lambda.send(two)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  });

  it('refuses versions, aliases and functions that do not exist, and who may not', async () => {
    await deploy('first');
    await using served = await serveLambda(['lambda:UpdateAlias']);
    const { lambda } = served;
    const missing = { name: 'ResourceNotFoundException' };
    await expect(lambda.send(new GetAliasCommand({ ...live, Name: 'canary' }))).rejects.toMatchObject(
      missing,
    );
    await expect(lambda.send(new GetAliasCommand({ ...live, FunctionName: 'nobody' }))).rejects.toMatchObject(
      missing,
    );
    await expect(lambda.send(new InvokeCommand({ FunctionName, Qualifier: '7' }))).rejects.toMatchObject(
      missing,
    );
    await expect(
      lambda.send(new UpdateAliasCommand({ ...live, FunctionVersion: '1' })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
    await using allowed = await serveLambda();
    await expect(
      allowed.lambda.send(new UpdateAliasCommand({ ...live, FunctionVersion: '7' })),
    ).rejects.toMatchObject({ ...missing, message: `Function not found: ${ARN}:7` });
  });
});
