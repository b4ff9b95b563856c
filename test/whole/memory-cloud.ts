import { hash } from 'node:crypto';
import {
  GetInvalidationCommand,
  type CloudFrontClient,
  type CreateInvalidationCommand,
} from '@aws-sdk/client-cloudfront';
import { HeadObjectCommand, PutObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import type { HttpFetch } from '#functions/adapters/http-client.ts';
import type { Machine } from './machine.ts';

export interface StoredObject {
  readonly body: string;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly etag: string;
}

export interface Cloud {
  /** By `<bucket>/<key>`. */
  readonly objects: Map<string, StoredObject>;
  /** What the edge serves until it is told to forget: by path, null for a 404. */
  readonly cache: Map<string, string | null>;
}

export const GUEST_BUCKET = 'guest';

/** S3, CloudFront and the guest site's public address, as the pages adapter asks them. */
export function createMemoryCloud({ objects, cache }: Cloud, { call }: Machine) {
  const REPEATS = 2;
  return {
    s3: {
      send(command: HeadObjectCommand | PutObjectCommand) {
        const { Bucket, Key } = command.input;
        const name = `${Bucket}/${Key}`;
        if (command instanceof HeadObjectCommand)
          return call(`S3 head ${name}`, () => head(name, objects), REPEATS);
        if (command instanceof PutObjectCommand)
          return call(`S3 put ${name}`, () => put(name, command.input, objects), REPEATS);
        throw new Error('the memory cloud does not know this command');
      },
    } as unknown as S3Client,
    cloudFront: {
      send(command: CreateInvalidationCommand | GetInvalidationCommand) {
        if (command instanceof GetInvalidationCommand)
          return call(
            'CloudFront get invalidation',
            () => ({ Invalidation: { Status: 'Completed' } }),
            REPEATS,
          );
        const { Items = [] } = command.input.InvalidationBatch!.Paths!;
        const forget = () => {
          for (const path of command.input.DistributionId === GUEST_BUCKET ? Items : []) cache.delete(path);
          return { Invalidation: { Id: 'I1', Status: 'InProgress' } };
        };
        return call('CloudFront invalidate', forget, REPEATS);
      },
    } as unknown as CloudFrontClient,
    fetch: ((url: string) => {
      const { pathname } = new URL(url);
      return call(`GET ${pathname}`, () => serve(pathname, objects, cache));
    }) satisfies HttpFetch,
  };
}

function head(name: string, objects: Cloud['objects']) {
  const stored = objects.get(name);
  if (stored === undefined) throw refusal('NotFound', 404);
  const { etag, metadata, contentType, cacheControl } = stored;
  return { ETag: etag, Metadata: metadata, ContentType: contentType, CacheControl: cacheControl };
}

function put(name: string, input: PutObjectCommand['input'], objects: Cloud['objects']) {
  const stored = objects.get(name);
  if (input.IfNoneMatch === '*' && stored !== undefined) throw refusal('PreconditionFailed', 412);
  if (input.IfMatch !== undefined && stored === undefined) throw refusal('NoSuchKey', 404);
  if (input.IfMatch !== undefined && stored?.etag !== input.IfMatch) throw refusal('PreconditionFailed', 412);
  const body = String(input.Body);
  // As S3 makes it: the same bytes, put again, have the same.
  const etag = `"${hash('md5', body)}"`;
  objects.set(name, {
    body,
    contentType: input.ContentType ?? '',
    cacheControl: input.CacheControl ?? '',
    metadata: { ...input.Metadata },
    etag,
  });
  return { ETag: etag };
}

/** The edge keeps what it has served, a 404 too, until it is told to forget it. */
function serve(path: string, objects: Cloud['objects'], cache: Cloud['cache']): Response {
  if (!cache.has(path)) cache.set(path, objects.get(`${GUEST_BUCKET}/${toKey(path)}`)?.body ?? null);
  const body = cache.get(path)!;
  return body === null ? new Response('', { status: 404 }) : new Response(body);
}

/** `/g/x` → `g/x.html`, `/g/x/es` → `g/x.es.html`. */
const toKey = (path: string): string =>
  path
    .slice(1)
    .replace(/^(g\/[a-z0-9]+)\/([a-z]{2})$/, '$1.$2.html')
    .replace(/^(g\/[a-z0-9]+)$/, '$1.html');

const refusal = (name: string, httpStatusCode: number): S3ServiceException =>
  new S3ServiceException({ name, $fault: 'client', $metadata: { httpStatusCode }, message: name });
