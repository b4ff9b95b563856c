import { request as httpRequest } from 'node:http';
import type { Answer } from './distribution-cache.ts';
import type { Origin } from './distribution-inputs.ts';
import type { Forwarded } from './distribution-forwarding.ts';
import type { ViewerRequest } from './distribution-viewer.ts';

export interface OriginOptions {
  /** Base URL of an origin's domain name: `http://127.0.0.1:port`, or `…/bucket`. */
  readonly resolveOrigin: (domainName: string) => string;
  /** Signs a request to an origin with an origin access control, as CloudFront does. */
  readonly sign: (request: Request) => Promise<Request>;
  readonly via: string;
}

/** CloudFront refuses these as custom headers of an origin. */
const REFUSED_CUSTOM_HEADERS =
  /^(cache-control|connection|content-length|cookie|host|if-.*|max-forwards|origin|pragma|proxy-.*|range|request-range|te|trailer|transfer-encoding|upgrade|via|x-amz-.*|x-edge-.*|x-real-ip)$/i;

/** Sends requests to one origin. An origin that cannot be reached answers 502, one that is too slow 504. */
export function createOrigin(origin: Origin, options: OriginOptions) {
  for (const { name } of origin.customHeaders)
    if (REFUSED_CUSTOM_HEADERS.test(name))
      throw new Error(`origin ${origin.originId}: customHeaders: CloudFront does not allow ${name}`);
  const timeoutMs = (origin.customOriginConfig?.originReadTimeout ?? 30) * 1000;

  return async (viewer: ViewerRequest, forwarded: Forwarded, etag?: string): Promise<Answer> => {
    const base = options.resolveOrigin(origin.domainName) + origin.originPath;
    const url = base + viewer.uri + (forwarded.query === '' ? '' : `?${forwarded.query}`);
    const headers = toOriginHeaders(viewer, forwarded.headers, origin, options.via);
    if (etag !== undefined) headers.set('if-none-match', etag);
    const body = viewer.body.length > 0 ? viewer.body : null;
    const unsigned = new Request(url, { method: viewer.method, headers, body });
    const signed = origin.originAccessControlId === undefined ? unsigned : await options.sign(unsigned);
    return send(signed, viewer.body, timeoutMs);
  };
}

function toOriginHeaders(viewer: ViewerRequest, forwarded: Headers, origin: Origin, via: string): Headers {
  const headers = new Headers(forwarded);
  if (!headers.has('user-agent')) headers.set('user-agent', 'Amazon CloudFront');
  const forwardedFor = viewer.headers.get('x-forwarded-for');
  headers.set('x-forwarded-for', forwardedFor === null ? '127.0.0.1' : `${forwardedFor}, 127.0.0.1`);
  headers.set('via', via);
  headers.set('x-amz-cf-id', crypto.randomUUID());
  for (const { name, value } of origin.customHeaders) headers.set(name, value);
  return headers;
}

const WITH_BODY = new Set(['PATCH', 'POST', 'PUT']);

/** By `node:http`, as `fetch` would add headers of its own, replace Host and decode the body. */
async function send(signed: Request, body: Uint8Array, timeoutMs: number): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const length = body.length > 0 || WITH_BODY.has(signed.method) ? { 'content-length': body.length } : {};
  const headers = { ...Object.fromEntries(signed.headers), ...length };
  const outgoing = httpRequest(signed.url, { method: signed.method, headers, timeout: timeoutMs });
  outgoing.on('response', (incoming) => {
    incoming.toArray().then((chunks: Buffer[]) => {
      const answer = { headers: new Headers(), body: new Uint8Array(Buffer.concat(chunks)) };
      for (let at = 0; at < incoming.rawHeaders.length; at += 2)
        answer.headers.append(incoming.rawHeaders[at]!, incoming.rawHeaders[at + 1]!);
      for (const name of ['connection', 'keep-alive', 'transfer-encoding', 'content-length'])
        answer.headers.delete(name);
      resolve({ ...answer, status: incoming.statusCode ?? 502 });
    }, reject);
  });
  outgoing.on('timeout', () => {
    resolve(makeAnswer(504));
    outgoing.destroy();
  });
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise.catch(() => makeAnswer(502));
}

/** An error of CloudFront's own. */
export function makeAnswer(status: number): Answer {
  const headers = new Headers({ 'content-type': 'text/html', server: 'CloudFront' });
  const text = `<html><head><title>ERROR: The request could not be satisfied</title></head><body>${status}</body></html>`;
  return { status, headers, body: new TextEncoder().encode(text) };
}
