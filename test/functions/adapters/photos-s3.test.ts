import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createPhotosClient, createPhotoSigner, type UploadForm } from '#functions/adapters/photos-s3.ts';
import { stackConfig } from '#infra/config.ts';
import {
  BUCKET,
  CREW_ORIGIN,
  startPhotos,
  submit,
  type LocalPhotos,
} from '../photo-arrivals/local-photos.ts';
import { PICTURES } from '../photo-arrivals/pictures.ts';

let world: LocalPhotos;
beforeAll(async () => {
  world = await startPhotos();
});
afterAll(() => world.close());
afterEach(() => void vi.useRealTimers());

const key = 'photo/nobody/john/0b9c6a52-6c0e-4f0e-9d3c-7a1f5b2e8d44/original';
const sign = (more: Partial<{ key: string; type: string; maxSize: number }> = {}) =>
  world.signer.signUpload({ key, type: 'image/jpeg', maxSize: 100, ...more });
const jpeg = PICTURES.jpeg;
const put = (Key: string, Body: string, ContentType = 'text/html') =>
  world.server.pipeline.send(
    new PutObjectCommand({ Bucket: BUCKET, Key, Body: Buffer.from(Body), ContentType }),
  );

const policyOf = ({ fields }: UploadForm) =>
  JSON.parse(Buffer.from(fields['Policy']!, 'base64').toString()) as {
    expiration: string;
    conditions: unknown[];
  };

describe('a form for one upload', () => {
  it('stores exactly what it was signed for, readable by the page that sends it', async () => {
    const sent = await submit(await sign(), jpeg, { origin: CREW_ORIGIN });
    expect(sent.status).toBe(204);
    expect(sent.headers.get('access-control-allow-origin')).toBe(CREW_ORIGIN);
    expect(sent.headers.get('access-control-expose-headers')).toBe('ETag');
    expect(world.stored(key)).toMatchObject({ size: jpeg.length, headers: { 'content-type': 'image/jpeg' } });
  });

  it('names key, type, size and nothing else, and lives for 15 minutes', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2027-05-30T16:00:00Z') });
    const { expiration, conditions } = policyOf(await sign());
    expect(expiration).toBe('2027-05-30T16:15:00Z');
    expect(conditions).toEqual([
      ['eq', '$Content-Type', 'image/jpeg'],
      ['content-length-range', 1, 100],
      { 'Content-Type': 'image/jpeg' },
      { bucket: BUCKET },
      { 'X-Amz-Algorithm': 'AWS4-HMAC-SHA256' },
      { 'X-Amz-Credential': expect.stringContaining('/20270530/us-east-1/s3/') },
      { 'X-Amz-Date': '20270530T160000Z' },
      { key },
    ]);
  });

  it.each<[string, string, Record<string, string>, Uint8Array]>([
    ['under another key', 'AccessDenied', { key: key.replace('john', 'mia') }, jpeg],
    ['under a key of its own choice', 'AccessDenied', { key: `${key}/\${filename}` }, jpeg],
    ['as another type', 'AccessDenied', { 'Content-Type': 'text/html' }, jpeg],
    ['with metadata', 'AccessDenied', { 'x-amz-meta-member': 'mia' }, jpeg],
    ['with a header that pages would believe', 'AccessDenied', { 'content-disposition': 'attachment' }, jpeg],
    ['for everybody to read', 'AccessDenied', { acl: 'public-read' }, jpeg],
    ['that is too large', 'EntityTooLarge', {}, Buffer.alloc(101)],
    ['that is empty', 'EntityTooSmall', {}, Buffer.alloc(0)],
    [
      'under a policy that somebody widened',
      'SignatureDoesNotMatch',
      { Policy: Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}').toString('base64') },
      jpeg,
    ],
    ['under another signature', 'SignatureDoesNotMatch', { 'X-Amz-Signature': 'f'.repeat(64) }, jpeg],
  ])('takes nothing %s', async (_, code, fields, bytes) => {
    const before = world.server.created.length;
    const outcome = await submit(await sign(), bytes, { fields, origin: CREW_ORIGIN });
    expect(outcome.code).toBe(code);
    expect(outcome.headers.get('access-control-allow-origin')).toBe(CREW_ORIGIN);
    expect(world.server.created).toHaveLength(before);
  });

  it('takes nothing after 15 minutes', async () => {
    const form = await sign();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 15 * 60_000 + 1000 });
    expect(await submit(form, jpeg)).toMatchObject({ status: 403, code: 'AccessDenied' });
  });

  it('does not let pages of others know what became of it', async () => {
    const { headers } = await submit(await sign(), jpeg, { origin: 'https://evil.example.test' });
    expect(headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('the address of a picture', () => {
  it('shows it as the type that is named, in the page, whatever was stored', async () => {
    await put(key, '<script>alert(1)</script>');
    const answer = await fetch(await world.signer.signRead(key, 'image/png'));
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('image/png');
    expect(answer.headers.get('content-disposition')).toBe('inline');
    expect(answer.headers.get('cache-control')).toBe('private, max-age=240');
  });

  it('is good for 5 minutes', async () => {
    await put(key, 'a');
    const url = await world.signer.signRead(key, 'image/png');
    expect(new URL(url).searchParams.get('X-Amz-Expires')).toBe('300');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 301_000 });
    expect((await fetch(url)).status).toBe(403);
  });

  it('is of no other object, type or method', async () => {
    await put(key, 'a');
    const other = key.replace('john', 'mia');
    await put(other, 'a');
    const url = await world.signer.signRead(key, 'image/png');
    const code = async (changed: string, init: RequestInit = {}) =>
      /<Code>(.*)<\/Code>/.exec(await (await fetch(changed, init)).text())?.[1];
    expect(await code(url.replace('john', 'mia'))).toBe('SignatureDoesNotMatch');
    expect(await code(url.replace('image%2Fpng', 'text%2Fhtml'))).toBe('SignatureDoesNotMatch');
    expect(await code(url, { method: 'DELETE' })).toBe('SignatureDoesNotMatch');
    expect((await fetch(url)).status).toBe(200);
  });

  it('is at the origin that the pages may reach, in every stack that is deployed', async () => {
    const given = { originSecrets: [], deployment: { commit: '', time: '' } };
    for (const { buckets, photosOrigin, region } of [stackConfig('dev', given), stackConfig('prod', given)]) {
      const client = createPhotosClient({
        region,
        credentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'of the role' },
      });
      const signer = createPhotoSigner(client, { bucket: buckets.photos });
      const { url, fields } = await signer.signUpload({ key, type: 'image/jpeg', maxSize: 1 });
      const read = new URL(await signer.signRead(key, 'image/jpeg'));
      expect([new URL(url).origin, read.origin]).toEqual([photosOrigin, photosOrigin]);
      expect(fields['X-Amz-Security-Token']).toBe('of the role');
      expect(read.searchParams.get('X-Amz-Security-Token')).toBe('of the role');
      // A browser would have to send what a checksum asks for.
      expect([...read.searchParams.keys()].filter((name) => /checksum/i.test(name))).toEqual([]);
    }
  });
});

describe('what arrived', () => {
  it('is looked at by its first bytes, and its own version', async () => {
    const { VersionId: first } = await put(key, 'the first one', 'image/png');
    await put(key, 'the second one', 'image/jpeg');
    const text = async (versionId?: string) => {
      const found = await world.bucket.peek({ key, versionId }, 9);
      return [Buffer.from(found?.bytes ?? []).toString(), found?.type];
    };
    expect(await text(first)).toEqual(['the first', 'image/png']);
    expect(await world.bucket.peek({ key: `${key}/none`, versionId: 'x' }, 9)).toBeUndefined();
  });

  it('may be shorter than what is looked at, or empty', async () => {
    const { VersionId: short } = await put(key, 'ab');
    const { VersionId: empty } = await put(key, '');
    expect((await world.bucket.peek({ key, versionId: short }, 32))?.bytes).toHaveLength(2);
    expect((await world.bucket.peek({ key, versionId: empty }, 32))?.bytes).toHaveLength(0);
  });

  it('is removed for good, once and again, and what was there before is back', async () => {
    const { VersionId: good } = await put(key, 'good');
    const { VersionId: bad } = await put(key, 'bad');
    await world.bucket.remove({ key, versionId: bad });
    await world.bucket.remove({ key, versionId: bad });
    expect(world.stored(key)?.versionId).toBe(good);
    expect(await world.bucket.peek({ key, versionId: bad }, 9)).toBeUndefined();
  });
});
