import { AwsError } from '../stand-in.ts';
import type { Signature } from './sigv4-read.ts';

/** The request in the one spelling that both sides sign; S3 encodes the path once, all others twice. */
export function canonicalRequest(
  request: Request,
  { signedHeaders, scope }: Signature,
  payload: string,
): string {
  const url = new URL(request.url);
  const headers = signedHeaders.map((name) => `${name}:${headerValue(request, url, name)}\n`).join('');
  const path =
    scope.service === 's3' ? encode(decode(url.pathname)) : encode(url.pathname.replace(/\/{2,}/g, '/'));
  return [
    request.method,
    path.replaceAll('%2F', '/'),
    canonicalQuery(url.search),
    headers,
    signedHeaders.join(';'),
    payload,
  ].join('\n');
}

function headerValue(request: Request, url: URL, name: string): string {
  const value = request.headers.get(name) ?? (name === 'host' ? url.host : '');
  return value.trim().replace(/ +/g, ' ');
}

/** Sorted by name, then by value: not by the text of both, as `a-b=` would then come before `a=`. */
function canonicalQuery(search: string): string {
  return search
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '')
    .map(canonicalPair)
    .filter(([name]) => name !== 'X-Amz-Signature')
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join('='))
    .join('&');
}

function canonicalPair(pair: string): [name: string, value: string] {
  const [name = '', value = ''] = pair.split(/=(.*)/s, 2);
  return [encode(decode(name)), encode(decode(value))];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new AwsError('InvalidURI', `Couldn't parse the specified URI: ${text}`);
  }
}

/** RFC 3986: everything but letters, digits and `-._~`. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
