import { AwsError } from '../stand-in.ts';
import type { S3Request } from './s3-request.ts';

/** As in the CORS configuration of a bucket; origins and headers may hold one `*`. */
export interface CorsRule {
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  readonly allowedHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** Answers OPTIONS. Throws 403 `AccessForbidden` when no rule of the bucket allows what the browser asks. */
export function answerPreflight(rules: readonly CorsRule[], { headers }: S3Request): Response {
  const origin = headers.get('origin');
  const method = headers.get('access-control-request-method');
  if (origin === null || method === null) {
    throw new AwsError('BadRequest', 'Insufficient information. Origin and request method headers needed.');
  }
  const asked = headers.get('access-control-request-headers');
  const names = (asked ?? '').split(',').map((name) => name.trim().toLowerCase());
  const rule = findRule(
    rules,
    origin,
    method,
    names.filter((name) => name !== ''),
  );
  if (rule === undefined) {
    const message =
      rules.length === 0 ? 'CORS is not enabled for this bucket.' : 'This CORS request is not allowed.';
    throw new AwsError('AccessForbidden', `CORSResponse: ${message}`, 403);
  }
  const answer = ruleHeaders(rule, origin);
  if (asked !== null) answer.set('access-control-allow-headers', names.join(', '));
  if (rule.maxAgeSeconds !== undefined) answer.set('access-control-max-age', String(rule.maxAgeSeconds));
  return new Response(null, { headers: answer });
}

/** Adds to an answer what lets the page that asked read it. */
export function addCorsHeaders(rules: readonly CorsRule[], request: Request, response: Response): Response {
  const origin = request.headers.get('origin');
  const rule = origin === null ? undefined : findRule(rules, origin, request.method, []);
  if (origin === null || rule === undefined) return response;
  for (const [name, value] of ruleHeaders(rule, origin)) response.headers.set(name, value);
  return response;
}

function findRule(
  rules: readonly CorsRule[],
  origin: string,
  method: string,
  headers: string[],
): CorsRule | undefined {
  return rules.find(
    (rule) =>
      rule.allowedMethods.includes(method) &&
      rule.allowedOrigins.some((pattern) => matches(pattern, origin)) &&
      headers.every((name) => rule.allowedHeaders?.some((pattern) => matches(pattern.toLowerCase(), name))),
  );
}

function ruleHeaders(rule: CorsRule, origin: string): Headers {
  const isOpen = rule.allowedOrigins.includes('*');
  const headers = new Headers({
    'access-control-allow-origin': isOpen ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  });
  if (!isOpen) headers.set('access-control-allow-credentials', 'true');
  if (rule.exposeHeaders?.length) headers.set('access-control-expose-headers', rule.exposeHeaders.join(', '));
  return headers;
}

function matches(pattern: string, text: string): boolean {
  const [start, end] = pattern.split('*');
  if (end === undefined) return pattern === text;
  return text.length >= start!.length + end.length && text.startsWith(start!) && text.endsWith(end);
}
