import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

type Headers = Readonly<Record<string, string>>;

/**
 * A page's answer, read whole: so a failure within it is still ours to answer, and its length is known. Compressed
 * here, as CloudFront compresses only what it may cache.
 */
export async function finish(request: Request, response: Response, fixed: Headers): Promise<Response> {
  const page = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(fixed)) headers.set(name, value);
  const status = statusOf(response);
  if (page.length === 0) return new Response(null, { status, headers });
  const isPacked = acceptsGzip(request);
  const body = isPacked ? await promisify(gzip)(page) : page;
  if (isPacked) headers.set('content-encoding', 'gzip');
  // Without a length the answer is chunked, and serverless-http loses what follows a line break (CRLF) in it.
  headers.set('content-length', String(body.length));
  return new Response(body, { status, headers });
}

/** By a list of codings, of which `gzip;q=0` refuses. */
const acceptsGzip = (request: Request): boolean =>
  (request.headers.get('accept-encoding') ?? '')
    .split(',')
    .some((coding) => /^\s*(gzip|\*)\s*(;\s*q=(1(\.0*)?|0\.\d*[1-9]\d*)\s*)?$/i.test(coding));

/** The distribution would replace a 404 by the page of another site. */
const statusOf = ({ status }: Response): number => (status === 404 ? 410 : status);

/** Of every answer. Pages load nothing but their own files, and pictures from where they are kept. */
export const headersFor = (photosOrigin: string): Headers => ({
  'cache-control': 'no-store',
  vary: 'accept-encoding',
  // No path, as a link's has its token; under `no-referrer` a browser posts forms with `Origin: null`, which SCC refuses.
  'referrer-policy': 'strict-origin',
  'x-robots-tag': 'noindex',
  'x-content-type-options': 'nosniff',
  'content-security-policy': Object.entries({
    'default-src': "'none'",
    'script-src': "'self'",
    'worker-src': "'self'",
    'style-src': "'self' 'unsafe-inline'",
    'img-src': `'self' blob: ${photosOrigin}`,
    'connect-src': `'self' ${photosOrigin}`,
    'form-action': "'self'",
    'base-uri': "'none'",
    'frame-ancestors': "'none'",
  })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join('; '),
});
