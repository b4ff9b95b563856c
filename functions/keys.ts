import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * Whether a secret value has one of these hex sha-256 hashes. Every hash is compared, in constant time, so that
 * neither the value nor which of two keys (during a rotation) it is can be read from the answer's timing.
 */
export function matchesHash(value: string | undefined, hashes: readonly string[]): boolean {
  const digest = createHash('sha256')
    .update(value ?? '')
    .digest();
  const matches = hashes.filter((hash) => isEqual(digest, Buffer.from(hash, 'hex')));
  return value !== undefined && value !== '' && matches.length > 0;
}

/** The key that a request carries in a named header, else as `Authorization: Bearer …`. */
export function keyFrom(request: Request, headerName: string): string | undefined {
  const bearer = /^Bearer +(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  return request.headers.get(headerName) ?? bearer;
}

/** Compares two byte strings in a time that depends on their length alone. */
export const isEqual = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other);
