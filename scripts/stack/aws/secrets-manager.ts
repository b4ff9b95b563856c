import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError, type AwsService, type Caller } from '../stand-in.ts';
import type { KeptMap } from '../persistent-map.ts';
import { createJsonService, operation } from './json-service.ts';
import { attachStage, type SecretVersion } from './secret-versions.ts';

export interface Secret {
  readonly name: string;
  /** With the six characters that Secrets Manager adds, e.g. `…:secret:jada/board-key-AbCdEf`. */
  readonly arn: string;
}

export interface SecretsManagerOptions {
  /** The secrets that exist; values come by `PutSecretValue` or {@link SecretsManager.put}. */
  readonly secrets: readonly Secret[];
  /** By secret name; oldest version first. */
  readonly versions: KeptMap<readonly SecretVersion[]>;
}

export interface SecretsManager {
  readonly service: AwsService;
  /** Puts a new current value, as an operator would; throws for a secret that is not declared. */
  put(name: string, value: string): void;
  /** The value in a stage (`AWSCURRENT` by default), if any. */
  value(name: string, stage?: string): string | undefined;
}

const id = { SecretId: z.string().min(1) };
const schemas = {
  get: z.strictObject({ ...id, VersionStage: z.string().optional(), VersionId: z.string().optional() }),
  put: z.strictObject({
    ...id,
    ClientRequestToken: z.string().min(32).max(64),
    SecretString: z.string().min(1).max(65_536).optional(),
    SecretBinary: z.base64().optional(),
    VersionStages: z.array(z.string().min(1)).min(1).max(20).default(['AWSCURRENT']),
  }),
  describe: z.strictObject(id),
  move: z.strictObject({
    ...id,
    VersionStage: z.string().min(1),
    MoveToVersionId: z.string().optional(),
    RemoveFromVersionId: z.string().optional(),
  }),
};

/** Secrets with versions and staging labels, as far as reading and rotation need them. */
export function createSecretsManager({ secrets, versions }: SecretsManagerOptions): SecretsManager {
  const versionsOf = (secret: Secret): readonly SecretVersion[] => versions.get(secret.name) ?? [];

  const lookUp = (secretId: string): Secret | undefined =>
    secrets.find(({ name, arn }) => [name, arn, withoutSuffix(arn)].includes(secretId));

  function find(secretId: string): Secret {
    const secret = lookUp(secretId);
    if (secret === undefined) throw notFound('the specified secret.');
    return secret;
  }

  function allowed(action: string, secretId: string, caller: Caller): Secret {
    caller.authorize(`secretsmanager:${action}`, lookUp(secretId)?.arn ?? secretId);
    return find(secretId);
  }

  function store(
    secret: Secret,
    { ClientRequestToken: versionId, ...input }: z.output<typeof schemas.put>,
  ): object {
    const content = readContent(input);
    const known = versionsOf(secret);
    const same = known.find((version) => version.id === versionId);
    if (same !== undefined && (same.string !== content.string || same.binary !== content.binary)) {
      const text = `You can't use ClientRequestToken ${versionId} because that value is already in use for a version of secret ${secret.arn}.`;
      throw new AwsError('ResourceExistsException', text);
    }
    // The first version is current whatever the request says (Secrets Manager API, `PutSecretValue`).
    const stages =
      known.length === 0 ? [...new Set([...input.VersionStages, 'AWSCURRENT'])] : input.VersionStages;
    if (same === undefined) {
      const version = { id: versionId, ...content, stages: [], createdAt: Date.now() };
      const all: readonly SecretVersion[] = [...known, version];
      versions.set(
        secret.name,
        stages.reduce((moved, stage) => attachStage(moved, stage, versionId), all),
      );
    }
    return { ...naming(secret), VersionId: versionId, VersionStages: same?.stages ?? stages };
  }

  const service = createJsonService('Secrets Manager', {
    GetSecretValue: operation(schemas.get, (input, caller) => {
      const secret = allowed('GetSecretValue', input.SecretId, caller);
      return { ...naming(secret), ...toValue(findVersion(versionsOf(secret), input)) };
    }),
    PutSecretValue: operation(schemas.put, (input, caller) =>
      store(allowed('PutSecretValue', input.SecretId, caller), input),
    ),
    DescribeSecret: operation(schemas.describe, (input, caller) => {
      const secret = allowed('DescribeSecret', input.SecretId, caller);
      return { ...naming(secret), ...toDescription(versionsOf(secret)) };
    }),
    UpdateSecretVersionStage: operation(schemas.move, (input, caller) => {
      const secret = allowed('UpdateSecretVersionStage', input.SecretId, caller);
      versions.set(secret.name, moveStage(versionsOf(secret), input));
      return naming(secret);
    }),
  });

  return {
    service,
    put: (name, value) =>
      void store(find(name), {
        SecretId: name,
        SecretString: value,
        ClientRequestToken: randomUUID(),
        VersionStages: ['AWSCURRENT'],
      }),
    value: (name, stage = 'AWSCURRENT') =>
      versionsOf(find(name)).find(({ stages }) => stages.includes(stage))?.string,
  };
}

/** Secrets Manager also takes an ARN without the hyphen and six characters that it added. */
const withoutSuffix = (arn: string): string => arn.slice(0, -7);

const naming = ({ name, arn }: Secret): object => ({ ARN: arn, Name: name });

function readContent(input: {
  SecretString?: string;
  SecretBinary?: string;
}): Pick<SecretVersion, 'string' | 'binary'> {
  const { SecretString: string, SecretBinary: binary } = input;
  if ((string === undefined) === (binary === undefined)) {
    throw new AwsError('InvalidRequestException', 'You must provide either SecretString or SecretBinary.');
  }
  return string === undefined ? { binary } : { string };
}

function findVersion(
  versions: readonly SecretVersion[],
  { VersionStage, VersionId }: z.output<typeof schemas.get>,
): SecretVersion {
  const stage = VersionStage ?? (VersionId === undefined ? 'AWSCURRENT' : undefined);
  const version = versions.find(
    ({ id: versionId, stages }) =>
      (VersionId ?? versionId) === versionId && (stage === undefined || stages.includes(stage)),
  );
  if (version !== undefined) return version;
  const what = stage === undefined ? `VersionId: ${VersionId}` : `staging label: ${stage}`;
  throw notFound(`the specified secret value for ${what}`);
}

const toValue = (version: SecretVersion): object => ({
  VersionId: version.id,
  ...(version.string === undefined ? { SecretBinary: version.binary } : { SecretString: version.string }),
  VersionStages: version.stages,
  CreatedDate: version.createdAt / 1000,
});

function toDescription(versions: readonly SecretVersion[]): object {
  const labelled = versions.filter(({ stages }) => stages.length > 0);
  return {
    ...(versions.length > 0 && { LastChangedDate: versions.at(-1)!.createdAt / 1000 }),
    VersionIdsToStages: Object.fromEntries(labelled.map(({ id: versionId, stages }) => [versionId, stages])),
  };
}

function moveStage(
  versions: readonly SecretVersion[],
  { VersionStage: stage, MoveToVersionId: to, RemoveFromVersionId: from }: z.output<typeof schemas.move>,
): readonly SecretVersion[] {
  for (const versionId of [to, from]) {
    if (versionId !== undefined && !versions.some((version) => version.id === versionId)) {
      throw notFound(`the specified secret value for VersionId: ${versionId}`);
    }
  }
  const holder = versions.find(({ stages }) => stages.includes(stage))?.id;
  if (holder !== from && holder !== to) {
    const text = `The parameter RemoveFromVersionId must be the version that holds the staging label ${stage}: ${holder ?? 'none does'}.`;
    throw new AwsError('InvalidParameterException', text);
  }
  if (stage === 'AWSCURRENT' && to === undefined) {
    throw new AwsError('InvalidParameterException', 'AWSCURRENT can only be moved to another version.');
  }
  return attachStage(versions, stage, to);
}

const notFound = (what: string): AwsError =>
  new AwsError('ResourceNotFoundException', `Secrets Manager can't find ${what}`);
