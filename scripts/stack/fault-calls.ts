import { readSignature } from './aws/sigv4-read.ts';
import type { LocalKeys } from './credentials.ts';
import type { Call } from './faults.ts';
import type { Place } from './ports.ts';

export type CallerKeys = Pick<LocalKeys, 'dashboardToken' | 'serviceKey'>;

/** Whoever applies bookings: by role, by the operator's keys, or by looking at the guest site as any visitor may. */
export const PIPELINE = 'pipeline';
const PIPELINE_ROLE = 'bosun-apply';
const VISITOR = 'visitor';

/** Who calls, and what for: `service/operation`, or method and path. */
export function describeCall(place: Place, request: Request, keys: CallerKeys): Call {
  const by = (CALLERS[place] ?? (() => VISITOR))(request, keys);
  return { by, name: place === 'aws' ? awsOperation(request) : `${request.method} ${pathOf(request)}` };
}

const pathOf = (request: Request): string => new URL(request.url).pathname;

const CALLERS: Readonly<Partial<Record<Place, (request: Request, keys: CallerKeys) => string>>> = {
  aws: awsCaller,
  dashboard: ({ headers }, { dashboardToken }) => holderOf(dashboardToken, headers, 'x-dashboard-token'),
  scc: ({ headers }, { serviceKey }) => holderOf(serviceKey, headers, 'x-service-key'),
  'guest-site': (request) => (pathOf(request).startsWith('/api/') ? VISITOR : PIPELINE),
  bucketOrigins: () => 'cloudfront',
  google: () => 'calendar-sync',
  board: () => 'dashboard-api',
};

const holderOf = (key: string, headers: Headers, name: string): string =>
  headers.get(name) === key || headers.get('authorization') === `Bearer ${key}` ? PIPELINE : VISITOR;

/** Session tokens of the local stack name their principal. */
function awsCaller({ headers }: Request): string {
  const principal = headers.get('x-amz-security-token')?.replace(/^local-/, '') ?? VISITOR;
  return principal === PIPELINE_ROLE ? PIPELINE : principal;
}

/** The AWS service that a request is signed for; S3 where it is not signed. */
export function serviceOf(request: Request): string {
  try {
    return readSignature(request)?.scope.service ?? 's3';
  } catch {
    return 's3';
  }
}

function awsOperation(request: Request): string {
  const service = serviceOf(request);
  const path = pathOf(request);
  const target = request.headers.get('x-amz-target')?.split('.').at(-1);
  return `${service}/${target ?? OPERATIONS[service]?.(request.method, path) ?? `${request.method} ${path}`}`;
}

/** Of services that say by method and path what they are asked for. */
const OPERATIONS: Readonly<Record<string, (method: string, path: string) => string>> = {
  s3: (method, path) => {
    const [, bucket, key = ''] = /^\/([^/]*)\/?(.*)$/s.exec(path) ?? [];
    const verb = S3_VERBS[method] ?? method;
    return key === '' ? `${verb}Bucket ${bucket}` : `${verb}Object ${key}`;
  },
  cloudfront: (method) => (method === 'POST' ? 'CreateInvalidation' : 'GetInvalidation'),
  lambda: (_, path) => `Invoke ${path.split('/').at(-2)}`,
  ses: () => 'SendEmail',
};

const S3_VERBS: Readonly<Record<string, string>> = {
  GET: 'Get',
  HEAD: 'Head',
  PUT: 'Put',
  POST: 'Post',
  DELETE: 'Delete',
};
