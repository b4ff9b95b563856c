import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3';
import { createSigners, type AwsCall, type Credential } from '#scripts/stack/aws/callers.ts';
import { createAwsEndpoint } from '#scripts/stack/aws/endpoint.ts';
import type { PolicyDocument } from '#scripts/stack/aws/policy.ts';
import { createObjectMemory } from '#scripts/stack/aws/s3-objects.ts';
import { createS3, type Bucket, type S3Options } from '#scripts/stack/aws/s3.ts';
import { listen } from '#scripts/stack/listen.ts';
import type { AwsService } from '#scripts/stack/stand-in.ts';

export const region = 'us-east-1';
export const pipelineKey = { accessKeyId: 'AKIAPIPELINE', secretAccessKey: 'pipeline-secret' };
export const readerKey = { accessKeyId: 'AKIAREADER', secretAccessKey: 'reader-secret' };

const keys: Record<string, Credential> = {
  AKIAPIPELINE: { secretAccessKey: 'pipeline-secret', principal: 'pipeline' },
  AKIAREADER: { secretAccessKey: 'reader-secret', principal: 'reader' },
  AKIAEDGE: {
    secretAccessKey: 'edge-secret',
    principal: 'cloudfront',
    sourceArn: 'arn:aws:cloudfront::000000000000:distribution/GUESTS',
  },
};

export const allow = (action: string | string[], resource: string | string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: resource }],
});

/** An endpoint on a port of its own, for the pipeline (all rights) and a reader (those given). */
export async function startEndpoint(services: Record<string, AwsService>, reader: PolicyDocument[] = []) {
  const calls: AwsCall[] = [];
  const callers = {
    credentials: (id: string) => (Object.hasOwn(keys, id) ? keys[id] : undefined),
    policiesOf: (principal: string) =>
      principal === 'pipeline' ? [allow('*', '*')] : principal === 'reader' ? reader : [],
    record: (call: AwsCall) => void calls.push(call),
  };
  const endpoint = createAwsEndpoint({ ...callers, services });
  const server = await listen(endpoint.fetch);
  return { ...server, calls, signers: createSigners(callers) };
}

/** S3 in memory behind an endpoint, with SDK clients of the pipeline and the reader. */
export async function startS3(
  buckets: Bucket[],
  reader: PolicyDocument[] = [],
  onCreated: NonNullable<S3Options['onCreated']> = () => undefined,
) {
  const created: string[] = [];
  const createdBy: string[] = [];
  const services: Record<string, AwsService> = {};
  const server = await startEndpoint(services, reader);
  const s3 = createS3({
    buckets,
    objects: createObjectMemory(),
    signers: server.signers,
    onCreated(object, by) {
      created.push(`${object.bucket}/${object.key}`);
      createdBy.push(by);
      onCreated(object, by);
    },
  });
  services.s3 = s3.fetch;
  // over plain HTTP the SDK puts a bucket with dots into the host name, even before an IP address
  const client = (credentials: S3ClientConfig['credentials'], config: S3ClientConfig = {}): S3Client =>
    new S3Client({
      region,
      endpoint: server.url,
      credentials,
      maxAttempts: 1,
      forcePathStyle: true,
      ...config,
    });
  return {
    ...server,
    s3,
    created,
    createdBy,
    client,
    pipeline: client(pipelineKey),
    reader: client(readerKey),
  };
}

export const bucket = (name: string, more: Partial<Bucket> = {}): Bucket => ({
  name,
  versioning: true,
  blockPublicAccess: true,
  ...more,
});
