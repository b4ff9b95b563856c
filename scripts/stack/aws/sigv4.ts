import { createHash, createHmac } from 'node:crypto';
import { remembered } from '#bookings/model/remembered.ts';
import { AwsError } from '../stand-in.ts';
import { decodeAwsChunked, type Bytes } from './aws-chunked.ts';
import { notImplemented } from './not-implemented.ts';
import { canonicalRequest } from './sigv4-canonical.ts';
import { algorithm, incomplete, type Scope, type Signature } from './sigv4-read.ts';

const maxSkewMilliseconds = 15 * 60_000;
const streamingTrailer = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';

/**
 * Checks time, signature and payload, and returns the request with its body as sent by the application (decoded when
 * it came in chunks). Throws `RequestTimeTooSkewed`, `SignatureDoesNotMatch`, or `AccessDenied` for a presigned URL that is over.
 * Source: AWS Signature Version 4, "Create a signed AWS API request".
 */
export async function verifySignature(
  request: Request,
  signature: Signature,
  secretAccessKey: string,
): Promise<Request> {
  checkTime(signature);
  checkSignedHeaders(request, signature);
  const body = new Uint8Array(await request.arrayBuffer());
  const payload = payloadHash(request, signature, body);
  const expected = sign(secretAccessKey, signature, canonicalRequest(request, signature, payload));
  if (expected !== signature.signature) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
      403,
    );
  }
  checkPayload(payload, body);
  const plain =
    payload === streamingTrailer
      ? decodeAwsChunked(request.headers, body)
      : { headers: request.headers, body };
  return withBody(request, plain.headers, plain.body);
}

/** The hex signature of a text under the key of a scope; POST policies are signed so too. */
export const signText = (secretAccessKey: string, scope: Scope, text: string): string =>
  hmac(signingKey(secretAccessKey, scope.day, scope.region, scope.service), text).toString('hex');

/** The same for all requests of one holder to one service on one day, so it is made once. */
const signingKey = remembered(
  (secretAccessKey: string, day: string, region: string, service: string): Buffer =>
    [region, service, 'aws4_request'].reduce(hmac, hmac(`AWS4${secretAccessKey}`, day)),
);

function checkTime({ place, time, expires }: Signature): void {
  const signedAt = Date.parse(time.replace(/(....)(..)(..T..)(..)(..Z)/, '$1-$2-$3:$4:$5'));
  if (Number.isNaN(signedAt)) throw incomplete(`There is no such date: '${time}'`);
  const age = Date.now() - signedAt;
  if (place === 'header' && Math.abs(age) > maxSkewMilliseconds) {
    const message = 'The difference between the request time and the current time is too large.';
    throw new AwsError('RequestTimeTooSkewed', message, 403);
  }
  if (place === 'query' && age > expires * 1000) {
    throw new AwsError('AccessDenied', 'Request has expired', 403);
  }
  if (place === 'query' && -age > maxSkewMilliseconds) {
    throw new AwsError('AccessDenied', 'Request is not valid yet', 403);
  }
}

/** `host` is always signed, and for S3 every `x-amz-` header that is sent. */
function checkSignedHeaders(request: Request, { signedHeaders, scope }: Signature): void {
  if (!signedHeaders.includes('host')) {
    throw incomplete("'Host' must be a 'SignedHeader' in the AWS Authorization.");
  }
  if (scope.service !== 's3') return;
  const unsigned = [...request.headers.keys()].filter(
    (name) => name.startsWith('x-amz-') && !signedHeaders.includes(name),
  );
  if (unsigned.length === 0) return;
  const message = `There were headers present in the request which were not signed: ${unsigned.join(', ')}`;
  throw new AwsError('AccessDenied', message, 403);
}

/** S3 trusts what the request says of its payload and checks it afterwards; all others hash the body themselves. */
function payloadHash(request: Request, { place, scope }: Signature, body: Bytes): string {
  if (scope.service !== 's3') return sha256(body);
  const declared = request.headers.get('x-amz-content-sha256');
  if (declared !== null) return declared;
  if (place === 'query') return 'UNSIGNED-PAYLOAD';
  throw new AwsError('InvalidRequest', 'Missing required header for this request: x-amz-content-sha256');
}

function checkPayload(payload: string, body: Bytes): void {
  if (payload === 'UNSIGNED-PAYLOAD' || payload === streamingTrailer) return;
  if (payload.startsWith('STREAMING-')) throw notImplemented(`Payload signed as ${payload}`);
  if (payload !== sha256(body)) {
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    throw new AwsError('XAmzContentSHA256Mismatch', message);
  }
}

function sign(secretAccessKey: string, { scope, time }: Signature, canonical: string): string {
  const scopeText = `${scope.day}/${scope.region}/${scope.service}/aws4_request`;
  return signText(secretAccessKey, scope, [algorithm, time, scopeText, sha256(canonical)].join('\n'));
}

function withBody(request: Request, headers: Headers, body: Bytes): Request {
  const bodiless = request.method === 'GET' || request.method === 'HEAD';
  return new Request(request.url, { method: request.method, headers, body: bodiless ? null : body });
}

const sha256 = (data: string | Bytes): string => createHash('sha256').update(data).digest('hex');

const hmac = (key: Buffer | string, data: string): Buffer => createHmac('sha256', key).update(data).digest();
