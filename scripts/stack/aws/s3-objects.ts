import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPersistentMap, type KeptMap } from '../persistent-map.ts';
import type { Bytes } from './aws-chunked.ts';

/** All that is kept of an object but its body. */
export interface ObjectInfo {
  readonly bucket: string;
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  /** MD5 in hex, without quotes. */
  readonly etag: string;
  /** SHA-256 in hex, by which the body is found. */
  readonly sha256: string;
  /** ISO instant. */
  readonly lastModified: string;
  /** In a versioned bucket. */
  readonly versionId?: string;
  /** `content-type`, `cache-control`, … */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-amz-meta-*` without the prefix. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Base64 by algorithm, as far as the writer sent them: `crc32`, `sha256`, … */
  readonly checksums: Readonly<Record<string, string>>;
}

export interface ObjectStore {
  find(bucket: string, key: string): ObjectInfo | undefined;
  /** Sorted by key. */
  list(bucket: string): ObjectInfo[];
  read(info: ObjectInfo): Promise<Bytes>;
  /** Keeps a body under its hash; nothing shows it until {@link put} names the hash. */
  keep(body: Bytes): Promise<string>;
  put(info: ObjectInfo): void;
  remove(bucket: string, key: string): void;
}

/** Objects that survive a kill: a body is complete before the line that names it is written. Bodies that no object names are swept on opening. */
export function openObjectDirectory(directory: string): ObjectStore {
  const bodies = join(directory, 'bodies');
  mkdirSync(bodies, { recursive: true });
  const entries = openPersistentMap<ObjectInfo>(join(directory, 'objects.jsonl'));
  const named = new Set([...entries.values()].map((info) => info.sha256));
  for (const file of readdirSync(bodies)) if (!named.has(file)) rmSync(join(bodies, file));
  return createStore(entries, {
    read: async (hash) => new Uint8Array(await readFile(join(bodies, hash))),
    async write(hash, body) {
      const file = join(bodies, hash);
      if (existsSync(file)) return;
      const unfinished = `${file}.${randomUUID()}`;
      await writeFile(unfinished, body);
      await rename(unfinished, file);
    },
  });
}

export function createObjectMemory(): ObjectStore {
  const bodies = new Map<string, Bytes>();
  return createStore(new Map<string, ObjectInfo>(), {
    read: async (hash) => bodies.get(hash)!,
    async write(hash, body) {
      bodies.set(hash, body);
    },
  });
}

interface Bodies {
  read(hash: string): Promise<Bytes>;
  write(hash: string, body: Bytes): Promise<void>;
}

function createStore(entries: KeptMap<ObjectInfo>, bodies: Bodies): ObjectStore {
  const pathOf = (bucket: string, key: string): string => `${bucket}/${key}`;
  return {
    find: (bucket, key) => entries.get(pathOf(bucket, key)),
    list: (bucket) =>
      [...entries.values()].filter((info) => info.bucket === bucket).sort((a, b) => (a.key < b.key ? -1 : 1)),
    read: (info) => bodies.read(info.sha256),
    async keep(body) {
      const hash = createHash('sha256').update(body).digest('hex');
      await bodies.write(hash, body);
      return hash;
    },
    put: (info) => entries.set(pathOf(info.bucket, info.key), info),
    remove: (bucket, key) => entries.delete(pathOf(bucket, key)),
  };
}
