import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether one of these secret values has one of these hex sha-256 hashes. All are compared with all, in constant
 * time, so that neither a value nor which of two keys (during a rotation) fits can be read from the answer's timing.
 */
export function matchesHash(values: readonly string[], hashes: readonly string[]): boolean {
  const known = hashes.map((hash) => Buffer.from(hash, 'hex'));
  const digests = values.filter((value) => value !== '').map(sha256);
  return digests.flatMap((digest) => known.filter((hash) => isEqual(digest, hash))).length > 0;
}

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * The keys that a request carries, in a header of their own and as `Authorization: Bearer …`. Either may be the one
 * that fits: a client may be able to set only one of them, and a proxy may set the other.
 */
export function keysFrom(
  read: (headerName: string) => string | null | undefined,
  headerName: string,
): string[] {
  const bearer = /^Bearer +(\S+) *$/i.exec(read('authorization') ?? '')?.[1];
  return [read(headerName), bearer].filter((key) => typeof key === 'string').filter((key) => key !== '');
}

/** Compares two byte strings in a time that depends on their length alone. */
export const isEqual = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other);
