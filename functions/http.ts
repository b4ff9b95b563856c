import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, Env } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import { requestId, type RequestIdVariables } from 'hono/request-id';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type * as z from 'zod';
import { UserError, type Problem } from '#bookings/model/problem.ts';
import { toProblems } from '#bookings/model/read-input.ts';
import type { Log } from './log.ts';
import type { NoticeCode } from './scc/notices.ts';

/** An answer other than success, thrown anywhere below a route. */
export class HttpProblem extends Error {
  readonly status: ContentfulStatusCode;
  readonly title: string;
  readonly detail: string | undefined;
  /** Further members of the answer, `{ ours: 3, theirs: 4 }`. */
  readonly members: Readonly<Record<string, unknown>>;
  /** What the page says when a form asked. Without one it follows from the status. */
  readonly notice: NoticeCode | undefined;
  constructor(
    status: ContentfulStatusCode,
    title: string,
    detail?: string,
    options: ErrorOptions & { members?: Record<string, unknown>; notice?: NoticeCode } = {},
  ) {
    super(detail === undefined ? title : `${title}: ${detail}`, options);
    this.name = 'HttpProblem';
    this.status = status;
    this.title = title;
    this.detail = detail;
    this.members = options.members ?? {};
    this.notice = options.notice;
  }
}

export interface ApiVariables {
  Variables: RequestIdVariables;
}

/**
 * An API of ours: strict requests (422 with *all* problems), errors as problem+json in one place, a request id,
 * nothing cached, and its own description at `/api/openapi.json`.
 */
export function createApi<E extends Env = ApiVariables>(options: {
  readonly title: string;
  readonly version: string;
  readonly log: Log;
}): OpenAPIHono<E & ApiVariables> {
  const app = new OpenAPIHono<E & ApiVariables>({ defaultHook: refuseInvalid });
  app.use(requestId(), bodyLimit({ maxSize: MAX_BODY }), async (c, next) => {
    c.header('cache-control', 'no-store');
    await next();
  });
  app.onError((error, c) => answerError(error, c, options.log));
  app.notFound((c) => answer(c, 404, { title: 'Not found' }));
  const { title, version } = options;
  app.doc31('/api/openapi.json', { openapi: '3.1.0', info: { title, version } });
  return app;
}

const MAX_BODY = 512 * 1024;

type Validation =
  | { readonly success: true; readonly target: string }
  | {
      readonly success: false;
      readonly target: string;
      readonly data?: unknown;
      readonly error: { readonly issues: readonly z.core.$ZodIssue[] };
    };

function refuseInvalid(result: Validation, c: Context): Response | undefined {
  if (result.success) return undefined;
  const where = WHERE[result.target] ?? result.target;
  const problems = toProblems(where, result.data, result.error.issues);
  return answer(c, 422, { title: 'The request does not fit', problems });
}

const WHERE: Record<string, string> = {
  json: 'body',
  form: 'form',
  param: 'path',
  query: 'query',
  header: 'headers',
};

function answerError(error: Error, c: Context, log: Log): Response {
  if (error instanceof HttpProblem) return answerProblem(error, c, log);
  if (error instanceof UserError)
    return answer(c, 400, {
      title: error.message,
      problems: error.problems.length > 0 ? error.problems : undefined,
    });
  if (error instanceof HTTPException)
    return answer(c, error.status, { title: TITLES[error.status] ?? 'Refused' });
  log.error('request failed', { ...requestFields(c), status: 500, error });
  return answer(c, 500, { title: 'Internal error' });
}

function answerProblem(error: HttpProblem, c: Context, log: Log): Response {
  const { status, title, detail, members } = error;
  if (status >= 500) log.error('request failed', { ...requestFields(c), status, error });
  return answer(c, status, { title, detail, ...members });
}

const TITLES: Record<number, string> = {
  400: 'The body is not JSON',
  413: 'The body is too large',
  415: 'The body has another media type than this route takes',
};

const requestFields = (c: Context) => ({
  requestId: c.get('requestId'),
  method: c.req.method,
  route: c.req.routePath,
});

interface Answer {
  readonly title: string;
  readonly detail?: string | undefined;
  readonly problems?: readonly Problem[] | undefined;
}

const answer = (c: Context, status: ContentfulStatusCode, members: Answer): Response =>
  c.body(JSON.stringify({ type: 'about:blank', status, ...members, requestId: c.get('requestId') }), status, {
    'content-type': 'application/problem+json',
  });
