import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { isEqual } from '../keys.ts';
import { signingKey, type LinkKey, type LinkKeys } from './link-keys.ts';

/** Cookie that holds a crew member's session. */
export const SESSION_COOKIE = 'crew_session';
export const SESSION_SECONDS = 30 * 24 * 3600;
/** Links of one charter stay open for a week after its current end. */
export const LINK_HOURS = 7 * 24;

const linkSchema = z.strictObject({
  /** Member. */
  m: z.string(),
  /** Event that the link lands on. */
  e: z.string(),
  /** Link version of the member: raising it in the registry revokes every link and session before it. */
  v: z.int(),
  k: z.string(),
});
const sessionSchema = z.strictObject({
  m: z.string(),
  v: z.int(),
  /** When it began, in epoch seconds. */
  iat: z.int(),
  k: z.string(),
});

const feedSchema = z.strictObject({ m: z.string(), v: z.int(), k: z.string() });

/** A token's content together with the key that signed it. */
export type Signed<T> = Omit<T, 'k'> & { readonly key: LinkKey };
export type Link = Signed<z.output<typeof linkSchema>>;
export type Session = Signed<z.output<typeof sessionSchema>>;
export type Feed = Signed<z.output<typeof feedSchema>>;

/**
 * A magic link's token. It holds no expiry: it is valid until 7 days after the event's *current* end, which the
 * reader computes, so that a moved charter moves its links too.
 */
export const signLink = (
  keys: readonly LinkKey[],
  { member, eventId, linkVersion }: { member: string; eventId: string; linkVersion: number },
): string => sign('crew-link', signingKey(keys), { m: member, e: eventId, v: linkVersion });

/** The whole magic link. Its page takes the token out of the address at once. */
export const crewLink = (
  crewUrl: string,
  keys: readonly LinkKey[],
  claims: Parameters<typeof signLink>[1],
): string => `${crewUrl}/crew/enter?t=${signLink(keys, claims)}`;

/** What a link's token says when it is ours; undefined for anything else. */
export const readLink = (keys: readonly LinkKey[], token: string): Link | undefined =>
  read('crew-link', keys, token, linkSchema);

/**
 * The token in the address of a member's calendar feed: the same as long as neither key nor link version changes, since
 * calendars keep the address for years.
 */
export const feedToken = (
  keys: readonly LinkKey[],
  { member, linkVersion }: { member: string; linkVersion: number },
): string => sign('crew-feed', signingKey(keys), { m: member, v: linkVersion });

export const readFeed = (keys: readonly LinkKey[], token: string): Feed | undefined =>
  read('crew-feed', keys, token, feedSchema);

/** What a page of this session sends along with every write: another site can make a browser send the cookie, not this. */
export const csrfToken = (keys: readonly LinkKey[], session: string): string =>
  macOf('crew-csrf', signingKey(keys), session).toString('base64url');

/** Pages stay open while keys are rotated, so each key's token counts. */
export function isCsrfToken(keys: readonly LinkKey[], session: string, offered: string): boolean {
  const mac = Buffer.from(offered, 'base64url');
  return keys.filter((key) => isEqual(mac, macOf('crew-csrf', key, session))).length > 0;
}

/** A token may be signed by a key that is younger than what we keep of the secret. */
export async function keysFor(token: string, linkKeys: LinkKeys): Promise<readonly LinkKey[]> {
  const keys = await linkKeys.read();
  const kid = kidOf(token);
  return kid === undefined || keys.some((key) => key.kid === kid) ? keys : linkKeys.reread();
}

/** The id of the key that a token says it was signed by; undefined for what is no token. */
const kidOf = (token: string): string | undefined => open(token)?.kid;

export const signSession = (
  keys: readonly LinkKey[],
  { member, linkVersion, now }: { member: string; linkVersion: number; now: Date },
): string => sign('crew-session', signingKey(keys), { m: member, v: linkVersion, iat: toSeconds(now) });

/** What a session says when it is ours and not older than 30 days. A retired key vouches for what it signed before. */
export function readSession(keys: readonly LinkKey[], token: string, now: Date): Session | undefined {
  const session = read('crew-session', keys, token, sessionSchema);
  if (session === undefined) return undefined;
  const age = toSeconds(now) - session.iat;
  if (age < -CLOCK_SKEW_SECONDS || age >= SESSION_SECONDS) return undefined;
  const { retiredAt } = session.key;
  return retiredAt !== null && session.iat > toSeconds(new Date(retiredAt)) ? undefined : session;
}

const CLOCK_SKEW_SECONDS = 300;
const toSeconds = (date: Date): number => Math.floor(date.getTime() / 1000);

/** Purposes keep a link from passing as a session, and any token from passing as another or as an upload key. */
type Purpose = 'crew-link' | 'crew-session' | 'crew-feed' | 'crew-csrf';

function sign(purpose: Purpose, key: LinkKey, content: Record<string, string | number>): string {
  const payload = Buffer.from(JSON.stringify({ ...content, k: key.kid })).toString('base64url');
  return `${payload}.${macOf(purpose, key, payload).toString('base64url')}`;
}

function read<T extends { k: string }>(
  purpose: Purpose,
  keys: readonly LinkKey[],
  token: string,
  schema: z.ZodType<T>,
): Signed<T> | undefined {
  const opened = open(token);
  const key = keys.find(({ kid }) => kid === opened?.kid);
  if (opened === undefined || key === undefined) return undefined;
  if (!isEqual(Buffer.from(opened.mac, 'base64url'), macOf(purpose, key, opened.payload))) return undefined;
  const content = schema.safeParse(opened.content);
  if (!content.success) return undefined;
  const { k: _kid, ...said } = content.data;
  return { ...said, key };
}

const kidSchema = z.looseObject({ k: z.string() });

/** A token's parts, of which nothing is proven yet. */
function open(token: string): { payload: string; mac: string; kid: string; content: unknown } | undefined {
  const [payload, mac, ...rest] = token.length > 1000 ? [] : token.split('.');
  if (payload === undefined || mac === undefined || rest.length > 0) return undefined;
  const content = parsePayload(payload);
  const named = kidSchema.safeParse(content);
  return named.success ? { payload, mac, kid: named.data.k, content } : undefined;
}

function parsePayload(payload: string): unknown {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString());
  } catch {
    return undefined;
  }
}

const macOf = (purpose: Purpose, { key }: LinkKey, payload: string): Buffer =>
  createHmac('sha256', key).update(`${purpose}:${payload}`).digest();
