import { randomUUID } from 'node:crypto';
import { createAuthorizer, type Verdict } from './http-api-authorizer.ts';
import { addCorsHeaders, answerPreflight, isPreflight } from './http-api-cors.ts';
import { readDeclaredApi, type DeclaredApi } from './http-api-declared.ts';
import { toHttpEvent, type HttpEvent, type ReceivedRequest } from './http-api-event.ts';
import type { Route } from './http-api-inputs.ts';
import { refuse, toResponse } from './http-api-response.ts';
import { compileRoutes, splitPath, type RouteMatch } from './http-api-routes.ts';
import { createThrottle } from './http-api-throttle.ts';
import type { Fetch } from '../stand-in.ts';

/** Calls a function synchronously. After `timeoutMs` API Gateway no longer waits for it; the function runs on. */
export type Invoke = (
  functionArn: string,
  payload: unknown,
  timeoutMs: number,
) => Promise<{ readonly payload: unknown; readonly functionError?: string | undefined }>;

export interface HttpApiOptions extends DeclaredApi {
  readonly invoke: (functionArn: string, payload: unknown) => ReturnType<Invoke>;
  /** Hosts (with port) that the API answers for; to any other it answers 403. Default: all. */
  readonly hosts?: readonly string[];
  readonly accountId?: string;
}

const MAX_BODY_BYTES = 10 * 1024 * 1024;

/**
 * An API Gateway HTTP API as declared. Throws at creation for anything declared that it does not implement,
 * and for routes that point nowhere, naming resource and property.
 */
export function createHttpApi(options: HttpApiOptions): { readonly fetch: Fetch } {
  const declared = readDeclaredApi(options);
  const { api, stage, routes, integrations } = declared;
  const invoke = withTimeout(options.invoke);
  const findRoute = compileRoutes(routes);
  const mayPass = createThrottle(stage);
  const authorizers = new Map(
    [...declared.authorizers].map(([id, inputs]) => [id, createAuthorizer(inputs, invoke)]),
  );
  const prefix = stage.name === '$default' ? '' : `/${stage.name}`;

  async function answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (options.hosts && !options.hosts.includes(url.host)) return refuse(403);
    const segments = splitPath(url.pathname);
    if (segments === undefined) return refuse(400);
    if (prefix !== '' && segments.shift() !== stage.name) return refuse(404);
    const match = findRoute(request.method, segments);
    const isOpen = match === undefined || match.route.authorizationType === 'NONE';
    if (api.corsConfiguration && isPreflight(request) && isOpen)
      return answerPreflight(api.corsConfiguration, request);
    if (match === undefined) return refuse(404);
    if (!mayPass(match.route.routeKey)) return refuse(429);
    const body = new Uint8Array(await request.arrayBuffer());
    if (body.length > MAX_BODY_BYTES) return refuse(413);
    const path = `${prefix}/${segments.join('/')}`;
    return run({ method: request.method, url, path, headers: request.headers, body }, match);
  }

  async function run(received: ReceivedRequest, match: RouteMatch): Promise<Response> {
    const event = toHttpEvent(received, match, stage, options.accountId ?? '000000000000');
    const verdict = await authorize(match.route, event);
    if ('refusal' in verdict) return verdict.refusal;
    const integration = integrations.get(match.route.target.slice('integrations/'.length))!;
    const reply = await invoke(
      integration.integrationUri,
      withContext(event, verdict.context),
      integration.timeoutMilliseconds,
    );
    if (reply.functionError === TIMED_OUT) return refuse(503);
    return reply.functionError === undefined ? toResponse(reply.payload) : refuse(500);
  }

  async function authorize(route: Route, event: HttpEvent): Promise<Verdict> {
    if (route.authorizationType === 'AWS_IAM') return { refusal: refuse(501) };
    if (route.authorizationType === 'NONE') return { context: {} };
    return authorizers.get(route.authorizerId!)!(event);
  }

  return {
    async fetch(request) {
      const response = await answer(request);
      if (api.corsConfiguration && !isPreflight(request))
        addCorsHeaders(api.corsConfiguration, request, response);
      response.headers.set('apigw-requestid', randomUUID());
      return response;
    },
  };
}

const TIMED_OUT = 'Timeout';

/** Bounds a call in time, and reports a call that could not be made as a failed function. */
function withTimeout(invoke: HttpApiOptions['invoke']): Invoke {
  return async (functionArn, payload, timeoutMs) => {
    const { promise: late, resolve } = Promise.withResolvers<{ payload: null; functionError: string }>();
    const timer = setTimeout(() => resolve({ payload: null, functionError: TIMED_OUT }), timeoutMs);
    try {
      return await Promise.race([invoke(functionArn, payload), late]);
    } catch {
      return { payload: null, functionError: 'InvokeFailed' };
    } finally {
      clearTimeout(timer);
    }
  };
}

/** An authorizer's context reaches the function as `requestContext.authorizer.lambda`. */
function withContext(event: HttpEvent, context: Readonly<Record<string, unknown>>) {
  if (Object.keys(context).length === 0) return event;
  return { ...event, requestContext: { ...event.requestContext, authorizer: { lambda: context } } };
}
