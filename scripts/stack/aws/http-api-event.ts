import { randomUUID } from 'node:crypto';
import type { Stage } from './http-api-inputs.ts';
import type { RouteMatch } from './http-api-routes.ts';

export interface ReceivedRequest {
  readonly method: string;
  readonly url: URL;
  /** The decoded path, with the stage's name where the stage is not `$default`. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

export type HttpEvent = ReturnType<typeof toHttpEvent>;

/** The event in payload format 2.0 that API Gateway gives an integration; what is empty is left out. */
export function toHttpEvent(request: ReceivedRequest, match: RouteMatch, stage: Stage, accountId: string) {
  const { url } = request;
  const { routeKey } = match.route;
  const cookie = request.headers.get('cookie');
  return {
    version: '2.0' as const,
    routeKey,
    rawPath: request.path,
    rawQueryString: url.search.slice(1),
    ...(cookie !== null && { cookies: cookie.split(/;\s*/) }),
    headers: toHeaders(request),
    ...(url.search.length > 1 && { queryStringParameters: joinQuery(url.searchParams) }),
    ...(Object.keys(match.pathParameters).length > 0 && { pathParameters: match.pathParameters }),
    ...(stage.stageVariables && { stageVariables: stage.stageVariables }),
    requestContext: toRequestContext(request, routeKey, stage, accountId),
    ...toBody(request),
  };
}

function toHeaders({ url, headers, body }: ReceivedRequest): Record<string, string> {
  const { cookie: _cookie, connection: _connection, ...rest } = Object.fromEntries(headers);
  const forwardedFor = headers.get('x-forwarded-for');
  return {
    ...rest,
    host: url.host,
    'content-length': String(body.length),
    'x-amzn-trace-id': `Root=1-${randomUUID()}`,
    'x-forwarded-for': forwardedFor === null ? '127.0.0.1' : `${forwardedFor}, 127.0.0.1`,
    'x-forwarded-port': url.port || (url.protocol === 'https:' ? '443' : '80'),
    'x-forwarded-proto': url.protocol.slice(0, -1),
  };
}

function toRequestContext(request: ReceivedRequest, routeKey: string, stage: Stage, accountId: string) {
  const now = new Date();
  return {
    accountId,
    apiId: stage.apiId,
    domainName: request.url.host,
    domainPrefix: request.url.hostname.split('.')[0]!,
    http: {
      method: request.method,
      path: request.path,
      protocol: 'HTTP/1.1',
      sourceIp: '127.0.0.1',
      userAgent: request.headers.get('user-agent') ?? '',
    },
    requestId: randomUUID(),
    routeKey,
    stage: stage.name,
    time: toLogTime(now),
    timeEpoch: now.getTime(),
  };
}

/** `12/Mar/2020:19:03:58 +0000`, made from `Thu, 12 Mar 2020 19:03:58 GMT`. */
function toLogTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}

function joinQuery(query: URLSearchParams): Record<string, string> {
  const joined = Object.groupBy(query, ([name]) => name);
  return Object.fromEntries(
    Object.entries(joined).map(([name, pairs]) => [name, pairs!.map(([, value]) => value).join(',')]),
  );
}

const TEXT_TYPES = new Set(['application/json', 'application/xml', 'application/javascript']);

/** Any type but `text/*` and three others is base64, also a form and a body without a type. */
function toBody({ headers, body }: ReceivedRequest) {
  if (body.length === 0) return { isBase64Encoded: false };
  const type = (headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
  const isText = !headers.has('content-encoding') && (type.startsWith('text/') || TEXT_TYPES.has(type));
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.length);
  return { body: bytes.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}
