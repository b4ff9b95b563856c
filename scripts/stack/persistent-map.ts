import { appendFileSync, mkdirSync, readFileSync, writeFileSync, renameSync } from 'node:fs';
import { dirname } from 'node:path';

/** The part of `Map` that stand-ins keep their state in. Values are JSON. */
export interface KeptMap<V> {
  get(key: string): V | undefined;
  has(key: string): boolean;
  set(key: string, value: V): void;
  delete(key: string): void;
  entries(): IterableIterator<[string, V]>;
  values(): IterableIterator<V>;
  readonly size: number;
}

/**
 * A map that survives the process: one JSON line is appended per change, and the file is compacted
 * when it is opened. A line cut short by a kill is ignored, as its change was never acknowledged.
 */
export function openPersistentMap<V>(file: string): KeptMap<V> {
  const map = replay<V>(file);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, [...map].map((entry) => `${JSON.stringify(entry)}\n`).join(''));
  renameSync(`${file}.new`, file);
  return {
    get: (key) => map.get(key),
    has: (key) => map.has(key),
    set(key, value) {
      appendFileSync(file, `${JSON.stringify([key, value])}\n`);
      map.set(key, structuredClone(value));
    },
    delete(key) {
      if (map.delete(key)) appendFileSync(file, `${JSON.stringify([key])}\n`);
    },
    entries: () => map.entries(),
    values: () => map.values(),
    get size() {
      return map.size;
    },
  };
}

function replay<V>(file: string): Map<string, V> {
  const map = new Map<string, V>();
  for (const line of readLines(file)) {
    let change: [string, V?];
    try {
      change = JSON.parse(line) as [string, V?];
    } catch {
      continue;
    }
    const [key, value] = change;
    if (value === undefined) map.delete(key);
    else map.set(key, value);
  }
  return map;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
