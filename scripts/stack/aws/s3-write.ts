import { createHash, randomUUID } from 'node:crypto';
import { AwsError, type Caller } from '../stand-in.ts';
import type { Bytes } from './aws-chunked.ts';
import { notImplemented } from './not-implemented.ts';
import { authorizeS3, missingKey } from './s3-access.ts';
import { checksumHeaders, verifyChecksums } from './s3-checksums.ts';
import { checkWrite } from './s3-conditions.ts';
import type { ObjectInfo, ObjectStore } from './s3-objects.ts';
import { refuseUnknown, type S3Request } from './s3-request.ts';
import type { Bucket } from './s3.ts';
import { element, xmlResponse } from './xml.ts';

/** What an operation works on. */
export interface S3Context {
  readonly request: S3Request;
  readonly bucket: Bucket;
  readonly caller: Caller;
  readonly objects: ObjectStore;
  /** The other buckets of the account; throws `NoSuchBucket`. */
  bucketNamed(name: string): Bucket;
  created(object: ObjectInfo, by: CreatedBy): void;
}

/** As S3 names it in its events. */
export type CreatedBy = 'Put' | 'Post' | 'Copy';

/** Headers that are kept with an object and given back with it. */
export const describing = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
];

export async function putObject(context: S3Context): Promise<Response> {
  return storeObject(context, new Uint8Array(await context.request.source.arrayBuffer()));
}

/** Writes what the headers describe; conditions and the write are one step, so that of two writers one loses. */
export async function storeObject(context: S3Context, body: Bytes): Promise<Response> {
  const { request, bucket, caller, objects } = context;
  refuseUnknown(
    request,
    [],
    ['x-amz-meta-*', 'x-amz-checksum-*', 'x-amz-acl', 'x-amz-server-side-encryption'],
  );
  refuseOwnership(request.headers);
  authorizeS3(bucket, caller, 's3:PutObject', request.key);
  const checksums = verifyChecksums(request.headers, body);
  const info = { ...(await newObject(context, body)), ...describe(request.headers), checksums };
  checkWrite(request.headers, objects.find(bucket.name, request.key));
  put(context, info, request.method === 'POST' ? 'Post' : 'Put');
  return new Response(null, {
    headers: { etag: `"${info.etag}"`, ...versionOf(info), ...checksumHeaders(checksums) },
  });
}

export async function copyObject(context: S3Context): Promise<Response> {
  const { request, bucket, caller, objects } = context;
  refuseUnknown(request, [], ['x-amz-copy-source', 'x-amz-metadata-directive', 'x-amz-meta-*']);
  const from = findSource(context);
  const replaces = request.headers.get('x-amz-metadata-directive') === 'REPLACE';
  authorizeS3(bucket, caller, 's3:PutObject', request.key);
  if (from.bucket === bucket.name && from.key === request.key && !replaces) {
    const message =
      'This copy request is illegal because it is trying to copy an object to itself without changing it.';
    throw new AwsError('InvalidRequest', message);
  }
  const described = replaces ? describe(request.headers) : { headers: from.headers, metadata: from.metadata };
  const info = {
    ...(await newObject(context, await objects.read(from))),
    ...described,
    checksums: from.checksums,
  };
  checkWrite(request.headers, objects.find(bucket.name, request.key));
  put(context, info, 'Copy');
  const result = [element('LastModified', info.lastModified), element('ETag', `"${info.etag}"`)];
  return xmlResponse(element('CopyObjectResult', result), { headers: versionOf(info) });
}

/**
 * In a versioned bucket a delete leaves a marker; either way the key reads as missing, and deleting it again succeeds.
 * A version that is named is gone for good.
 */
export function deleteObject({ request, bucket, caller, objects }: S3Context): Response {
  refuseUnknown(request, ['versionId'], []);
  if (request.headers.has('if-match')) throw notImplemented('s3 DeleteObject with If-Match');
  const versionId = request.query.get('versionId');
  if (versionId !== null) {
    authorizeS3(bucket, caller, 's3:DeleteObjectVersion', request.key);
    objects.removeVersion(bucket.name, request.key, versionId);
    return new Response(null, { status: 204, headers: { 'x-amz-version-id': versionId } });
  }
  authorizeS3(bucket, caller, 's3:DeleteObject', request.key);
  const marker = bucket.versioning ? newVersion() : undefined;
  objects.remove(bucket.name, request.key, marker);
  const headers =
    marker === undefined ? undefined : { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker };
  return new Response(null, { status: 204, headers });
}

export const versionOf = ({ versionId }: ObjectInfo): Record<string, string> =>
  versionId === undefined ? {} : { 'x-amz-version-id': versionId };

function findSource({ request, caller, objects, bucketNamed }: S3Context): ObjectInfo {
  const header = request.headers.get('x-amz-copy-source')!;
  if (header.includes('?')) throw notImplemented('s3 CopyObject of a version');
  const [, name, key] = /^\/?([^/]+)\/(.+)$/s.exec(decodeURIComponent(header)) ?? [];
  if (name === undefined || key === undefined) throw new AwsError('InvalidArgument', 'Invalid copy source');
  const bucket = bucketNamed(name);
  authorizeS3(bucket, caller, 's3:GetObject', key);
  const info = objects.find(name, key);
  if (info === undefined) throw missingKey(bucket, caller, key);
  return info;
}

async function newObject({ request, bucket, objects }: S3Context, body: Bytes) {
  return {
    bucket: bucket.name,
    key: request.key,
    size: body.length,
    etag: createHash('md5').update(body).digest('hex'),
    sha256: await objects.keep(body),
    lastModified: new Date().toISOString(),
    ...(bucket.versioning ? { versionId: newVersion() } : {}),
  };
}

function describe(headers: Headers): Pick<ObjectInfo, 'headers' | 'metadata'> {
  const entries = [...headers];
  const prefix = 'x-amz-meta-';
  const metadata = entries
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value]);
  return {
    headers: Object.fromEntries(entries.filter(([name, value]) => describing.includes(name) && value !== '')),
    metadata: Object.fromEntries(metadata) as Record<string, string>,
  };
}

/** Buckets have no ACLs (the bucket owner owns everything), and encrypt with S3's own key. */
function refuseOwnership(headers: Headers): void {
  if (headers.has('x-amz-acl'))
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  const encryption = headers.get('x-amz-server-side-encryption');
  if (encryption !== null && encryption !== 'AES256') throw notImplemented(`s3 encryption ${encryption}`);
}

function put({ objects, created }: S3Context, info: ObjectInfo, by: CreatedBy): void {
  objects.put(info);
  created(info, by);
}

const newVersion = (): string => randomUUID().replaceAll('-', '');
