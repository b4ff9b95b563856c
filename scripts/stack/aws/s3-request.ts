import { AwsError } from '../stand-in.ts';
import { notImplemented } from './not-implemented.ts';

/** A request as S3 sees it, however it was addressed and signed. */
export interface S3Request {
  readonly method: string;
  /** Empty for the service itself. */
  readonly bucket: string;
  /** Empty for the bucket itself. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** With the `x-amz-` parameters of a presigned URL, which stand for headers. */
  readonly headers: Headers;
  readonly source: Request;
}

const virtualHost = /^(.+)\.s3[.-]/;

const signingParameters = ['algorithm', 'credential', 'date', 'expires', 'signedheaders', 'signature'].map(
  (name) => `x-amz-${name}`,
);

/** Path style (`/<bucket>/<key>`) or virtual-host style (`<bucket>.s3.…`). Throws `InvalidURI`. */
export function readS3Request(source: Request): S3Request {
  const url = new URL(source.url);
  const host = source.headers.get('host') ?? url.host;
  const path = decodePath(url.pathname);
  const hosted = virtualHost.exec(host)?.[1];
  const [, first = '', rest = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path)!;
  const { query, headers } = hoist(url.searchParams, new Headers(source.headers));
  const bucket = hosted ?? first;
  const key = hosted === undefined ? rest : path.slice(1);
  if (Buffer.byteLength(key) > 1024) throw new AwsError('KeyTooLongError', 'Your key is too long');
  return { method: source.method, bucket, key, query, headers, source };
}

/** Throws 501 for a parameter or header that would change what the operation does and that it does not know. */
export function refuseUnknown(
  request: S3Request,
  query: readonly string[],
  amzHeaders: readonly string[],
): void {
  const parameter = [...request.query.keys()].find((name) => name !== 'x-id' && !query.includes(name));
  if (parameter !== undefined) throw notImplemented(`s3 ${request.method} with ?${parameter}`);
  const header = [...request.headers.keys()]
    .filter((name) => name.startsWith('x-amz-') && !harmless.includes(name))
    .find(
      (name) =>
        !amzHeaders.some((known) =>
          known.endsWith('*') ? name.startsWith(known.slice(0, -1)) : name === known,
        ),
    );
  if (header !== undefined) throw notImplemented(`s3 ${request.method} with ${header}`);
}

/** Headers of signing and transport, which say nothing of the operation. */
const harmless = [
  ...signingParameters,
  ...[
    'cf-id',
    'content-sha256',
    'decoded-content-length',
    'sdk-checksum-algorithm',
    'security-token',
    'user-agent',
  ].map((name) => `x-amz-${name}`),
];

function hoist(parameters: URLSearchParams, headers: Headers): { query: URLSearchParams; headers: Headers } {
  const query = new URLSearchParams();
  for (const [name, value] of parameters) {
    const lower = name.toLowerCase();
    if (!lower.startsWith('x-amz-')) query.append(name, value);
    else if (!signingParameters.includes(lower)) headers.set(lower, value);
  }
  return { query, headers };
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new AwsError('InvalidURI', "Couldn't parse the specified URI.");
  }
}
