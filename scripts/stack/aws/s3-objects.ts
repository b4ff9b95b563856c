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

/** What a delete leaves on top of a versioned object. */
interface DeleteMarker {
  readonly versionId: string;
  readonly isMarker: true;
}
type Version = ObjectInfo | DeleteMarker;

/** Where an object has a version id, what a write replaces and a delete hides is kept below it. */
export interface ObjectStore {
  find(bucket: string, key: string): ObjectInfo | undefined;
  /** A version, current or not. */
  findVersion(bucket: string, key: string, versionId: string): ObjectInfo | undefined;
  /** Sorted by key. */
  list(bucket: string): ObjectInfo[];
  read(info: ObjectInfo): Promise<Bytes>;
  /** Keeps a body under its hash; nothing shows it until {@link put} names the hash. */
  keep(body: Bytes): Promise<string>;
  put(info: ObjectInfo): void;
  /** With the id of a marker: hides the object. Without: forgets it. */
  remove(bucket: string, key: string, marker?: string): void;
  /** Forgets one version or marker; when it was the current one, the one below it is current. */
  removeVersion(bucket: string, key: string, versionId: string): void;
}

/** Objects that survive a kill: a body is complete before the line that names it is written. Bodies that no object names are swept on opening. */
export function openObjectDirectory(directory: string): ObjectStore {
  const bodies = join(directory, 'bodies');
  mkdirSync(bodies, { recursive: true });
  const entries = openPersistentMap<ObjectInfo>(join(directory, 'objects.jsonl'));
  const older = openPersistentMap<readonly Version[]>(join(directory, 'older-versions.jsonl'));
  const kept = [...entries.values(), ...[...older.values()].flat()];
  const named = new Set(kept.flatMap((version) => ('isMarker' in version ? [] : version.sha256)));
  for (const file of readdirSync(bodies)) if (!named.has(file)) rmSync(join(bodies, file));
  return createStore(entries, older, {
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
  return createStore(new Map<string, ObjectInfo>(), new Map<string, readonly Version[]>(), {
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

function createStore(
  current: KeptMap<ObjectInfo>,
  older: KeptMap<readonly Version[]>,
  bodies: Bodies,
): ObjectStore {
  const pathOf = (bucket: string, key: string): string => `${bucket}/${key}`;
  /** The newest first. */
  const versionsOf = (path: string): Version[] => {
    const info = current.get(path);
    return [...(info === undefined ? [] : [info]), ...(older.get(path) ?? [])];
  };
  const keepVersions = (path: string, [newest, ...rest]: readonly Version[]): void => {
    const isHidden = newest === undefined || 'isMarker' in newest;
    const below = isHidden && newest !== undefined ? [newest, ...rest] : rest;
    if (below.length > 0) older.set(path, below);
    else older.delete(path);
    if (isHidden) current.delete(path);
    else current.set(path, newest);
  };
  return {
    find: (bucket, key) => current.get(pathOf(bucket, key)),
    findVersion: (bucket, key, versionId) =>
      versionsOf(pathOf(bucket, key)).find(
        (version) => version.versionId === versionId && !('isMarker' in version),
      ) as ObjectInfo | undefined,
    list: (bucket) =>
      [...current.values()].filter((info) => info.bucket === bucket).sort((a, b) => (a.key < b.key ? -1 : 1)),
    read: (info) => bodies.read(info.sha256),
    async keep(body) {
      const hash = createHash('sha256').update(body).digest('hex');
      await bodies.write(hash, body);
      return hash;
    },
    put(info) {
      const path = pathOf(info.bucket, info.key);
      keepVersions(path, info.versionId === undefined ? [info] : [info, ...versionsOf(path)]);
    },
    remove(bucket, key, marker) {
      const path = pathOf(bucket, key);
      if (marker === undefined) keepVersions(path, []);
      else keepVersions(path, [{ versionId: marker, isMarker: true }, ...versionsOf(path)]);
    },
    removeVersion(bucket, key, versionId) {
      const path = pathOf(bucket, key);
      const left = versionsOf(path).filter((version) => version.versionId !== versionId);
      keepVersions(path, left);
    },
  };
}
