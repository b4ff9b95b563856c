import { AwsError, type AwsService } from '../stand-in.ts';
import type { Signers } from './callers.ts';
import { renderAwsError } from './error-formats.ts';
import { notImplemented } from './not-implemented.ts';
import { checkResourcePolicy, type PolicyDocument } from './policy.ts';
import { addCorsHeaders, answerPreflight, type CorsRule } from './s3-cors.ts';
import { listObjects } from './s3-list.ts';
import type { ObjectInfo, ObjectStore } from './s3-objects.ts';
import { postObject } from './s3-post.ts';
import { getObject } from './s3-read.ts';
import { readS3Request, type S3Request } from './s3-request.ts';
import { copyObject, deleteObject, putObject, type CreatedBy, type S3Context } from './s3-write.ts';

export interface Bucket {
  readonly name: string;
  readonly versioning: boolean;
  readonly policy?: PolicyDocument;
  readonly cors?: readonly CorsRule[];
  /** What a bucket policy allows to everybody is then refused all the same. */
  readonly blockPublicAccess: boolean;
}

export interface S3Options {
  readonly buckets: readonly Bucket[];
  readonly objects: ObjectStore;
  /** Who may have signed a POST policy; the endpoint has seen no signature on such a request. */
  readonly signers: Signers;
  /** After each object written, for notifications. */
  onCreated?(object: ObjectInfo, by: CreatedBy): void;
}

export interface S3 {
  readonly fetch: AwsService;
  /** What a bucket holds, sorted by key. */
  objects(bucket: string): ObjectInfo[];
}

/** S3 as far as the system uses it. It renders its own errors, as browsers need CORS headers on those too. Throws on a bucket policy it cannot judge. */
export function createS3({ buckets, objects, signers, onCreated }: S3Options): S3 {
  const byName = new Map(buckets.map((bucket) => [bucket.name, bucket]));
  for (const { policy } of buckets) if (policy !== undefined) checkResourcePolicy(policy);
  const bucketNamed = (name: string): Bucket => {
    const bucket = byName.get(name);
    if (bucket === undefined)
      throw new AwsError('NoSuchBucket', `The specified bucket does not exist: ${name}`, 404);
    return bucket;
  };
  const created = (object: ObjectInfo, by: CreatedBy): void => onCreated?.(object, by);
  return {
    objects: (bucket) => objects.list(bucket),
    async fetch(source, caller) {
      let cors: readonly CorsRule[] = [];
      try {
        const request = readS3Request(source);
        if (request.bucket === '') throw notImplemented(`s3 ${request.method} of the service`);
        const bucket = bucketNamed(request.bucket);
        cors = bucket.cors ?? [];
        if (request.method === 'OPTIONS') return answerPreflight(cors, request);
        const context = { request, bucket, caller, objects, bucketNamed, created };
        return addCorsHeaders(cors, source, await operationOf(request)(context, signers));
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return addCorsHeaders(cors, source, renderAwsError('s3', error, source.method));
      }
    },
  };
}

type Operation = (context: S3Context, signers: Signers) => Response | Promise<Response>;

const operations: Readonly<Record<string, Operation>> = {
  'GET bucket': listObjects,
  'POST bucket': postObject,
  'GET object': getObject,
  'HEAD object': getObject,
  'PUT object': (context) =>
    context.request.headers.has('x-amz-copy-source') ? copyObject(context) : putObject(context),
  'DELETE object': deleteObject,
};

function operationOf({ method, key, query }: S3Request): Operation {
  const name = `${method} ${key === '' ? 'bucket' : 'object'}`;
  if (!Object.hasOwn(operations, name)) throw notImplemented(`s3 ${name} ?${query}`);
  return operations[name]!;
}
