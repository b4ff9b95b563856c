import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Answer } from './distribution-cache.ts';

const COMPRESSORS = {
  br: (body: Uint8Array) =>
    promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (body: Uint8Array) => promisify(gzip)(body),
};

const MIN_BYTES = 1000;
const MAX_BYTES = 10_000_000;
const STATUSES = new Set([200, 403, 404]);

/** Source: CloudFront guide, "Serve compressed files": the types that occur here. */
const COMPRESSIBLE =
  /^(text\/(css|csv|html|javascript|markdown|plain|richtext|xml|calendar|x-component)|application\/(javascript|json|ld\+json|manifest\+json|vnd\.api\+json|xml|rss\+xml|wasm|xhtml\+xml|problem\+json|x-javascript)|image\/(svg\+xml|bmp|x-icon|vnd\.microsoft\.icon)|font\/(otf|ttf))$/;

/** Compresses as CloudFront does, brotli before gzip; the ETag becomes weak. `encodings` as in `br,gzip`. */
export async function compress(answer: Answer, encodings: string): Promise<Answer> {
  const encoding = (['br', 'gzip'] as const).find((one) => encodings.split(',').includes(one));
  if (encoding === undefined || !isCompressible(answer)) return answer;
  const headers = new Headers(answer.headers);
  headers.set('content-encoding', encoding);
  headers.append('vary', 'Accept-Encoding');
  const etag = headers.get('etag');
  if (etag !== null && !etag.startsWith('W/')) headers.set('etag', `W/${etag}`);
  return { ...answer, headers, body: new Uint8Array(await COMPRESSORS[encoding](answer.body)) };
}

function isCompressible({ status, headers, body }: Answer): boolean {
  const type = (headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  return (
    STATUSES.has(status) &&
    !headers.has('content-encoding') &&
    body.length >= MIN_BYTES &&
    body.length <= MAX_BYTES &&
    COMPRESSIBLE.test(type)
  );
}
