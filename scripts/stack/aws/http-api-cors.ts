import type { Api } from './http-api-inputs.ts';

type Cors = NonNullable<Api['corsConfiguration']>;

export function isPreflight(request: Request): boolean {
  return (
    request.method === 'OPTIONS' &&
    request.headers.has('origin') &&
    request.headers.has('access-control-request-method')
  );
}

/** What API Gateway itself answers to a preflight: 204, with the CORS headers only for an allowed origin. */
export function answerPreflight(cors: Cors, request: Request): Response {
  const response = new Response(null, { status: 204 });
  addCorsHeaders(cors, request, response);
  if (!response.headers.has('access-control-allow-origin')) return response;
  setList(response, 'access-control-allow-methods', cors.allowMethods);
  setList(response, 'access-control-allow-headers', cors.allowHeaders);
  if (cors.maxAge !== undefined) response.headers.set('access-control-max-age', String(cors.maxAge));
  return response;
}

/** With a CORS configuration, API Gateway ignores the CORS headers that the function answers. */
export function addCorsHeaders(cors: Cors, request: Request, response: Response): void {
  const answered = [...response.headers.keys()].filter((name) => name.startsWith('access-control-'));
  for (const name of answered) response.headers.delete(name);
  const origin = request.headers.get('origin');
  if (origin === null || !isAllowedOrigin(cors, origin)) return;
  response.headers.set('access-control-allow-origin', cors.allowOrigins.includes('*') ? '*' : origin);
  if (cors.allowCredentials) response.headers.set('access-control-allow-credentials', 'true');
  setList(response, 'access-control-expose-headers', cors.exposeHeaders);
}

function isAllowedOrigin({ allowOrigins }: Cors, origin: string): boolean {
  const scheme = `${origin.split('://')[0]}://*`;
  return allowOrigins.includes('*') || allowOrigins.includes(scheme) || allowOrigins.includes(origin);
}

function setList(response: Response, name: string, values: readonly string[]): void {
  if (values.length > 0) response.headers.set(name, values.join(','));
}
