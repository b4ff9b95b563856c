import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openObjectDirectory } from '#scripts/stack/aws/s3-objects.ts';
import { allow, bucket, startS3 } from './start-endpoint.ts';

const photos = 'jada-photos';
const plain = 'plain';

let server: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  const objects = `arn:aws:s3:::${photos}/*`;
  server = await startS3(
    [bucket(photos), bucket(plain, { versioning: false })],
    [allow(['s3:GetObject', 's3:PutObject', 's3:DeleteObject'], objects)],
  );
});
afterAll(() => server.close());

const put = async (Key: string, Body: string, Bucket = photos) =>
  (await server.pipeline.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
const read = async (Key: string, VersionId?: string, Bucket = photos) =>
  (await server.pipeline.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body!.transformToString();
const remove = (Key: string, VersionId?: string, Bucket = photos) =>
  server.pipeline.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
const refused = (httpStatusCode: number, name: string) => ({ name, $metadata: { httpStatusCode } });

describe('a version', () => {
  it('stays readable below what replaced it', async () => {
    const first = await put('a', 'first');
    const second = await put('a', 'second');
    expect(await read('a')).toBe('second');
    expect(await read('a', first)).toBe('first');
    expect(await read('a', second)).toBe('second');
  });

  it('is gone for good when it is deleted by name, and the one below it is current again', async () => {
    const first = await put('b', 'first');
    const second = await put('b', 'second');
    expect(await remove('b', second)).toMatchObject({ VersionId: second });
    expect(await read('b')).toBe('first');
    await expect(read('b', second)).rejects.toMatchObject(refused(404, 'NoSuchVersion'));
    await remove('b', second);
    await remove('b', first);
    await expect(read('b')).rejects.toMatchObject(refused(404, 'NoSuchKey'));
    expect(server.s3.objects(photos).map(({ key }) => key)).not.toContain('b');
  });

  it('is only hidden by a delete without a name, until the marker is deleted', async () => {
    const first = await put('c', 'first');
    const { VersionId: marker, DeleteMarker } = await remove('c');
    expect(DeleteMarker).toBe(true);
    await expect(read('c')).rejects.toMatchObject(refused(404, 'NoSuchKey'));
    await expect(read('c', marker)).rejects.toMatchObject(refused(404, 'NoSuchVersion'));
    expect(await read('c', first)).toBe('first');
    await remove('c', marker);
    expect(await read('c')).toBe('first');
  });

  it('below the current one can go without a trace', async () => {
    const first = await put('d', 'first');
    await put('d', 'second');
    await remove('d', first);
    expect(await read('d')).toBe('second');
    await expect(read('d', first)).rejects.toMatchObject(refused(404, 'NoSuchVersion'));
  });

  it('does not exist in a bucket without versions', async () => {
    expect(await put('a', 'first', plain)).toBeUndefined();
    await put('a', 'second', plain);
    expect(await remove('a', undefined, plain)).not.toHaveProperty('DeleteMarker');
    await expect(read('a', undefined, plain)).rejects.toMatchObject(refused(404, 'NoSuchKey'));
  });

  it('needs rights of its own to be read or deleted', async () => {
    const VersionId = await put('e', 'first');
    const own = { Bucket: photos, Key: 'e', VersionId };
    await expect(server.reader.send(new GetObjectCommand(own))).rejects.toMatchObject(
      refused(403, 'AccessDenied'),
    );
    await expect(server.reader.send(new DeleteObjectCommand(own))).rejects.toMatchObject(
      refused(403, 'AccessDenied'),
    );
    expect(server.calls.slice(-2).map(({ action }) => action)).toEqual([
      's3:GetObjectVersion',
      's3:DeleteObjectVersion',
    ]);
  });

  it('outlives the process, with its body', async () => {
    const directory = await mkdtemp(join(tmpdir(), 's3-versions-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const objects = openObjectDirectory(directory);
    for (const [versionId, text] of Object.entries({ one: 'first', two: 'second' }))
      objects.put({
        bucket: photos,
        key: 'a',
        size: text.length,
        etag: '',
        sha256: await objects.keep(new TextEncoder().encode(text)),
        lastModified: '2027-05-01T12:00:00Z',
        versionId,
        headers: {},
        metadata: {},
        checksums: {},
      });
    const again = openObjectDirectory(directory);
    expect(again.find(photos, 'a')?.versionId).toBe('two');
    const first = again.findVersion(photos, 'a', 'one')!;
    expect(Buffer.from(await again.read(first)).toString()).toBe('first');
  });
});
