import { sha256 } from '../model/canonical.ts';
import type { Manifest } from './ledger.ts';
import type { SharedFile, SiteObject } from './ports.ts';

/** The same bytes under two keys are hashed once. */
export function manifestOf(objects: readonly SiteObject[]): Manifest {
  const bodies = new Set(objects.map(({ body }) => body));
  const hashes = new Map([...bodies].map((body) => [body, sha256(body)]));
  return Object.fromEntries(objects.map(({ key, body }) => [key, hashes.get(body)!]));
}

/** `guest/404.html`: the two sites may have files of the same name. */
export const sharedKeyOf = ({ site, key }: SharedFile): string => `${site}/${key}`;

/** The same without some of its objects. */
export const withoutKeys = (manifest: Manifest, keys: readonly string[]): Manifest =>
  Object.fromEntries(Object.entries(manifest).filter(([key]) => !keys.includes(key)));
