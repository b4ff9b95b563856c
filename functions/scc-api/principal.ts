import type { Context, MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import { PAGE_ID } from '#bookings/model/page-id.ts';
import { uploadKeyOf } from '#bookings/model/ids.ts';
import { HttpProblem, type ApiVariables } from '../http.ts';
import { isEqual, keysFrom, matchesHash } from '../keys.ts';
import type { CrewMember, CrewReader } from '../scc/crew-reader.ts';
import type { LinkKey, LinkKeys } from '../scc/link-keys.ts';
import { SESSION_COOKIE } from '../scc/links.ts';

/** Who a request comes from. A guest is a guest of one page only. */
export type Principal =
  | { readonly kind: 'service' }
  | { readonly kind: 'crew'; readonly member: CrewMember }
  | { readonly kind: 'guest'; readonly pageId: string };

/** What each guard lets in, for the API's own description. */
const GUARDS = new WeakMap<object, readonly Principal['kind'][]>();

export interface SccEnv {
  Variables: ApiVariables['Variables'] & {
    principal: Principal | undefined;
    /** Whether it came through a distribution, as all browsers do. */
    isBrowser: boolean;
  };
}

export interface PrincipalOptions {
  readonly serviceKeyHashes: readonly string[];
  readonly originSecretHashes: readonly string[];
  readonly linkKeys: LinkKeys;
  readonly memberOf: CrewReader['memberOf'];
  readonly now: () => Date;
}

/** Resolves the one principal of a request; what it may do each route says with {@link accepts} or {@link fromBrowser}. */
export const resolvePrincipal =
  (options: PrincipalOptions): MiddlewareHandler<SccEnv> =>
  async (c, next) => {
    // Browsers come through the distributions, which add the origin secret; services come to the API's own address.
    const isBrowser = matchesHash([c.req.header('x-origin-secret') ?? ''], options.originSecretHashes);
    c.set('isBrowser', isBrowser);
    c.set('principal', await principalOf(c, isBrowser, options));
    await next();
  };

/** A route's guard: 401 without valid credentials, 403 with those of somebody else. Neither says why. */
export const accepts = (...kinds: Principal['kind'][]): MiddlewareHandler<SccEnv> =>
  asGuard(kinds, async (c, next) => {
    const principal = c.get('principal');
    if (principal === undefined) throw new HttpProblem(401, 'Unauthorized');
    if (!kinds.includes(principal.kind)) throw new HttpProblem(403, 'Forbidden');
    await next();
  });

/** The guard of what needs no principal: only that it comes through a distribution, whose throttles count it. */
export const fromBrowser: MiddlewareHandler<SccEnv> = asGuard([], async (c, next) => {
  if (!c.get('isBrowser')) {
    const isKnown = c.get('principal') !== undefined;
    throw isKnown ? new HttpProblem(403, 'Forbidden') : new HttpProblem(401, 'Unauthorized');
  }
  await next();
});

/** Whom a route's guard accepts, by name; undefined for a handler that is no guard. */
export const guardOf = (handler: object): readonly Principal['kind'][] | undefined => GUARDS.get(handler);

function asGuard(kinds: readonly Principal['kind'][], handler: MiddlewareHandler<SccEnv>) {
  GUARDS.set(handler, kinds);
  return handler;
}

/** The member whose session it is, in a route that {@link accepts} `crew`. */
export function memberOf(c: Context<SccEnv>): CrewMember {
  const principal = c.get('principal');
  if (principal?.kind !== 'crew') throw new HttpProblem(403, 'Forbidden');
  return principal.member;
}

/** The page whose guest it is, lower-case, in a route that {@link accepts} `guest`. */
export function guestPageOf(c: Context<SccEnv>): string {
  const principal = c.get('principal');
  if (principal?.kind !== 'guest') throw new HttpProblem(403, 'Forbidden');
  return principal.pageId;
}

/** Addresses of guests. Nothing counts there that a browser sends by itself, so there is nothing to forge. */
export const isGuestPath = (path: string): boolean => path.startsWith('/api/g/');

/** A key that is offered is all that counts: a wrong one is not made good by a session beside it. */
async function principalOf(
  c: Context<SccEnv>,
  isBrowser: boolean,
  { serviceKeyHashes, linkKeys, memberOf: findMember, now }: PrincipalOptions,
): Promise<Principal | undefined> {
  const keys = keysFrom((name) => c.req.header(name), 'x-service-key');
  if (keys.length > 0) {
    const isDirect = c.req.header('x-origin-secret') === undefined;
    return isDirect && matchesHash(keys, serviceKeyHashes) ? { kind: 'service' } : undefined;
  }
  if (!isBrowser) return undefined;
  const uploadKey = c.req.header('x-upload-key');
  if (uploadKey !== undefined) return guestOf(c.req.path, uploadKey, linkKeys);
  if (isGuestPath(c.req.path)) return undefined;
  const member = await findMember(getCookie(c, SESSION_COOKIE), now());
  return member && { kind: 'crew', member };
}

async function guestOf(path: string, uploadKey: string, linkKeys: LinkKeys): Promise<Principal | undefined> {
  const pageId = isGuestPath(path) ? (path.split('/')[3] ?? '').toLowerCase() : '';
  if (!PAGE_ID.test(pageId)) return undefined;
  const fits = (keys: readonly LinkKey[]) => isUploadKey(uploadKey, pageId, keys);
  const isGuest = fits(await linkKeys.read()) || fits(await linkKeys.reread());
  return isGuest ? { kind: 'guest', pageId } : undefined;
}

function isUploadKey(offered: string, pageId: string, keys: readonly LinkKey[]): boolean {
  const bytes = Buffer.from(offered);
  return keys.filter(({ key }) => isEqual(bytes, Buffer.from(uploadKeyOf(key, pageId)))).length > 0;
}
