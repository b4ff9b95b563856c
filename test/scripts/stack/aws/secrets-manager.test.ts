import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSecretsManager, type SecretsManager } from '#scripts/stack/aws/secrets-manager.ts';
import type { SecretVersion } from '#scripts/stack/aws/secret-versions.ts';
import { shiftClock } from '#scripts/stack/clock.ts';
import { serve, type ServedService } from './serve.ts';

const NAME = 'jada/dashboard-lambda';
const ARN = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:jada/dashboard-lambda-AbCdEf';
const TOKENS = ['1', '2', '3'].map((digit) => digit.repeat(32)) as [string, string, string];

let manager: SecretsManager;
let served: ServedService;
let client: SecretsManagerClient;

beforeEach(async () => {
  manager = createSecretsManager({
    secrets: [{ name: NAME, arn: ARN }],
    versions: new Map<string, readonly SecretVersion[]>(),
  });
  served = await serve('secretsmanager', manager.service);
  client = new SecretsManagerClient(served.client);
});
afterEach(async () => {
  client.destroy();
  await served.close();
});

const put = (ClientRequestToken: string, SecretString: string, VersionStages?: string[]) =>
  client.send(new PutSecretValueCommand({ SecretId: NAME, ClientRequestToken, SecretString, VersionStages }));
const get = (input: { VersionStage?: string; VersionId?: string } = {}, SecretId = NAME) =>
  client.send(new GetSecretValueCommand({ SecretId, ...input }));
const move = (VersionStage: string, MoveToVersionId?: string, RemoveFromVersionId?: string) =>
  client.send(
    new UpdateSecretVersionStageCommand({
      SecretId: NAME,
      VersionStage,
      MoveToVersionId,
      RemoveFromVersionId,
    }),
  );

describe('a secret', () => {
  it('gives its current value by name, ARN and partial ARN', async () => {
    await put(TOKENS[0], 'one');
    for (const id of [NAME, ARN, ARN.slice(0, -7)]) {
      expect(await get({}, id)).toMatchObject({
        ARN,
        Name: NAME,
        SecretString: 'one',
        VersionId: TOKENS[0],
        VersionStages: ['AWSCURRENT'],
        CreatedDate: expect.any(Date) as Date,
      });
    }
    expect(served.asked).toContain(`secretsmanager:GetSecretValue ${ARN}`);
    expect(manager.value(NAME)).toBe('one');
  });

  it('keeps the value before the current one', async () => {
    await put(TOKENS[0], 'one');
    await put(TOKENS[1], 'two');
    expect((await get()).SecretString).toBe('two');
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one');
    await put(TOKENS[2], 'three');
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('two');
    expect((await get({ VersionId: TOKENS[0] })).SecretString).toBe('one');
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: NAME }));
    expect(VersionIdsToStages).toEqual({ [TOKENS[1]]: ['AWSPREVIOUS'], [TOKENS[2]]: ['AWSCURRENT'] });
  });

  it('rotates by way of a pending version', async () => {
    await put(TOKENS[0], 'one');
    await put(TOKENS[1], 'two', ['AWSPENDING']);
    expect((await get()).SecretString).toBe('one');
    expect((await get({ VersionStage: 'AWSPENDING' })).SecretString).toBe('two');
    await move('AWSCURRENT', TOKENS[1], TOKENS[0]);
    await move('AWSPENDING', undefined, TOKENS[1]);
    expect((await get()).SecretString).toBe('two');
    expect((await get({ VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('one');
    await expect(get({ VersionStage: 'AWSPENDING' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('takes the same request twice, but not another value under the same token', async () => {
    await put(TOKENS[0], 'one');
    await put(TOKENS[1], 'two');
    expect(await put(TOKENS[0], 'one')).toMatchObject({
      VersionId: TOKENS[0],
      VersionStages: ['AWSPREVIOUS'],
    });
    expect((await get()).SecretString).toBe('two');
    await expect(put(TOKENS[0], 'other')).rejects.toMatchObject({ name: 'ResourceExistsException' });
  });

  it('makes its first version current whatever the stages', async () => {
    await put(TOKENS[0], 'one', ['AWSPENDING']);
    expect((await get()).VersionStages).toEqual(['AWSPENDING', 'AWSCURRENT']);
  });

  it('lists its versions, the newest first and without values, and those without a label only when asked', async () => {
    for (const [index, token] of TOKENS.entries()) await put(token, `value ${index}`);
    const list = async (more: object = {}) => {
      const command = new ListSecretVersionIdsCommand({ SecretId: NAME, ...more });
      const { Versions, NextToken } = await client.send(command);
      return { ids: Versions!.map(({ VersionId }) => VersionId), Versions, NextToken };
    };
    const { Versions, ...labelled } = await list();
    expect(labelled).toEqual({ ids: [TOKENS[2], TOKENS[1]], NextToken: undefined });
    expect(Versions![0]).toEqual({
      VersionId: TOKENS[2],
      VersionStages: ['AWSCURRENT'],
      CreatedDate: expect.any(Date) as Date,
    });
    expect((await list({ IncludeDeprecated: true })).ids).toEqual(TOKENS.toReversed());
    const first = await list({ IncludeDeprecated: true, MaxResults: 2 });
    const second = await list({ IncludeDeprecated: true, NextToken: first.NextToken });
    expect([...first.ids, ...second.ids]).toEqual(TOKENS.toReversed());
    expect(second.NextToken).toBeUndefined();
  });

  it('knows when it was last changed, be it a label', async () => {
    const changedAt = async () =>
      (await client.send(new DescribeSecretCommand({ SecretId: NAME }))).LastChangedDate?.getTime();
    expect(await changedAt()).toBeUndefined();
    await put(TOKENS[0], 'one');
    await put(TOKENS[1], 'two', ['AWSPENDING']);
    const before = (await changedAt())!;
    shiftClock(3_600_000);
    try {
      await move('AWSCURRENT', TOKENS[1], TOKENS[0]);
    } finally {
      shiftClock(0);
    }
    expect((await changedAt())! - before).toBeGreaterThanOrEqual(3_600_000);
  });

  it('can be created and deleted by a call, when the program does not declare it', async () => {
    const create = (Name: string) => client.send(new CreateSecretCommand({ Name, SecretString: 'kept' }));
    const remove = (SecretId: string) =>
      client.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }));
    await create('temporary');
    expect((await get({}, 'temporary')).SecretString).toBe('kept');
    await expect(create('temporary')).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await expect(create(NAME)).rejects.toMatchObject({ name: 'ResourceExistsException' });
    await remove('temporary');
    const marked = { name: 'InvalidRequestException' };
    await expect(get({}, 'temporary')).rejects.toMatchObject(marked);
    await expect(create('temporary')).rejects.toMatchObject(marked);
    await remove('temporary');
    try {
      shiftClock(3_600_000);
      await expect(get({}, 'temporary')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
      await create('temporary');
    } finally {
      shiftClock(0);
    }
    await expect(remove(NAME)).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  });

  it('holds binary values too', async () => {
    const SecretBinary = new Uint8Array([1, 2, 255]);
    await client.send(new PutSecretValueCommand({ SecretId: NAME, SecretBinary }));
    expect((await get()).SecretBinary).toEqual(SecretBinary);
  });

  it('can be given a value by the stack itself', async () => {
    manager.put(NAME, 'seeded');
    manager.put(NAME, 'rotated');
    expect((await get()).SecretString).toBe('rotated');
    expect(manager.value(NAME, 'AWSPREVIOUS')).toBe('seeded');
    expect(() => manager.put('other', 'x')).toThrow("can't find");
  });
});

describe('Secrets Manager refuses', () => {
  it('secrets that are not declared and values that are not there', async () => {
    await expect(get({}, 'jada/other')).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
    await expect(get()).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT",
    });
  });

  it('to move a label from a version that does not hold it', async () => {
    await put(TOKENS[0], 'one');
    await put(TOKENS[1], 'two', ['AWSPENDING']);
    await expect(move('AWSCURRENT', TOKENS[1])).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(move('AWSCURRENT', undefined, TOKENS[0])).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    await expect(move('AWSCURRENT', TOKENS[2], TOKENS[0])).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    expect((await get()).SecretString).toBe('one');
  });

  it('bad input, other operations and callers without the right', async () => {
    await expect(put('short', 'one')).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(client.send(new PutSecretValueCommand({ SecretId: NAME }))).rejects.toMatchObject({
      name: 'InvalidRequestException',
    });
    await expect(client.send(new ListSecretsCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
    const forbidden = await serve('secretsmanager', manager.service, ['secretsmanager:GetSecretValue']);
    const reader = new SecretsManagerClient(forbidden.client);
    await expect(reader.send(new GetSecretValueCommand({ SecretId: NAME }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    reader.destroy();
    await forbidden.close();
  });
});
