import { AwsError } from '../stand-in.ts';
import { authorizeS3, missingKey } from './s3-access.ts';
import { checksumHeaders } from './s3-checksums.ts';
import { isNotModified, readRange } from './s3-conditions.ts';
import type { ObjectInfo } from './s3-objects.ts';
import { refuseUnknown, type S3Request } from './s3-request.ts';
import { describing, versionOf, type S3Context } from './s3-write.ts';

/** GET and HEAD of an object: whole, a range, or 304. */
export async function getObject({ request, bucket, caller, objects }: S3Context): Promise<Response> {
  // By these parameters a signed URL sets headers of the answer.
  const parameters = describing.map((name) => `response-${name}`);
  refuseUnknown(request, ['versionId', ...parameters], ['x-amz-checksum-mode']);
  const info = findObject({ request, bucket, caller, objects });
  if (caller.principal === 'anonymous' && parameters.some((name) => request.query.has(name))) {
    throw new AwsError(
      'InvalidRequest',
      'Request specific response headers cannot be used for anonymous GET requests.',
    );
  }
  const headers = new Headers(describe(info, request));
  if (isNotModified(request.headers, info)) return new Response(null, { status: 304, headers });
  const range = readRange(request.headers, info);
  const { first, last } = range ?? { first: 0, last: info.size - 1 };
  headers.set('content-length', String(last - first + 1));
  if (range !== undefined) headers.set('content-range', `bytes ${first}-${last}/${info.size}`);
  else if (request.headers.get('x-amz-checksum-mode') === 'ENABLED') {
    for (const [name, value] of Object.entries(checksumHeaders(info.checksums))) headers.set(name, value);
  }
  const body = request.method === 'HEAD' ? null : (await objects.read(info)).subarray(first, last + 1);
  return new Response(body, { status: range === undefined ? 200 : 206, headers });
}

function findObject({
  request: { key, query },
  bucket,
  caller,
  objects,
}: Pick<S3Context, 'request' | 'bucket' | 'caller' | 'objects'>): ObjectInfo {
  const versionId = query.get('versionId');
  authorizeS3(bucket, caller, versionId === null ? 's3:GetObject' : 's3:GetObjectVersion', key);
  const info =
    versionId === null ? objects.find(bucket.name, key) : objects.findVersion(bucket.name, key, versionId);
  if (info === undefined) throw missingKey(bucket, caller, key, versionId);
  return info;
}

function describe(info: ObjectInfo, { query }: S3Request): Record<string, string> {
  const overridden = describing
    .filter((name) => query.has(`response-${name}`))
    .map((name) => [name, query.get(`response-${name}`)!]);
  return {
    'accept-ranges': 'bytes',
    'content-type': 'binary/octet-stream',
    ...info.headers,
    ...(Object.fromEntries(overridden) as Record<string, string>),
    ...Object.fromEntries(
      Object.entries(info.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value]),
    ),
    etag: `"${info.etag}"`,
    'last-modified': new Date(info.lastModified).toUTCString(),
    'x-amz-server-side-encryption': 'AES256',
    ...versionOf(info),
  };
}
