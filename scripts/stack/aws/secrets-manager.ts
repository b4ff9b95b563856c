import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError, type AwsService, type Caller } from '../stand-in.ts';
import type { KeptMap } from '../persistent-map.ts';
import { createJsonService, operation } from './json-service.ts';
import { notImplemented } from './not-implemented.ts';
import { findVersion, notFound, toDescription, toPage, toValue } from './secret-answers.ts';
import { attachStage, timed, type SecretVersion } from './secret-versions.ts';

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
  list: z.strictObject({
    ...id,
    IncludeDeprecated: z.boolean().default(false),
    MaxResults: z.int().min(1).max(100).default(100),
    NextToken: z.string().regex(/^\d+$/).optional(),
  }),
  create: z.strictObject({
    Name: z.string().regex(/^[\w/+=.@-]{1,512}$/),
    Description: z.string().optional(),
    ClientRequestToken: z.string().min(32).max(64),
    SecretString: z.string().min(1).max(65_536),
  }),
  // Without the recovery window that AWS grants otherwise, in which the name cannot be taken again.
  delete: z.strictObject({ ...id, ForceDeleteWithoutRecovery: z.literal(true) }),
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
    [...secrets, ...created(secrets, versions)].find((secret) => isCalled(secret, secretId));

  /** What was deleted by a call lately: name → until when it is only marked for deletion. */
  const marked = new Map<string, number>();
  const isMarked = (secretId: string): boolean =>
    [...marked].some(([name, until]) => Date.now() < until && isCalled({ name, arn: arnOf(name) }, secretId));

  function find(secretId: string): Secret {
    if (isMarked(secretId)) throw markedForDeletion();
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
      const labelled = stages.reduce((moved, stage) => attachStage(moved, stage, versionId), all);
      versions.set(secret.name, timed(known, labelled, Date.now()));
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
      const known = versionsOf(secret);
      versions.set(secret.name, timed(known, moveStage(known, input), Date.now()));
      return naming(secret);
    }),
    ListSecretVersionIds: operation(schemas.list, (input, caller) => {
      const secret = allowed('ListSecretVersionIds', input.SecretId, caller);
      return { ...naming(secret), ...toPage(versionsOf(secret), input) };
    }),
    CreateSecret: operation(schemas.create, ({ Name: name, ...input }, caller) => {
      const secret = lookUp(name) ?? { name, arn: arnOf(name) };
      caller.authorize('secretsmanager:CreateSecret', secret.arn);
      if (lookUp(name) !== undefined) throw alreadyExists(name);
      if (isMarked(name)) throw scheduledForDeletion();
      return store(secret, { ...input, SecretId: name, VersionStages: ['AWSCURRENT'] });
    }),
    DeleteSecret: operation(schemas.delete, (input, caller) => {
      caller.authorize('secretsmanager:DeleteSecret', lookUp(input.SecretId)?.arn ?? input.SecretId);
      // Without recovery it is no error that a secret is deleted already (Secrets Manager API, `DeleteSecret`).
      const secret = lookUp(input.SecretId) ?? { name: input.SecretId, arn: arnOf(input.SecretId) };
      if (secrets.includes(secret)) throw notImplemented('Secrets Manager DeleteSecret of a declared secret');
      if (versions.get(secret.name) !== undefined) marked.set(secret.name, Date.now() + DELETION_TAKES);
      versions.delete(secret.name);
      return { ...naming(secret), DeletionDate: Date.now() / 1000 };
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

/** Secrets that are not declared and have a value were created by a call. */
const created = (declared: readonly Secret[], versions: SecretsManagerOptions['versions']): Secret[] =>
  [...versions.entries()]
    .map(([name]) => ({ name, arn: arnOf(name) }))
    .filter(({ name }) => !declared.some((secret) => secret.name === name));

/** By its name, or by its ARN, also without the characters that AWS adds. */
const isCalled = ({ name, arn }: Secret, secretId: string): boolean =>
  [name, arn, withoutSuffix(arn)].includes(secretId);

const arnOf = (name: string): string =>
  `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-${createHash('sha256').update(name).digest('hex').slice(0, 6)}`;

/** Milliseconds; AWS promises no more than "a short delay". */
const DELETION_TAKES = 5 * 60_000;

const markedForDeletion = (): AwsError =>
  new AwsError(
    'InvalidRequestException',
    "You can't perform this operation on the secret because it was marked for deletion.",
  );

const scheduledForDeletion = (): AwsError =>
  new AwsError(
    'InvalidRequestException',
    "You can't create this secret because a secret with this name is already scheduled for deletion.",
  );

const alreadyExists = (name: string): AwsError =>
  new AwsError('ResourceExistsException', `The operation failed because the secret ${name} already exists.`);

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
