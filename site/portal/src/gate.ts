import type { APIContext, MiddlewareHandler } from 'astro';
import { matchesHash } from '#functions/keys.ts';
import type { Log } from '#functions/log.ts';
import type { CrewReader } from '#functions/scc/crew-reader.ts';
import type { LinkKeys } from '#functions/scc/link-keys.ts';
import { csrfToken, feedToken, keysFor, readSession, SESSION_COOKIE } from '#functions/scc/links.ts';
import { noticeOf } from '#functions/scc/notices.ts';
import { finish, headersFor } from './finish.ts';

export interface Gate {
  readonly reader: CrewReader;
  readonly linkKeys: LinkKeys;
  readonly originSecretHashes: readonly string[];
  /** Origin of the crew site. */
  readonly crewUrl: string;
  /** Where pictures go and come from. */
  readonly photosOrigin: string;
  readonly log: Log;
}

/** Lets in what comes through the distribution, knows who asks, and gives every answer the portal's headers. */
export function createGate(gate: Gate): MiddlewareHandler {
  const headers = headersFor(gate.photosOrigin);
  return async (context, next) => {
    const { request } = context;
    const originSecret = request.headers.get('x-origin-secret') ?? '';
    if (!matchesHash([originSecret], gate.originSecretHashes))
      return new Response(null, { status: 403, headers });
    if (!READS.has(request.method)) return new Response(null, { status: 405, headers });
    try {
      Object.assign(context.locals, await localsOf(context, gate));
      return await finish(request, await next(), headers);
    } catch (error) {
      gate.log.error('A page could not be made', { route: context.routePattern, error });
      return await finish(request, await next('/crew/unavailable'), headers);
    }
  };
}

/** Every write goes to SCC's `/api/*`. */
const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

async function localsOf({ cookies, url }: APIContext, gate: Gate): Promise<Omit<App.Locals, 'guestUrl'>> {
  const { reader, crewUrl, photosOrigin } = gate;
  const now = new Date();
  const session = cookies.get(SESSION_COOKIE)?.value ?? '';
  const member = await reader.memberOf(session, now);
  return {
    reader,
    member,
    csrf: '',
    feedUrl: undefined,
    ...(member !== undefined && (await tokensOf(session, now, gate))),
    notice: noticeOf(url.searchParams.get('notice')),
    photosOrigin,
    now,
    isSecure: !crewUrl.startsWith('http://127.0.0.1'),
  };
}

/** What the pages of a session hand on. */
async function tokensOf(
  session: string,
  now: Date,
  { linkKeys, crewUrl }: Gate,
): Promise<Pick<App.Locals, 'csrf' | 'feedUrl'>> {
  const keys = await keysFor(session, linkKeys);
  const said = readSession(keys, session, now);
  const feed = said && feedToken(keys, { member: said.m, linkVersion: said.v });
  return { csrf: csrfToken(keys, session), feedUrl: feed && `${crewUrl}/api/feeds/${feed}.ics` };
}
