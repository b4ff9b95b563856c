import { uploadKeyOf } from '#bookings/model/ids.ts';
import { csrfToken, feedToken, signLink, signSession } from '#functions/scc/links.ts';
import type { LinkKey } from '#functions/scc/link-keys.ts';
import {
  ABOARD,
  ANSWERS,
  PICTURES,
  READS,
  RECEIPT,
  type Route,
  type Sender,
  type Target,
} from './attempts.ts';
import type { Phone } from './crew-client.ts';

/** What people hold who try to open a charter that is not theirs. */
export interface Hands {
  /** `john` is on `ours` with `mike`, its captain; `jane` on `theirs`, whose captain was `rosa`. */
  readonly phones: Readonly<Record<'john' | 'jane' | 'ana' | 'mike' | 'rosa' | 'mike before', Phone>>;
  /** `open` invites John; `taken` invited John and had Ana's sign-up before it was given to Jane. */
  readonly events: Readonly<Record<'ours' | 'theirs' | 'taken' | 'open', string>>;
  /** What Jane's page of `theirs` shows. */
  readonly seen: Pick<Target, 'version' | 'look'>;
  /** Page id of `theirs`. */
  readonly pageId: string;
  readonly linkKeys: readonly [LinkKey];
  readonly originSecret: string;
  readonly dashboardToken: string;
  readonly site: string;
  readonly sccApi: string;
}

export interface Credential {
  readonly name: string;
  headers(hands: Hands): Record<string, string>;
  readonly isDirect?: boolean;
  /** What they aim at; `theirs` by default. */
  readonly event?: keyof Hands['events'];
  /** What opens to them all the same. */
  readonly may?: readonly Route[];
}

type More = Pick<Credential, 'event' | 'may'>;
const cookie = (name: string, token: (hands: Hands) => string, more: More = {}): Credential => ({
  name,
  headers: (hands) => ({ cookie: `crew_session=${token(hands)}` }),
  ...more,
});
const beside = (name: string, headers: Credential['headers']): Credential => ({
  name: `${name} beside a good session`,
  headers: (hands) => ({ cookie: hands.phones.jane.cookie, ...headers(hands) }),
});
const direct = (name: string, headers: Credential['headers']): Credential => ({
  name: `${name}, straight at SCC`,
  headers,
  isDirect: true,
});

export const tokenOf = ({ cookie: session }: Phone): string => session.replace('crew_session=', '');
const uploadKey = ({ linkKeys, pageId }: Hands) => uploadKeyOf(linkKeys[0].key, pageId);

const inDays = (days: number) => new Date(Date.now() + days * 24 * 3_600_000);
const session = (
  { linkKeys }: Hands,
  { member = 'jane', linkVersion = 1, now = new Date(), key = linkKeys[0].key } = {},
): string => signSession([{ ...linkKeys[0], key }], { member, linkVersion, now });

/** Other content under the signature of a good token. */
export function rewritten(token: string, content: object): string {
  const [payload, signature] = token.split('.');
  const said = JSON.parse(Buffer.from(payload!, 'base64url').toString()) as object;
  return `${Buffer.from(JSON.stringify({ ...said, ...content })).toString('base64url')}.${signature}`;
}

/** Who is nobody, to pages and API alike. */
export const NOBODIES: readonly Credential[] = [
  { name: 'no cookie', headers: () => ({}) },
  cookie('an empty cookie', () => ''),
  cookie('a forged cookie', () => 'forged.token'),
  cookie('a session signed with a guessed key', (hands) =>
    session(hands, { key: 'guessed-guessed-guessed' }),
  ),
  cookie('a session rewritten to another member', ({ phones }) =>
    rewritten(tokenOf(phones.john), { m: 'jane' }),
  ),
  cookie('a session without its signature', ({ phones }) => tokenOf(phones.jane).split('.')[0]!),
  cookie('a session with a longer signature', ({ phones }) => `${tokenOf(phones.jane)}AAAA`),
  cookie('a session of 30 days ago', (hands) => session(hands, { now: inDays(-30) })),
  cookie('a session of tomorrow', (hands) => session(hands, { now: inDays(1) })),
  cookie('a session of a member who never was', (hands) => session(hands, { member: 'ghost' })),
  cookie('a session under a link version to come', (hands) => session(hands, { linkVersion: 2 })),
  cookie('a revoked session, at their own charter', ({ phones }) => tokenOf(phones['mike before']), {
    event: 'ours',
  }),
  cookie(
    'a revoked session rewritten to the new link version',
    ({ phones }) => rewritten(tokenOf(phones['mike before']), { v: 2 }),
    { event: 'ours' },
  ),
  cookie('a deactivated captain’s session, at their own charter', ({ phones }) => tokenOf(phones.rosa)),
  cookie('a magic link to this charter as cookie', ({ linkKeys, events }) =>
    signLink(linkKeys, { member: 'jane', eventId: events.theirs, linkVersion: 1 }),
  ),
  cookie('a feed token as cookie', ({ linkKeys }) => feedToken(linkKeys, { member: 'jane', linkVersion: 1 })),
  cookie('a CSRF token as cookie', ({ linkKeys, phones }) => csrfToken(linkKeys, tokenOf(phones.jane))),
  cookie('the charter’s upload key as cookie', uploadKey),
  {
    name: 'a good session in a cookie of another name',
    headers: ({ phones }) => ({ cookie: `session=${tokenOf(phones.jane)}` }),
  },
  {
    name: 'a good session as bearer',
    headers: ({ phones }) => ({ authorization: `Bearer ${tokenOf(phones.jane)}` }),
  },
  { name: 'the charter’s upload key', headers: (hands) => ({ 'x-upload-key': uploadKey(hands) }) },
  {
    name: 'a guessed origin secret through the distribution',
    headers: () => ({ 'x-origin-secret': 'guessed' }),
  },
];

/** Who would be somebody, but for what else they send, or where they send it. To the API: pages look at cookies alone. */
export const SPOILT: readonly Credential[] = [
  beside('a wrong service key', () => ({ 'x-service-key': 'wrong' })),
  beside('a wrong bearer', () => ({ authorization: 'Bearer wrong' })),
  beside('an upload key', (hands) => ({ 'x-upload-key': uploadKey(hands) })),
  direct('a good session', ({ phones }) => ({ cookie: phones.jane.cookie })),
  direct('a good session and a guessed origin secret', ({ phones }) => ({
    cookie: phones.jane.cookie,
    'x-origin-secret': 'guessed',
  })),
  direct('the origin secret alone', ({ originSecret }) => ({ 'x-origin-secret': originSecret })),
  direct('the dashboard’s token as service key', ({ dashboardToken }) => ({
    'x-service-key': dashboardToken,
  })),
];

/** Who is somebody without a part in the charter. */
export const STRANGERS: readonly Credential[] = [
  cookie('a session for another charter', ({ phones }) => tokenOf(phones.john)),
  cookie('a session for another charter in a second cookie too', ({ phones }) =>
    [tokenOf(phones.john), phones.jane.cookie].join('; '),
  ),
  cookie('the session of another charter’s captain', ({ phones }) => tokenOf(phones.mike)),
  cookie('the session of a member since unassigned', ({ phones }) => tokenOf(phones.ana)),
  cookie('the session of one whose sign-up lapsed', ({ phones }) => tokenOf(phones.ana), { event: 'taken' }),
  cookie('the session of one whose invitation ended', ({ phones }) => tokenOf(phones.john), {
    event: 'taken',
  }),
];

/** Who has a part in the charter that goes only so far. */
export const PARTS: readonly Credential[] = [
  cookie('the session of an invited member', ({ phones }) => tokenOf(phones.john), {
    event: 'open',
    may: [...READS, ...ANSWERS],
  }),
  cookie('the session of one on board who is not captain', ({ phones }) => tokenOf(phones.jane), {
    may: [...READS, ...ANSWERS, ...ABOARD, ...PICTURES, RECEIPT],
  }),
];

/** Sends all that a good request needs: the crew site as origin, and the right CSRF token for whatever session it is. */
export function senderOf({ headers, isDirect }: Credential, hands: Hands): Sender {
  const held = headers(hands);
  const own = /crew_session=([^;]*)/.exec(held['cookie'] ?? '')?.[1] ?? '';
  return {
    at: isDirect ? hands.sccApi : hands.site,
    headers: { origin: hands.site, ...held },
    csrf: csrfToken(hands.linkKeys, own),
  };
}
