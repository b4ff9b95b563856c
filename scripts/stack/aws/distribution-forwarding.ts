import type { CachePolicy, OriginRequestPolicy } from './distribution-inputs.ts';
import { joinPairs, type Pair, type ViewerRequest } from './distribution-viewer.ts';

/** What of a viewer's request the policies let through. */
export interface Forwarded {
  readonly headers: Headers;
  /** Without the question mark. */
  readonly query: string;
  readonly cacheKey: string;
  /** The part of the query that is in the cache key: an invalidation path has to contain it. */
  readonly keyQuery: string;
}

/** Chooses what reaches the origin: what cache policy or origin request policy name, and nothing else. */
export function forward(
  viewer: ViewerRequest,
  cachePolicy: CachePolicy,
  originPolicy: OriginRequestPolicy | undefined,
): Forwarded {
  const key = cachePolicy.parametersInCacheKeyAndForwardedToOrigin;
  const keyHeaders = pickHeaders(viewer, key.headersConfig.headers);
  const encodings = acceptedEncodings(viewer, cachePolicy);
  if (encodings !== undefined) keyHeaders.set('accept-encoding', encodings);
  const keyCookies = viewer.cookies.filter(isCookieNamed(key));
  const keyQuery = joinPairs(viewer.query.filter(isQueryNamed(key)), '&');

  const headers = originPolicy ? pickByPolicy(viewer, originPolicy, cachePolicy) : new Headers();
  if (encodings === '') headers.delete('accept-encoding');
  for (const [name, value] of keyHeaders) if (value !== '') headers.set(name, value);
  const cookies = viewer.cookies.filter(either(isCookieNamed(key), isCookieNamed(originPolicy)));
  if (cookies.length > 0) headers.set('cookie', joinPairs(cookies, '; '));
  return {
    headers,
    query: joinPairs(viewer.query.filter(either(isQueryNamed(key), isQueryNamed(originPolicy))), '&'),
    cacheKey: JSON.stringify([viewer.uri, keyQuery, [...keyHeaders], joinPairs(keyCookies, '; ')]),
    keyQuery,
  };
}

/** Of the cookies that an origin sets, only those reach the viewer that the policies would forward back. */
export function isSetCookieAllowed(
  setCookie: string,
  cachePolicy: CachePolicy,
  originPolicy: OriginRequestPolicy | undefined,
): boolean {
  const pair: Pair = [setCookie.split('=', 1)[0]!.trim(), undefined];
  return either(
    isCookieNamed(cachePolicy.parametersInCacheKeyAndForwardedToOrigin),
    isCookieNamed(originPolicy),
  )(pair);
}

/** `br,gzip` and the like where the cache policy enables encodings, as CloudFront normalises it; else nothing. */
export function acceptedEncodings(viewer: ViewerRequest, policy: CachePolicy): string | undefined {
  const { enableAcceptEncodingBrotli, enableAcceptEncodingGzip } =
    policy.parametersInCacheKeyAndForwardedToOrigin;
  if (!enableAcceptEncodingBrotli && !enableAcceptEncodingGzip) return undefined;
  const accepted = (viewer.headers.get('accept-encoding') ?? '')
    .split(',')
    .filter((part) => !/;\s*q=0(\.0*)?\s*$/.test(part))
    .map((part) => part.split(';')[0]!.trim().toLowerCase());
  const enabled = { br: enableAcceptEncodingBrotli, gzip: enableAcceptEncodingGzip };
  return Object.entries(enabled)
    .filter(([encoding, isEnabled]) => isEnabled && accepted.includes(encoding))
    .map(([encoding]) => encoding)
    .join(',');
}

/** Never passed on: they belong to the connection with the viewer. */
const HOP_BY_HOP = [
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

function pickHeaders({ headers }: ViewerRequest, names: readonly string[]): Headers {
  const picked = new Headers();
  for (const header of names) {
    const value = headers.get(header);
    if (value !== null) picked.set(header, value);
  }
  return picked;
}

function pickByPolicy(viewer: ViewerRequest, policy: OriginRequestPolicy, cachePolicy: CachePolicy): Headers {
  const { headerBehavior, headers: names } = policy.headersConfig;
  if (headerBehavior === 'none') return new Headers();
  if (headerBehavior === 'whitelist') return pickHeaders(viewer, names);
  const picked = new Headers(viewer.headers);
  const except = headerBehavior === 'allExcept' ? names : [];
  for (const header of [...except, ...HOP_BY_HOP]) picked.delete(header);
  // With caching enabled, only a cache policy that names Authorization forwards it.
  if (cachePolicy.maxTtl > 0) picked.delete('authorization');
  return picked;
}

type Named = (pair: Pair) => boolean;

function isCookieNamed(policy: Pick<OriginRequestPolicy, 'cookiesConfig'> | undefined): Named {
  return isNamed(policy?.cookiesConfig.cookieBehavior, policy?.cookiesConfig.cookies ?? []);
}

function isQueryNamed(policy: Pick<OriginRequestPolicy, 'queryStringsConfig'> | undefined): Named {
  return isNamed(
    policy?.queryStringsConfig.queryStringBehavior,
    policy?.queryStringsConfig.queryStrings ?? [],
  );
}

function isNamed(
  behaviour: 'none' | 'whitelist' | 'allExcept' | 'all' = 'none',
  names: readonly string[],
): Named {
  const rules: Record<typeof behaviour, Named> = {
    none: () => false,
    all: () => true,
    whitelist: ([name]) => names.includes(name),
    allExcept: ([name]) => !names.includes(name),
  };
  return rules[behaviour];
}

function either(a: Named, b: Named): Named {
  return (pair) => a(pair) || b(pair);
}
