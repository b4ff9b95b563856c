import * as z from 'zod';
import { refuse } from './http-api-response.ts';
import type { Authorizer } from './http-api-inputs.ts';
import type { HttpEvent } from './http-api-event.ts';
import type { Invoke } from './http-api.ts';

/** The authorizer's context for the function, or the answer that refuses the request. */
export type Verdict =
  { readonly context: Readonly<Record<string, unknown>> } | { readonly refusal: Response };

type Kept = { readonly reply: SimpleResponse; readonly until: number };
type SimpleResponse = z.infer<typeof simpleResponseSchema>;

const simpleResponseSchema = z.object({
  isAuthorized: z.boolean(),
  context: z.record(z.string(), z.unknown()).nullish(),
});

const AUTHORIZER_TIMEOUT_MS = 10_000;

/** A Lambda authorizer of type REQUEST with simple responses. Throws for an identity source it cannot read. */
export function createAuthorizer(authorizer: Authorizer, invoke: Invoke) {
  const sources = authorizer.identitySources.map((source) => toReader(source, authorizer.name));
  const ttlMs = authorizer.authorizerResultTtlInSeconds * 1000;
  const kept = new Map<string, Kept>();

  return async (event: HttpEvent): Promise<Verdict> => {
    const identity = sources.map((read) => read(event));
    if (identity.some((value) => value === undefined || value === '')) return { refusal: refuse(401) };
    const key = JSON.stringify(identity);
    const known = kept.get(key);
    if (known !== undefined && known.until > Date.now()) return toVerdict(known.reply);

    const { payload, functionError } = await invoke(
      authorizer.authorizerUri,
      toAuthorizerEvent(event, identity),
      AUTHORIZER_TIMEOUT_MS,
    );
    if (functionError !== undefined) return { refusal: refuse(isUnauthorized(payload) ? 401 : 500) };
    const reply = simpleResponseSchema.safeParse(payload);
    if (!reply.success) return { refusal: refuse(500) };
    // Shared by all routes of the authorizer, as on AWS: only the identity sources tell requests apart.
    if (ttlMs > 0) kept.set(key, { reply: reply.data, until: Date.now() + ttlMs });
    return toVerdict(reply.data);
  };
}

const READERS: Readonly<Record<string, (name: string) => (event: HttpEvent) => string | undefined>> = {
  '$request.header': (name) => (event) => event.headers[name.toLowerCase()],
  '$request.querystring': (name) => (event) => event.queryStringParameters?.[name],
  $stageVariables: (name) => (event) => event.stageVariables?.[name],
  $context: (name) => (event) => contextValue(event, name),
};

function toReader(source: string, authorizer: string) {
  const [, kind = '', name = ''] = /^(\$request\.\w+|\$\w+)\.(.+)$/.exec(source) ?? [];
  const reader = READERS[kind];
  if (reader === undefined || (kind === '$context' && !['routeKey', 'stage', 'apiId'].includes(name)))
    throw new Error(
      `authorizer ${authorizer}: identitySources: ${source} is not implemented by the local stack`,
    );
  return reader(name);
}

function contextValue(event: HttpEvent, name: string): string | undefined {
  const { routeKey, stage, apiId } = event.requestContext;
  return { routeKey, stage, apiId }[name];
}

function toAuthorizerEvent(event: HttpEvent, identity: readonly (string | undefined)[]) {
  const { body: _body, isBase64Encoded: _encoded, ...rest } = event;
  const { apiId, accountId, stage, http } = event.requestContext;
  const identitySource = identity.length > 0 ? identity : null;
  const routeArn = `arn:aws:execute-api:us-east-1:${accountId}:${apiId}/${stage}/${http.method}${http.path}`;
  return { ...rest, type: 'REQUEST', routeArn, identitySource };
}

function isUnauthorized(payload: unknown): boolean {
  return (
    typeof payload === 'object' &&
    payload !== null &&
    'errorMessage' in payload &&
    payload.errorMessage === 'Unauthorized'
  );
}

function toVerdict({ isAuthorized, context }: SimpleResponse): Verdict {
  return isAuthorized ? { context: context ?? {} } : { refusal: refuse(403) };
}
