import type { MiddlewareHandler } from 'astro';
import { matchesHash } from '#functions/keys.ts';
import type { Log } from '#functions/log.ts';
import type { CrewReader } from '#functions/scc/crew-reader.ts';
import { SESSION_COOKIE } from '#functions/scc/links.ts';

export interface Gate {
  readonly reader: CrewReader;
  readonly originSecretHashes: readonly string[];
  /** Whether the session cookie is for https only. */
  readonly isSecure: boolean;
  readonly log: Log;
}

/** Lets in what comes through the distribution, knows who asks, and gives every answer the portal's headers. */
export const createGate =
  ({ reader, originSecretHashes, isSecure, log }: Gate): MiddlewareHandler =>
  async (context, next) => {
    const originSecret = context.request.headers.get('x-origin-secret') ?? '';
    if (!matchesHash([originSecret], originSecretHashes))
      return new Response(null, { status: 403, headers: HEADERS });
    if (!READS.has(context.request.method)) return new Response(null, { status: 405, headers: HEADERS });
    try {
      const now = new Date();
      const member = await reader.memberOf(context.cookies.get(SESSION_COOKIE)?.value, now);
      Object.assign(context.locals, { reader, now, isSecure, member });
      return await complete(await next());
    } catch (error) {
      log.error('A page could not be made', { route: context.routePattern, error });
      return await complete(await next('/crew/unavailable'));
    }
  };

/** Every write goes to SCC's `/api/*`. */
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** The page is read whole, so that a failure within it is still ours to answer, and so that its length is known. */
async function complete(response: Response): Promise<Response> {
  const body = new Uint8Array(await response.arrayBuffer());
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value);
  // Without a length the answer is chunked, and serverless-http loses what follows a line break (CRLF) in it.
  if (body.length > 0) headers.set('content-length', String(body.length));
  return new Response(body.length > 0 ? body : null, { status: statusOf(response), headers });
}

/** The distribution would replace a 404 by the page of another site. */
const statusOf = ({ status }: Response): number => (status === 404 ? 410 : status);

const HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex',
  'x-content-type-options': 'nosniff',
  'content-security-policy':
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self'; form-action 'self'; " +
    "base-uri 'none'; frame-ancestors 'none'",
};
