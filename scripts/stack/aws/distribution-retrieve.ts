import type { ResolvedBehavior } from './distribution-behaviors.ts';
import { errorLifetimeMs, lifetimeMs, type Answer, type createEdgeCache } from './distribution-cache.ts';
import { forward, isSetCookieAllowed, type Forwarded } from './distribution-forwarding.ts';
import type { Distribution } from './distribution-inputs.ts';
import type { ViewerRequest } from './distribution-viewer.ts';

export interface Retrieved {
  readonly answer: Answer;
  readonly from: 'Hit' | 'Miss' | 'RefreshHit';
  readonly ageSeconds?: number;
}

/**
 * Answers from the cache or else from the origin, and keeps what may be kept. An expired entry is
 * revalidated, and served still when the origin fails.
 */
export function createRetriever(
  cache: ReturnType<typeof createEdgeCache>,
  customErrors: Distribution['customErrorResponses'],
) {
  return async (behavior: ResolvedBehavior, viewer: ViewerRequest, viewerUri: string): Promise<Retrieved> => {
    const isCached = isCacheable(behavior, viewer.method);
    const forwarded = forward(viewer, behavior.cachePolicy, behavior.originPolicy);
    // The cache needs the whole object, so it answers conditions and ranges itself.
    if (isCached && behavior.cachePolicy.maxTtl > 0) dropConditions(forwarded.headers);
    const key = `${viewer.method} ${forwarded.cacheKey}`;
    const known = isCached ? (cache.get(`GET ${forwarded.cacheKey}`) ?? cache.get(key)) : undefined;
    const now = Date.now();
    if (known !== undefined && known.freshUntil > now)
      return { answer: known.answer, from: 'Hit', ageSeconds: Math.floor((now - known.storedAt) / 1000) };

    const mark = cache.mark();
    const stale = known !== undefined && known.answer.status < 400 ? known.answer : undefined;
    const received = withoutForeignCookies(
      await behavior.send(viewer, forwarded, stale?.headers.get('etag') ?? undefined),
      behavior,
    );
    if (stale !== undefined && received.status >= 500) return { answer: stale, from: 'Hit' };
    const isRefreshed = stale !== undefined && received.status === 304;
    const answer = isRefreshed ? stale : received;
    const lifetime = isCached ? lifetimeOf(answer, behavior, customErrors) : 0;
    if (lifetime > 0)
      cache.set(key, mark, {
        answer,
        storedAt: Date.now(),
        freshUntil: Date.now() + lifetime,
        paths: pathsOf(viewer, viewerUri, forwarded),
      });
    return { answer, from: isRefreshed ? 'RefreshHit' : 'Miss' };
  };
}

export function isCacheable({ declared }: ResolvedBehavior, method: string): boolean {
  return (declared.cachedMethods as readonly string[]).includes(method);
}

function dropConditions(headers: Headers): void {
  for (const name of ['if-none-match', 'if-modified-since', 'if-match', 'if-unmodified-since', 'if-range'])
    headers.delete(name);
  headers.delete('range');
}

function withoutForeignCookies(answer: Answer, { cachePolicy, originPolicy }: ResolvedBehavior): Answer {
  const cookies = answer.headers.getSetCookie();
  if (cookies.length === 0) return answer;
  const headers = new Headers(answer.headers);
  headers.delete('set-cookie');
  for (const cookie of cookies)
    if (isSetCookieAllowed(cookie, cachePolicy, originPolicy)) headers.append('set-cookie', cookie);
  return { ...answer, headers };
}

/** Kept even where caching is disabled. Source: CloudFront guide, "HTTP 4xx and 5xx status codes that CloudFront caches". */
const ERRORS_ALWAYS_CACHED = new Set([404, 414, 500, 501, 502, 503, 504]);
const ERRORS_CACHED_ON_REQUEST = new Set([400, 403, 405, 412, 415]);
const DEFAULT_ERROR_TTL = 10;

function lifetimeOf(
  { status, headers }: Answer,
  { cachePolicy }: ResolvedBehavior,
  customErrors: Distribution['customErrorResponses'],
): number {
  if (status < 400) return status === 206 || status === 304 ? 0 : lifetimeMs(headers, cachePolicy);
  const custom = customErrors.find(({ errorCode }) => errorCode === status);
  if (custom !== undefined) return errorLifetimeMs(headers, custom.errorCachingMinTtl);
  if (ERRORS_ALWAYS_CACHED.has(status)) return errorLifetimeMs(headers, DEFAULT_ERROR_TTL);
  return ERRORS_CACHED_ON_REQUEST.has(status) ? errorLifetimeMs(headers, 0) : 0;
}

function pathsOf(viewer: ViewerRequest, viewerUri: string, { keyQuery }: Forwarded): string[] {
  const query = keyQuery === '' ? '' : `?${keyQuery}`;
  return [viewer.uri + query, viewerUri + query];
}
