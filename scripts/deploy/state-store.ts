import {
  CreateAliasCommand,
  CreateKeyCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  type KMSClient,
} from '@aws-sdk/client-kms';
import {
  CreateBucketCommand,
  HeadBucketCommand,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
  type S3ServiceException,
} from '@aws-sdk/client-s3';
import { UserError } from '#bookings/model/problem.ts';
import type { StackConfig } from '#infra/config.ts';
import { stateBucket, stateKeyAlias } from '#infra/state.ts';
import { isNamed } from '../aws-access.ts';

export interface StoreOptions {
  readonly config: StackConfig;
  readonly s3: S3Client;
  readonly kms: KMSClient;
  /** Makes what is missing, or only says so. */
  readonly does: boolean;
  say(line: string): void;
}

/**
 * Makes the bucket and the key of a stack's Pulumi state, as they have to be, if they are not there. Both hold what the
 * program cannot make itself, and outlive it. Run again after a failure it goes on.
 */
export async function ensureStateStore(options: StoreOptions): Promise<void> {
  await ensureKey(options);
  await ensureBucket(options);
}

async function ensureKey({ config, kms, does, say }: StoreOptions): Promise<void> {
  const alias = stateKeyAlias(config);
  if (await hasKey(kms, alias)) return say(`key ${alias} is there`);
  if (!does) return say(`key ${alias}: would be made, with yearly rotation`);
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({
      Description: `Secrets in the Pulumi state of Bosun, stack ${config.stack}`,
      Tags: tagsOf(config).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })),
    }),
  );
  const KeyId = KeyMetadata?.KeyId;
  await kms.send(new EnableKeyRotationCommand({ KeyId }));
  // The name comes last: a key without it, after a crash, is looked for by nobody.
  await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: KeyId }));
  say(`key ${alias} was made (${KeyId}), with yearly rotation`);
}

const hasKey = (kms: KMSClient, alias: string): Promise<boolean> =>
  kms.send(new DescribeKeyCommand({ KeyId: alias })).then(
    () => true,
    (error: unknown) => {
      if (isNamed(error, 'NotFoundException')) return false;
      throw error;
    },
  );

/**
 * What it has to be is said again each time: every one of these calls may be repeated. Each names the owner, since anybody
 * can guess the bucket's name and make it first.
 */
async function ensureBucket({ config, s3, does, say }: StoreOptions): Promise<void> {
  const Bucket = stateBucket(config);
  const ours = { Bucket, ExpectedBucketOwner: config.accountId };
  const isThere = await hasBucket(s3, Bucket, config.accountId);
  if (!does) return say(`bucket ${Bucket}${isThere ? ' is there' : ': would be made'}, ${PROPERTIES}`);
  if (!isThere) await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(
    new PutPublicAccessBlockCommand({
      ...ours,
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    }),
  );
  await s3.send(new PutBucketVersioningCommand({ ...ours, VersioningConfiguration: { Status: 'Enabled' } }));
  await s3.send(
    new PutBucketEncryptionCommand({
      ...ours,
      ServerSideEncryptionConfiguration: {
        Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
    }),
  );
  await s3.send(new PutBucketPolicyCommand({ ...ours, Policy: JSON.stringify(onlyEncrypted(Bucket)) }));
  await s3.send(
    new PutBucketLifecycleConfigurationCommand({
      ...ours,
      LifecycleConfiguration: { Rules: [OLD_VERSIONS] },
    }),
  );
  await s3.send(new PutBucketTaggingCommand({ ...ours, Tagging: { TagSet: tagsOf(config) } }));
  say(`bucket ${Bucket} ${isThere ? 'is there' : 'was made'}, ${PROPERTIES}`);
}

const PROPERTIES = 'private, versioned, encrypted, TLS only, old versions kept for a year';

/** Enough to go back to any deploy of the last year. */
const OLD_VERSIONS = {
  ID: 'old-versions',
  Status: 'Enabled',
  Filter: { Prefix: '' },
  NoncurrentVersionExpiration: { NoncurrentDays: 365 },
  AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
} as const;

const onlyEncrypted = (bucket: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'OnlyOverTls',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ],
});

const tagsOf = ({ stack }: StackConfig) => [
  { Key: 'project', Value: 'bosun' },
  { Key: 'stack', Value: stack },
];

/** Whether an account has a bucket. Throws {@link UserError} when the bucket is another's. */
export async function hasBucket(s3: S3Client, bucket: string, accountId: string): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket, ExpectedBucketOwner: accountId }));
    return true;
  } catch (error) {
    if (isNamed(error, 'NotFound')) return false;
    if ((error as S3ServiceException).$metadata?.httpStatusCode !== 403) throw error;
    throw new UserError(
      `Bucket ${bucket} is there, but it is not of account ${accountId}, or these credentials may not look at it (403). ` +
        'Sign in as an administrator and try again. If it is the same then, somebody else has taken the name, so that the ' +
        'state would go to them: use another account, or another name (infra/state.ts). Nothing was written to it.',
      [],
      { cause: error },
    );
  }
}
