import { createHash, createHmac } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  paginateListObjectsV2,
  PutObjectCommand,
  CreateMultipartUploadCommand,
  type PutObjectCommandInput,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allow, bucket, pipelineKey, region, startS3 } from './start-endpoint.ts';

const site = 'queenofsandiego.com';
const publicSite = 'brochure.example';
const distribution = 'arn:aws:cloudfront::000000000000:distribution/GUESTS';
const edgeOnly = {
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'cloudfront.amazonaws.com' },
      Action: ['s3:GetObject'],
      Resource: [`arn:aws:s3:::${site}/*`],
      Condition: { StringEquals: { 'AWS:SourceArn': distribution } },
    },
  ],
};
const toEverybody = (name: string) => ({
  Statement: { Effect: 'Allow', Principal: '*', Action: 's3:GetObject', Resource: `arn:aws:s3:::${name}/*` },
});
const cors = [
  {
    allowedOrigins: ['https://*.sailjada.com'],
    allowedMethods: ['GET', 'POST'],
    allowedHeaders: ['content-*'],
    exposeHeaders: ['ETag'],
    maxAgeSeconds: 600,
  },
];

let server: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  server = await startS3(
    [
      bucket(site, { policy: edgeOnly, cors }),
      bucket(publicSite, { policy: toEverybody(publicSite), blockPublicAccess: false, versioning: false }),
      bucket('blocked', { policy: toEverybody('blocked') }),
    ],
    [allow(['s3:GetObject', 's3:PutObject'], `arn:aws:s3:::${site}/g/*`)],
  );
});
afterAll(() => server.close());

const put = (Key: string, Body: PutObjectCommandInput['Body'], more: Partial<PutObjectCommandInput> = {}) =>
  server.pipeline.send(new PutObjectCommand({ Bucket: site, Key, Body, ...more }));
const get = (Key: string, more: object = {}) =>
  server.pipeline.send(new GetObjectCommand({ Bucket: site, Key, ...more }));
const text = async (Key: string, more: object = {}): Promise<string> =>
  (await get(Key, more)).Body!.transformToString();
const status = (httpStatusCode: number, name: string) => ({ name, $metadata: { httpStatusCode } });

describe('an object', () => {
  it('is given back as it was put, with its headers, metadata and checksum', async () => {
    const key = "g/odd key (ü) & 'quotes'+.html";
    const written = await put(key, '<p>Ahoy</p>', {
      ContentType: 'text/html; charset=utf-8',
      CacheControl: 'max-age=60',
      ContentDisposition: 'inline',
      Metadata: { spec: 'abc' },
    });
    const read = await get(key);
    expect(await read.Body!.transformToString()).toBe('<p>Ahoy</p>');
    expect(read).toMatchObject({
      ContentType: 'text/html; charset=utf-8',
      CacheControl: 'max-age=60',
      ContentDisposition: 'inline',
      ContentLength: 11,
      Metadata: { spec: 'abc' },
      ETag: `"${createHash('md5').update('<p>Ahoy</p>').digest('hex')}"`,
      VersionId: written.VersionId,
      ChecksumCRC32: written.ChecksumCRC32,
    });
    expect(written.VersionId).toMatch(/^[0-9a-f]{32}$/);
    expect(read.ChecksumCRC32).toBeDefined();
    expect(server.created).toContain(`${site}/${key}`);
    expect(server.s3.objects(site)).toContainEqual(
      expect.objectContaining({ key, size: 11, metadata: { spec: 'abc' } }) as unknown,
    );
  });

  it('may come as a stream, in chunks with a trailing checksum', async () => {
    const body = 'x'.repeat(200_000);
    const chunks = Readable.from([Buffer.from(body.slice(0, 70_000)), Buffer.from(body.slice(70_000))]);
    await put('streamed', chunks, { ContentLength: body.length });
    expect(await text('streamed')).toBe(body);
    const { ContentEncoding, ChecksumCRC32 } = await get('streamed');
    expect(ContentEncoding).toBeUndefined();
    expect(ChecksumCRC32).toMatch(/^.{6}==$/);
  });

  it('may be empty, or larger than what is sent before the server agrees', async () => {
    await put('empty', '', { ContentLength: 0 });
    expect(await text('empty')).toBe('');
    const large = Buffer.alloc(3_000_000, 7);
    await put('large', large);
    expect((await (await get('large')).Body!.transformToByteArray()).length).toBe(3_000_000);
  });

  it('shows its size to HEAD without a body', async () => {
    await put('headed', 'twelve bytes');
    const head = await server.pipeline.send(new HeadObjectCommand({ Bucket: site, Key: 'headed' }));
    expect(head).toMatchObject({ ContentLength: 12, ContentType: 'application/octet-stream' });
    const missing = server.pipeline.send(new HeadObjectCommand({ Bucket: site, Key: 'missing' }));
    await expect(missing).rejects.toMatchObject(status(404, 'NotFound'));
  });

  it('is gone after it was deleted, and deleting it again succeeds', async () => {
    await put('deleted', 'a');
    const remove = () => server.pipeline.send(new DeleteObjectCommand({ Bucket: site, Key: 'deleted' }));
    expect(await remove()).toMatchObject({ DeleteMarker: true });
    await expect(get('deleted')).rejects.toMatchObject(status(404, 'NoSuchKey'));
    expect((await remove()).$metadata.httpStatusCode).toBe(204);
  });

  it('is copied with its metadata, or with other', async () => {
    await put('g/source ü', 'copied', { ContentType: 'text/plain', Metadata: { a: '1' } });
    const copy = (Key: string, more: object = {}) =>
      server.pipeline.send(
        new CopyObjectCommand({
          Bucket: site,
          Key,
          CopySource: `${site}/${encodeURI('g/source ü')}`,
          ...more,
        }),
      );
    await copy('copy');
    expect(await get('copy')).toMatchObject({ ContentType: 'text/plain', Metadata: { a: '1' } });
    await copy('replaced', { MetadataDirective: 'REPLACE', ContentType: 'text/html' });
    expect(await get('replaced')).toMatchObject({ ContentType: 'text/html', Metadata: {} });
    expect(await text('replaced')).toBe('copied');
    await expect(copy('g/source ü')).rejects.toMatchObject(status(400, 'InvalidRequest'));
  });
});

describe('a read', () => {
  it('gives the range asked for', async () => {
    await put('ranged', '0123456789');
    expect(await text('ranged', { Range: 'bytes=2-4' })).toBe('234');
    expect(await text('ranged', { Range: 'bytes=7-' })).toBe('789');
    expect(await text('ranged', { Range: 'bytes=-2' })).toBe('89');
    expect(await get('ranged', { Range: 'bytes=8-99' })).toMatchObject({
      ContentRange: 'bytes 8-9/10',
      ContentLength: 2,
    });
    await expect(get('ranged', { Range: 'bytes=10-' })).rejects.toMatchObject(status(416, 'InvalidRange'));
  });

  it('answers 304 to who has the object, and 412 to who expects another', async () => {
    const { ETag } = await put('cached', 'a');
    await expect(get('cached', { IfNoneMatch: ETag })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 304 },
    });
    const later = { IfModifiedSince: new Date(Date.now() + 1000) };
    await expect(get('cached', later)).rejects.toMatchObject({ $metadata: { httpStatusCode: 304 } });
    expect(await text('cached', { IfNoneMatch: '"other"', ...later })).toBe('a');
    expect(await text('cached', { IfModifiedSince: new Date(0) })).toBe('a');
    await expect(get('cached', { IfMatch: '"other"' })).rejects.toMatchObject(
      status(412, 'PreconditionFailed'),
    );
  });

  it('answers 501 to what is not implemented, naming it', async () => {
    await put('plain', 'a');
    await expect(get('plain', { PartNumber: 1 })).rejects.toThrow('?partNumber');
    await expect(get('plain', { ExpectedBucketOwner: '0' })).rejects.toThrow('x-amz-expected-bucket-owner');
    const acl = server.pipeline.send(new GetObjectAclCommand({ Bucket: site, Key: 'plain' }));
    await expect(acl).rejects.toMatchObject(status(501, 'NotImplemented'));
    const upload = server.pipeline.send(new CreateMultipartUploadCommand({ Bucket: site, Key: 'plain' }));
    await expect(upload).rejects.toMatchObject(status(501, 'NotImplemented'));
  });
});

describe('a write', () => {
  it('with a condition happens only when that holds', async () => {
    const { ETag } = await put('conditional', 'first', { IfNoneMatch: '*' });
    const failed = status(412, 'PreconditionFailed');
    await expect(put('conditional', 'second', { IfNoneMatch: '*' })).rejects.toMatchObject(failed);
    await expect(put('conditional', 'second', { IfMatch: '"other"' })).rejects.toMatchObject(failed);
    await expect(put('absent', 'a', { IfMatch: ETag })).rejects.toMatchObject(status(404, 'NoSuchKey'));
    expect(await text('conditional')).toBe('first');
    await put('conditional', 'second', { IfMatch: ETag });
    expect(await text('conditional')).toBe('second');
  });

  it('of many at once for a fresh key succeeds once', async () => {
    const writes = Array.from({ length: 20 }, (_, n) => put('raced', `writer ${n}`, { IfNoneMatch: '*' }));
    const outcomes = await Promise.allSettled(writes);
    expect(outcomes.filter(({ status: outcome }) => outcome === 'fulfilled')).toHaveLength(1);
  });

  it.each([
    ['CRC32', { ChecksumCRC32: 'AAAAAA==' }, 'BadDigest'],
    ['SHA-256', { ChecksumSHA256: createHash('sha256').update('other').digest('base64') }, 'BadDigest'],
    ['MD5', { ContentMD5: createHash('md5').update('other').digest('base64') }, 'BadDigest'],
    ['MD5 of a wrong length', { ContentMD5: 'AAAA' }, 'InvalidDigest'],
  ])('whose %s is not that of the body is refused', async (_, checksum, name) => {
    await expect(put('corrupt', 'body', checksum)).rejects.toMatchObject(status(400, name));
    await expect(get('corrupt')).rejects.toMatchObject(status(404, 'NoSuchKey'));
  });

  it.each([
    [
      'a hash other than the body has',
      { 'x-amz-content-sha256': 'e'.repeat(64) },
      'body',
      'XAmzContentSHA256Mismatch',
    ],
    ['no hash of the payload', {}, 'body', 'InvalidRequest'],
    [
      'a chunked body whose trailing checksum is another',
      {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-trailer': 'x-amz-checksum-crc32',
        'x-amz-decoded-content-length': '4',
      },
      '4\r\nbody\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
      'BadDigest',
    ],
    [
      'a chunked body that is cut short',
      { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'x-amz-decoded-content-length': '4' },
      '4\r\nbo',
      'IncompleteBody',
    ],
    [
      'a chunked body without the trailer that was declared',
      {
        'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER',
        'x-amz-trailer': 'x-amz-checksum-crc32',
        'x-amz-decoded-content-length': '4',
      },
      '4\r\nbody\r\n0\r\n\r\n',
      'MalformedTrailerError',
    ],
    [
      'chunks that are signed one by one',
      { 'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD' },
      'body',
      'NotImplemented',
    ],
  ])('with %s is refused', async (_, headers, body, code) => {
    const url = `${server.url}/${site}/tampered`;
    const response = await fetch(url, { method: 'PUT', body, headers: signHeaders('PUT', url, headers) });
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
    await expect(get('tampered')).rejects.toMatchObject(status(404, 'NoSuchKey'));
  });

  it.each([
    ['an ACL', { ACL: 'public-read' }, 400, 'AccessControlListNotSupported'],
    ['a key of its own', { ServerSideEncryption: 'aws:kms' }, 501, 'NotImplemented'],
    ['tags', { Tagging: 'a=b' }, 501, 'NotImplemented'],
  ] as const)('with %s is refused', async (_, more, code, name) => {
    await expect(put('special', 'a', more)).rejects.toMatchObject(status(code, name));
  });

  it('to a bucket or under a key that cannot be is refused', async () => {
    const elsewhere = put('a', 'a', { Bucket: 'nowhere' });
    await expect(elsewhere).rejects.toMatchObject(status(404, 'NoSuchBucket'));
    await expect(put('k'.repeat(1025), 'a')).rejects.toMatchObject(status(400, 'KeyTooLongError'));
  });
});

describe('a list', () => {
  const list = (more: object) =>
    server.pipeline.send(new ListObjectsV2Command({ Bucket: publicSite, ...more }));

  beforeAll(async () => {
    for (const key of ['a', 'b&<c>', 'p/1', 'p/2', 'p/q/3', 'z']) await put(key, key, { Bucket: publicSite });
  });

  it('is sorted, and limited to a prefix', async () => {
    const keys = (await list({})).Contents!.map(({ Key }) => Key);
    expect(keys).toEqual(['a', 'b&<c>', 'p/1', 'p/2', 'p/q/3', 'z']);
    expect(await list({ Prefix: 'p/' })).toMatchObject({ KeyCount: 3, IsTruncated: false });
    expect((await list({ Prefix: 'a' })).Contents![0]).toMatchObject({ Size: 1, StorageClass: 'STANDARD' });
  });

  it('folds keys at a delimiter', async () => {
    expect(await list({ Delimiter: '/' })).toMatchObject({ KeyCount: 4, CommonPrefixes: [{ Prefix: 'p/' }] });
    expect(await list({ Delimiter: '/', Prefix: 'p/' })).toMatchObject({
      CommonPrefixes: [{ Prefix: 'p/q/' }],
    });
  });

  it.each([
    [undefined, ['a', 'b&<c>', 'p/1', 'p/2', 'p/q/3', 'z']],
    ['/', ['a', 'b&<c>', 'p/', 'z']],
  ])('continues page by page (delimiter %s)', async (Delimiter, expected) => {
    const found: (string | undefined)[] = [];
    const pages = paginateListObjectsV2(
      { client: server.pipeline, pageSize: 1 },
      { Bucket: publicSite, Delimiter },
    );
    for await (const { Contents = [], CommonPrefixes = [] } of pages) {
      found.push(...Contents.map(({ Key }) => Key), ...CommonPrefixes.map(({ Prefix }) => Prefix));
    }
    expect(found).toEqual(expected);
  });

  it('is refused with a token of no list, a bad limit, or an option not implemented', async () => {
    await expect(list({ ContinuationToken: '!' })).rejects.toMatchObject(status(400, 'InvalidArgument'));
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject(status(400, 'InvalidArgument'));
    await expect(list({ EncodingType: 'url' })).rejects.toMatchObject(status(501, 'NotImplemented'));
  });
});

describe('a role', () => {
  const reads = (Key: string) => server.reader.send(new GetObjectCommand({ Bucket: site, Key }));

  it('reads and writes what its policy allows and nothing else', async () => {
    await server.reader.send(new PutObjectCommand({ Bucket: site, Key: 'g/mine', Body: 'a' }));
    expect(await (await reads('g/mine')).Body!.transformToString()).toBe('a');
    await put('private', 'secret');
    await expect(reads('private')).rejects.toMatchObject(status(403, 'AccessDenied'));
    const remove = server.reader.send(new DeleteObjectCommand({ Bucket: site, Key: 'g/mine' }));
    await expect(remove).rejects.toMatchObject(status(403, 'AccessDenied'));
    expect(server.calls.at(-1)).toEqual({
      principal: 'reader',
      action: 's3:DeleteObject',
      resource: `arn:aws:s3:::${site}/g/mine`,
    });
    const listing = server.reader.send(new ListObjectsV2Command({ Bucket: site }));
    await expect(listing).rejects.toMatchObject(status(403, 'AccessDenied'));
  });

  it('may not copy what it may not read', async () => {
    await put('private', 'secret');
    const copy = new CopyObjectCommand({ Bucket: site, Key: 'g/copy', CopySource: `${site}/private` });
    await expect(server.reader.send(copy)).rejects.toMatchObject(status(403, 'AccessDenied'));
  });

  it('learns that a key is missing only if it may list the bucket', async () => {
    await expect(reads('g/missing')).rejects.toMatchObject(status(403, 'AccessDenied'));
    await expect(get('g/missing')).rejects.toMatchObject(status(404, 'NoSuchKey'));
  });
});

describe('who is no role', () => {
  const edge = { accessKeyId: 'AKIAEDGE', secretAccessKey: 'edge-secret' };
  const readAs = (client: typeof server.pipeline, Key: string, Bucket = site) =>
    client.send(new GetObjectCommand({ Bucket, Key }));

  it('may read as CloudFront what the policy of the bucket opens to the distribution', async () => {
    await put('g/page', 'page');
    const client = server.client(edge);
    expect(await (await readAs(client, 'g/page')).Body!.transformToString()).toBe('page');
    await expect(readAs(client, 'g/missing')).rejects.toMatchObject(status(403, 'AccessDenied'));
    await expect(readAs(client, 'a', 'blocked')).rejects.toMatchObject(status(403, 'AccessDenied'));
    const write = client.send(new PutObjectCommand({ Bucket: site, Key: 'g/page', Body: 'b' }));
    await expect(write).rejects.toMatchObject(status(403, 'AccessDenied'));
  });

  it('may not read as another distribution', async () => {
    const { fetch: answer } = server.s3;
    const other = { principal: 'cloudfront', sourceArn: `${distribution}2`, authorize: () => undefined };
    const response = await answer(new Request(`${server.url}/${site}/g/page`), other);
    expect(response.status).toBe(403);
  });

  it('reads anonymously only what is public and not blocked', async () => {
    await put('a', 'blocked', { Bucket: 'blocked' });
    const read = async (path: string) => (await fetch(`${server.url}/${path}`)).status;
    expect(await read(`${publicSite}/a`)).toBe(200);
    expect(await read('blocked/a')).toBe(403);
    expect(await read(`${site}/g/page`)).toBe(403);
    const write = await fetch(`${server.url}/${publicSite}/a`, { method: 'PUT', body: 'defaced' });
    expect(write.status).toBe(403);
  });

  it('finds a bucket by its host name too', async () => {
    const { port } = new URL(server.url);
    const answer = await new Promise<number | undefined>((resolve) => {
      const headers = { host: `${publicSite}.s3.us-east-1.amazonaws.com` };
      httpRequest({ host: '127.0.0.1', port, path: '/a', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
    expect(answer).toBe(200);
  });
});

describe('a presigned URL', () => {
  const url = (path: string) => `${server.url}/${site}/${path}`;

  it('reads, with the headers it asks for, and writes', async () => {
    const metadata = { 'x-amz-meta-a': '1', 'x-amz-meta-a-b': '2' };
    const target = presign('PUT', url('g/presigned'), { extra: metadata });
    const written = await fetch(target, { method: 'PUT', body: 'signed' });
    expect(written.status).toBe(200);
    expect(await get('g/presigned')).toMatchObject({ Metadata: { a: '1', 'a-b': '2' } });
    const extra = { 'response-content-disposition': 'attachment; filename="a b.jpg"' };
    const read = await fetch(presign('GET', url('g/presigned'), { extra }));
    expect(await read.text()).toBe('signed');
    expect(read.headers.get('content-disposition')).toBe('attachment; filename="a b.jpg"');
  });

  it('is refused when it is over, tampered with, or used for another method', async () => {
    const valid = presign('GET', url('g/presigned'));
    const code = async (target: string, init: RequestInit = {}) =>
      /<Code>(.*)<\/Code>/.exec(await (await fetch(target, init)).text())?.[1];
    const signedAt = new Date(Date.now() - 61_000);
    expect(await code(presign('GET', url('g/presigned'), { signedAt, expires: 60 }))).toBe('AccessDenied');
    expect(await code(valid.replace('presigned', 'other'))).toBe('SignatureDoesNotMatch');
    expect(await code(valid.replace('Expires=600', 'Expires=6000'))).toBe('SignatureDoesNotMatch');
    expect(await code(`${valid}&response-content-type=text/html`)).toBe('SignatureDoesNotMatch');
    expect(await code(valid, { method: 'DELETE' })).toBe('SignatureDoesNotMatch');
    expect(await code(valid, { headers: { 'x-amz-meta-a': 'b' } })).toBe('AccessDenied');
  });

  it('does not carry a checksum past the body', async () => {
    const target = presign('PUT', url('g/checked'), { extra: { 'x-amz-checksum-crc32': 'AAAAAA==' } });
    const response = await fetch(target, { method: 'PUT', body: 'not empty' });
    expect(await response.text()).toContain('<Code>BadDigest</Code>');
  });
});

describe('CORS', () => {
  const origin = 'https://crew.sailjada.com';
  const preflight = (headers: Record<string, string>, name = site) =>
    fetch(`${server.url}/${name}`, { method: 'OPTIONS', headers });

  it('lets a page of a named origin ask what the rule allows', async () => {
    const response = await preflight({
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'Content-Type',
    });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '600',
    });
  });

  it.each([
    ['another origin', { origin: 'https://evil.test', 'access-control-request-method': 'POST' }],
    ['another method', { origin, 'access-control-request-method': 'DELETE' }],
    [
      'another header',
      { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    ],
  ])('refuses %s', async (_, headers) => {
    const response = await preflight(headers);
    expect(response.status).toBe(403);
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
  });

  it('is off for a bucket without rules', async () => {
    const response = await preflight({ origin, 'access-control-request-method': 'GET' }, publicSite);
    expect(response.status).toBe(403);
  });

  it('lets the page read answers, errors too', async () => {
    const response = await fetch(`${server.url}/${site}/private`, { headers: { origin } });
    expect(response.status).toBe(403);
    expect(response.headers.get('access-control-allow-origin')).toBe(origin);
    expect(response.headers.get('access-control-expose-headers')).toBe('ETag');
    const foreign = await fetch(`${server.url}/${site}/private`, {
      headers: { origin: 'https://evil.test' },
    });
    expect(foreign.headers.has('access-control-allow-origin')).toBe(false);
  });
});

it('does not start with a bucket policy that it cannot judge', async () => {
  const policy = { Statement: { ...toEverybody('a').Statement, NotAction: 's3:*' } };
  await expect(startS3([bucket('a', { policy })])).rejects.toThrow('NotAction');
});

const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex');
const encode = (value: string): string => encodeURIComponent(value).replace(/[!'()*]/g, escape);

function signature(secret: string, time: string, canonical: string): string {
  const scope = [time.slice(0, 8), region, 's3', 'aws4_request'];
  const key = scope.reduce<Buffer>(
    (parent, part) => createHmac('sha256', parent).update(part).digest(),
    Buffer.from(`AWS4${secret}`),
  );
  const toSign = ['AWS4-HMAC-SHA256', time, scope.join('/'), sha256(canonical)].join('\n');
  return createHmac('sha256', key).update(toSign).digest('hex');
}

const basicTime = (date: Date): string => date.toISOString().replace(/[-:]|\.\d+/g, '');

interface Presign {
  readonly expires?: number;
  readonly signedAt?: Date;
  readonly extra?: Record<string, string>;
}

function presign(
  method: string,
  target: string,
  { expires = 600, signedAt = new Date(), extra = {} }: Presign = {},
) {
  const url = new URL(target);
  const time = basicTime(signedAt);
  const parameters = {
    ...extra,
    'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
    'X-Amz-Credential': `${pipelineKey.accessKeyId}/${time.slice(0, 8)}/${region}/s3/aws4_request`,
    'X-Amz-Date': time,
    'X-Amz-Expires': String(expires),
    'X-Amz-SignedHeaders': 'host',
  };
  const query = Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
  const canonical = [method, url.pathname, query, `host:${url.host}\n`, 'host', 'UNSIGNED-PAYLOAD'].join(
    '\n',
  );
  return `${target}?${query}&X-Amz-Signature=${signature(pipelineKey.secretAccessKey, time, canonical)}`;
}

function signHeaders(method: string, target: string, extra: Record<string, string>): Record<string, string> {
  const url = new URL(target);
  const time = basicTime(new Date());
  const headers: Record<string, string> = { ...extra, 'x-amz-date': time };
  const signed = { ...headers, host: url.host };
  const names = Object.keys(signed).sort();
  const lines = names.map((name) => `${name}:${signed[name as keyof typeof signed]}\n`).join('');
  const payload = headers['x-amz-content-sha256'] ?? '';
  const canonical = [method, url.pathname, '', lines, names.join(';'), payload].join('\n');
  const credential = `${pipelineKey.accessKeyId}/${time.slice(0, 8)}/${region}/s3/aws4_request`;
  const proof = signature(pipelineKey.secretAccessKey, time, canonical);
  return {
    ...headers,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${proof}`,
  };
}
