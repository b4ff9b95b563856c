import { AwsError } from '../stand-in.ts';
import type { CachePolicy } from './distribution-inputs.ts';

/** An answer as it came from an origin, or as CloudFront made it up. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface Cached {
  readonly answer: Answer;
  readonly storedAt: number;
  readonly freshUntil: number;
  /** The URIs that an invalidation path may name, with the query where the cache keys on it. */
  readonly paths: readonly string[];
}

/** The edge cache of one distribution. Dies with the process, as the cache is no place to keep anything. */
export function createEdgeCache() {
  const entries = new Map<string, Cached>();
  let invalidations = 0;
  return {
    get: (key: string): Cached | undefined => entries.get(key),
    /** A mark to hand to `set`: what was fetched before an invalidation is not stored after it. */
    mark: (): number => invalidations,
    set(key: string, mark: number, cached: Cached): void {
      if (mark === invalidations) entries.set(key, cached);
    },
    /** Removes what matches; a path is exact and case-sensitive, or ends in `*`. Throws {@link AwsError} for a bad path. */
    invalidate(paths: readonly string[]): void {
      for (const path of paths) refuseBadPath(path);
      invalidations += 1;
      for (const [key, cached] of entries)
        if (paths.some((path) => cached.paths.some((known) => matches(path, known)))) entries.delete(key);
    },
  };
}

/**
 * How long an answer may be kept, in ms, by CloudFront's table of Cache-Control against the policy's TTLs;
 * 0 for not at all. Source: CloudFront guide, "Manage how long content stays in the cache (expiration)".
 */
export function lifetimeMs(headers: Headers, policy: CachePolicy): number {
  const { minTtl, defaultTtl, maxTtl } = policy;
  const directives = readCacheControl(headers);
  if (['no-cache', 'no-store', 'private'].some((directive) => directives.has(directive)))
    return minTtl * 1000;
  const declared = declaredSeconds(headers);
  const seconds = declared === undefined ? defaultTtl : Math.min(declared, maxTtl);
  return Math.max(minTtl, seconds) * 1000;
}

/** Errors are kept for the configured minimum, whatever `no-store` says, or longer where `max-age` says so. */
export function errorLifetimeMs(headers: Headers, minimumSeconds: number): number {
  return Math.max(minimumSeconds, declaredSeconds(headers) ?? 0) * 1000;
}

function declaredSeconds(headers: Headers): number | undefined {
  const directives = readCacheControl(headers);
  const age = directives.get('s-maxage') ?? directives.get('max-age');
  if (age !== undefined && /^\d+$/.test(age)) return Number(age);
  const expires = Date.parse(headers.get('expires') ?? '');
  return Number.isNaN(expires) ? undefined : Math.max(0, (expires - Date.now()) / 1000);
}

function readCacheControl(headers: Headers): Map<string, string> {
  const parts = (headers.get('cache-control') ?? '').toLowerCase().split(',');
  return new Map(
    parts.map((part) => {
      const [directive, value] = part.trim().split('=', 2);
      return [directive!, (value ?? '').replaceAll('"', '')];
    }),
  );
}

function refuseBadPath(path: string): void {
  if (path.startsWith('/') && !path.slice(0, -1).includes('*')) return;
  throw new AwsError(
    'InvalidArgument',
    'Your request contains one or more invalid invalidation paths: each starts with / and has * at its end only.',
  );
}

function matches(path: string, known: string): boolean {
  return path.endsWith('*') ? known.startsWith(path.slice(0, -1)) : known === path;
}
