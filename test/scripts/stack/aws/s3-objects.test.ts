import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  createObjectMemory,
  openObjectDirectory,
  type ObjectInfo,
  type ObjectStore,
} from '#scripts/stack/aws/s3-objects.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bosun-objects-'));
});
afterEach(() => rm(directory, { recursive: true }));

const bytes = (text: string) => new Uint8Array(Buffer.from(text));

async function write(store: ObjectStore, bucket: string, key: string, text: string): Promise<ObjectInfo> {
  const info: ObjectInfo = {
    bucket,
    key,
    size: text.length,
    etag: 'e',
    sha256: await store.keep(bytes(text)),
    lastModified: '2026-05-01T12:00:00.000Z',
    headers: {},
    metadata: {},
    checksums: {},
  };
  store.put(info);
  return info;
}

describe.each([
  ['in memory', () => createObjectMemory()],
  ['in a directory', () => openObjectDirectory(directory)],
])('objects kept %s', (_, open) => {
  it('are found, read, listed by key, replaced and removed', async () => {
    const store = open();
    await write(store, 'sailjada.com', 'b/../odd', 'odd');
    await write(store, 'sailjada.com', 'a', 'old');
    await write(store, 'queenofsandiego.com', 'a', 'other');
    const info = await write(store, 'sailjada.com', 'a', 'new');
    expect(store.list('sailjada.com').map(({ key }) => key)).toEqual(['a', 'b/../odd']);
    expect(store.find('sailjada.com', 'a')).toEqual(info);
    expect(Buffer.from(await store.read(info)).toString()).toBe('new');
    store.remove('sailjada.com', 'a');
    expect(store.find('sailjada.com', 'a')).toBeUndefined();
    expect(store.find('queenofsandiego.com', 'a')).toBeDefined();
  });
});

describe('objects kept in a directory', () => {
  it('are there for the next process, though a kill cut the last line and left a body behind', async () => {
    const info = await write(openObjectDirectory(directory), 'sailjada.com', 'a', 'text');
    await appendFile(join(directory, 'objects.jsonl'), '["sailjada.com/b",{"bucket":"sail');
    await writeFile(join(directory, 'bodies', 'never-named'), 'half a bo');
    const reopened = openObjectDirectory(directory);
    expect(reopened.list('sailjada.com')).toEqual([info]);
    expect(Buffer.from(await reopened.read(info)).toString()).toBe('text');
    expect(await readdir(join(directory, 'bodies'))).toEqual([info.sha256]);
  });
});
