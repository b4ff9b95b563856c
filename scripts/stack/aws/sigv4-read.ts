import { AwsError } from '../stand-in.ts';

/** `20150830/us-east-1/iam/aws4_request` */
export interface Scope {
  readonly day: string;
  readonly region: string;
  readonly service: string;
}

/** A signature as a request carries it, in the Authorization header or in the query (a presigned URL). */
export interface Signature {
  readonly place: 'header' | 'query';
  readonly accessKeyId: string;
  readonly scope: Scope;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20150830T123600Z` */
  readonly time: string;
  /** Seconds a presigned URL lives. */
  readonly expires: number;
}

export const algorithm = 'AWS4-HMAC-SHA256';
const weekSeconds = 7 * 24 * 3600;

/** Undefined for a request that carries none; throws `IncompleteSignature` for one that is malformed. */
export function readSignature(request: Request): Signature | undefined {
  const header = request.headers.get('authorization');
  const query = new URL(request.url).searchParams;
  if (header !== null) return fromHeader(header, request.headers);
  if (query.has('X-Amz-Signature') || query.has('X-Amz-Algorithm')) return fromQuery(query);
  return undefined;
}

/** `AKIA…/20150830/us-east-1/iam/aws4_request`; throws `IncompleteSignature`. */
export function readCredential(credential: string): { accessKeyId: string; scope: Scope } {
  const parts = credential.split('/');
  const [accessKeyId, day, region, service, end] = parts;
  if (parts.length !== 5 || !accessKeyId || !day || !region || !service || end !== 'aws4_request') {
    throw incomplete(`Credential must be keyid/date/region/service/aws4_request, got '${credential}'`);
  }
  return { accessKeyId, scope: { day, region, service } };
}

function fromHeader(header: string, headers: Headers): Signature {
  const [name, rest = ''] = header.split(/\s(.*)/s);
  if (name !== algorithm) throw incomplete(`Unsupported AWS 'algorithm': '${name}'`);
  const fields = new Map(rest.split(',').map((field) => field.trim().split(/=(.*)/s, 2) as [string, string]));
  const required = (field: string): string =>
    fields.get(field) || fail(`Authorization header requires '${field}' parameter`);
  return checkedTime({
    place: 'header',
    ...readCredential(required('Credential')),
    signedHeaders: required('SignedHeaders').split(';'),
    signature: required('Signature'),
    time:
      headers.get('x-amz-date') ?? fail("Authorization header requires existence of an 'X-Amz-Date' header"),
    expires: 0,
  });
}

function fromQuery(query: URLSearchParams): Signature {
  const required = (field: string): string =>
    query.get(field) || fail(`AWS query-string parameters must include '${field}'`);
  if (required('X-Amz-Algorithm') !== algorithm) throw incomplete("Unsupported AWS 'algorithm'");
  const expires = required('X-Amz-Expires');
  if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > weekSeconds) {
    throw new AwsError(
      'AuthorizationQueryParametersError',
      'X-Amz-Expires must be between 1 and 604800 seconds',
    );
  }
  return checkedTime({
    place: 'query',
    ...readCredential(required('X-Amz-Credential')),
    signedHeaders: required('X-Amz-SignedHeaders').split(';'),
    signature: required('X-Amz-Signature'),
    time: required('X-Amz-Date'),
    expires: Number(expires),
  });
}

function checkedTime(signature: Signature): Signature {
  const { time, scope } = signature;
  if (!/^\d{8}T\d{6}Z$/.test(time))
    throw incomplete(`Date must be in ISO-8601 'basic format'. Got '${time}'`);
  if (!time.startsWith(scope.day))
    throw incomplete(`Date in Credential scope does not match ${time}: '${scope.day}'`);
  return signature;
}

export const incomplete = (message: string): AwsError => new AwsError('IncompleteSignature', message);

function fail(message: string): never {
  throw incomplete(message);
}
