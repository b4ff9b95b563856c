import { AwsError } from '../stand-in.ts';
import { notImplemented } from './not-implemented.ts';
import { authorizeS3 } from './s3-access.ts';
import type { ObjectInfo } from './s3-objects.ts';
import { refuseUnknown } from './s3-request.ts';
import type { S3Context } from './s3-write.ts';
import { element, xmlResponse, type Xml } from './xml.ts';

const namespace = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** ListObjectsV2. */
export function listObjects({ request, bucket, caller, objects }: S3Context): Response {
  const { query } = request;
  if (query.get('list-type') !== '2') throw notImplemented(`s3 GET bucket without list-type=2 (${query})`);
  refuseUnknown(
    request,
    ['list-type', 'prefix', 'delimiter', 'max-keys', 'continuation-token', 'start-after'],
    [],
  );
  authorizeS3(bucket, caller, 's3:ListBucket');
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const limit = readLimit(query.get('max-keys'));
  const token = query.get('continuation-token');
  const after = token === null ? (query.get('start-after') ?? '') : readToken(token);
  const entries = group(objects.list(bucket.name), prefix, delimiter).filter(({ name }) => name > after);
  const page = entries.slice(0, limit);
  const next = limit > 0 && entries.length > limit ? page.at(-1)!.name : undefined;
  const head: Record<string, string | number | boolean | undefined> = {
    Name: bucket.name,
    Prefix: prefix,
    Delimiter: delimiter || undefined,
    MaxKeys: limit,
    KeyCount: page.length,
    IsTruncated: next !== undefined,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: next === undefined ? undefined : Buffer.from(next).toString('base64url'),
    StartAfter: query.get('start-after') ?? undefined,
  };
  const known = Object.entries(head).flatMap(([name, value]) =>
    value === undefined ? [] : element(name, value),
  );
  return xmlResponse(element('ListBucketResult', [...known, ...page.map(toXml)], namespace));
}

/** A key, or all keys that share a prefix up to the delimiter. */
interface Entry {
  readonly name: string;
  readonly info?: ObjectInfo;
}

function group(all: readonly ObjectInfo[], prefix: string, delimiter: string): Entry[] {
  const entries = new Map<string, Entry>();
  for (const info of all) {
    if (!info.key.startsWith(prefix)) continue;
    const end = delimiter === '' ? -1 : info.key.indexOf(delimiter, prefix.length);
    const name = end === -1 ? info.key : info.key.slice(0, end + delimiter.length);
    entries.set(name, end === -1 ? { name, info } : { name });
  }
  return [...entries.values()];
}

function toXml({ name, info }: Entry): Xml {
  if (info === undefined) return element('CommonPrefixes', [element('Prefix', name)]);
  return element('Contents', [
    element('Key', name),
    element('LastModified', info.lastModified),
    element('ETag', `"${info.etag}"`),
    element('Size', info.size),
    element('StorageClass', 'STANDARD'),
  ]);
}

function readLimit(text: string | null): number {
  if (text === null) return 1000;
  if (!/^\d{1,9}$/.test(text))
    throw new AwsError('InvalidArgument', 'Provided max-keys not an integer or within integer range');
  return Math.min(1000, Number(text));
}

function readToken(token: string): string {
  const name = Buffer.from(token, 'base64url').toString('utf8');
  if (token !== '' && Buffer.from(name).toString('base64url') === token) return name;
  throw new AwsError('InvalidArgument', 'The continuation token provided is incorrect');
}
