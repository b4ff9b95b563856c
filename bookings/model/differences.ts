import { canonicalJson } from './canonical.ts';

/** A member of a view that differs; `from` is undefined when it is new, `to` when it is gone. */
export interface Difference {
  readonly path: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** Where two plain values differ, down to their leaves; lists of another length or of objects differ as a whole. */
export function differences(from: unknown, to: unknown, path = ''): Difference[] {
  if (canonicalJson(from) === canonicalJson(to)) return [];
  if (!isRecord(from) || !isRecord(to)) return [{ path, from, to }];
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted();
  return keys.flatMap((key) => differences(from[key], to[key], path === '' ? key : `${path}.${key}`));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
