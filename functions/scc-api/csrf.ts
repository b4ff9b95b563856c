import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { HttpProblem } from '../http.ts';
import type { LinkKeys } from '../scc/link-keys.ts';
import { isCsrfToken, SESSION_COOKIE } from '../scc/links.ts';
import { isForm } from './forms.ts';
import { isGuestPath, type SccEnv } from './principal.ts';

export interface CsrfOptions {
  readonly linkKeys: LinkKeys;
  /** Origin of the crew site, `https://sailjada.com`. */
  readonly crewUrl: string;
}

/**
 * Refuses what another site makes the browser of a crew member send, before any route: a session alone may read; to
 * write it needs the token that only a page of ours knows. Says no more than that it is refused.
 */
export const refuseForgery =
  ({ linkKeys, crewUrl }: CsrfOptions): MiddlewareHandler<SccEnv> =>
  async (c, next) => {
    const isWrite = !READS.has(c.req.method) && c.get('isBrowser');
    const isForeign = () => ![undefined, crewUrl].includes(c.req.header('origin'));
    // A guest comes from another site of ours, with a key that is no cookie: nobody can make a browser send it.
    if (isWrite && !isGuestPath(c.req.path)) {
      const needsToken = c.get('principal')?.kind === 'crew' && !NOBODYS.has(c.req.path);
      if (isForeign() || (needsToken && !(await hasToken(c, linkKeys))))
        throw new HttpProblem(403, 'Forbidden');
    }
    await next();
  };

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** What is done in nobody's name: whoever has a session may have lost it by the time the form is sent. */
const NOBODYS: ReadonlySet<string> = new Set(['/api/crew-links']);

async function hasToken(c: Context<SccEnv>, linkKeys: LinkKeys): Promise<boolean> {
  const session = getCookie(c, SESSION_COOKIE);
  const offered = c.req.header('x-csrf-token') ?? (await formToken(c));
  if (session === undefined || offered === undefined) return false;
  return (
    isCsrfToken(await linkKeys.read(), session, offered) ||
    isCsrfToken(await linkKeys.reread(), session, offered)
  );
}

const formToken = async (c: Context): Promise<string | undefined> =>
  isForm(c) ? (new URLSearchParams(await c.req.text()).get('csrf') ?? undefined) : undefined;
