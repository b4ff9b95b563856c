import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uploadKeyOf } from '#bookings/model/ids.ts';
import { csrfToken, feedToken, signLink, signSession } from '#functions/scc/links.ts';
import { ABOARD, ANSWERS, attempt, CAPTAINS, SESSION, type Route, type Sender } from './attempts.ts';
import { EVENTS, startBusyCrew, targetOf } from './busy-crew.ts';
import { senderOf, tokenOf, type Credential, type Hands } from './credentials.ts';
import { settle } from './crew-client.ts';
import { fingerprint, get } from './look.ts';
import { formFor, sendForm } from './upload.ts';
import type { World } from './world.ts';

let world: World;
let hands: Hands;
let before: string;
beforeAll(async () => {
  ({ world, hands } = await startBusyCrew());
  before = await fingerprint(world);
});
afterAll(() => world?.close());

const at = (event: string) => targetOf(event, hands.seen);

/** Each opens one door. */
const TOKENS: Readonly<Record<string, () => string>> = {
  'a magic link': () => signLink(hands.linkKeys, { member: 'jane', eventId: EVENTS.theirs, linkVersion: 1 }),
  'a session': () => tokenOf(hands.phones.jane),
  'a feed token': () => feedToken(hands.linkKeys, { member: 'jane', linkVersion: 1 }),
  'a CSRF token': () => csrfToken(hands.linkKeys, tokenOf(hands.phones.jane)),
  'an upload key': () => uploadKeyOf(hands.linkKeys[0].key, 'p4hxw7nt'),
  'the link key itself': () => hands.linkKeys[0].key,
  'the origin secret': () => hands.originSecret,
};
const USES: Readonly<Record<string, (token: string) => Promise<number>>> = {
  link: async (token) => (await get(`${hands.site}/crew/enter?t=${token}`)).status,
  session: async (token) => (await get(`${hands.site}/crew`, { cookie: `crew_session=${token}` })).status,
  'calendar feed': async (token) => (await get(`${hands.site}/api/feeds/${token}.ics`)).status,
  'CSRF token': async (token) =>
    (await attempt(SEEN, at(EVENTS.theirs), { ...senderOf(JANE, hands), csrf: token })).said === '200'
      ? 200
      : 403,
  'service key': async (token) => (await get(`${hands.sccApi}/api/crew`, { 'x-service-key': token })).status,
  'dashboard token': async (token) =>
    (await get(`${world.endpoints.dashboardApi}/api/bookings`, { 'x-dashboard-token': token })).status,
};
const SEEN = ANSWERS.find(({ name }) => name === 'POST seen')!;
const holder = (name: 'jane' | 'mike'): Credential => ({
  name,
  headers: ({ phones }) => ({ cookie: phones[name].cookie }),
});
const JANE = holder('jane');
const RIGHT = ['a magic link as link', 'a session as session', 'a feed token as calendar feed'];

describe('A token', () => {
  const pairs = Object.keys(TOKENS).flatMap((token) => Object.keys(USES).map((use) => ({ token, use })));
  const isRight = ({ token, use }: { token: string; use: string }) => RIGHT.includes(`${token} as ${use}`);
  const isCsrf = ({ token, use }: { token: string; use: string }) => token.endsWith(use);

  it.each(pairs.filter((pair) => !isRight(pair) && !isCsrf(pair)))('$token is no $use', async (pair) => {
    expect([401, 403, 410]).toContain(await USES[pair.use]!(TOKENS[pair.token]!()));
  });
  it.each(pairs.filter(isRight))('$token is one as $use', async (pair) => {
    expect([200, 303]).toContain(await USES[pair.use]!(TOKENS[pair.token]!()));
  });
  it('and none of it changed anything', async () => {
    expect(await fingerprint(world)).toBe(before);
  });
});

/** What another site, or another session, might send with the cookie of one's own. */
const FORGERIES: Readonly<Record<string, (good: Sender, own: string) => Sender>> = {
  'no CSRF token': ({ csrf: _csrf, ...others }) => others,
  'an empty CSRF token': (good) => ({ ...good, csrf: '' }),
  'an invented CSRF token': (good) => ({ ...good, csrf: 'x'.repeat(43) }),
  'the session itself as CSRF token': (good, own) => ({ ...good, csrf: own }),
  'the CSRF token of another member': (good) => ({
    ...good,
    csrf: csrfToken(hands.linkKeys, tokenOf(hands.phones.john)),
  }),
  'the CSRF token of another session of theirs': (good, own) => ({
    ...good,
    csrf: csrfToken(hands.linkKeys, earlier(own)),
  }),
  'a CSRF token with a guessed key': (good, own) => ({
    ...good,
    csrf: csrfToken([{ kid: 'local', key: 'guessed-guessed-guessed', retiredAt: null }], own),
  }),
  'a foreign origin': (good) => from(good, 'https://example.com'),
  'the origin of the guest site': (good) => from(good, world.endpoints.edge),
  'an origin that begins like ours': (good) => from(good, `${hands.site}.example.com`),
  'an origin that is hidden': (good) => from(good, 'null'),
};
const from = (good: Sender, origin: string): Sender => ({ ...good, headers: { ...good.headers, origin } });
/** Another session of the same member. */
function earlier(session: string): string {
  const { m } = JSON.parse(Buffer.from(session.split('.')[0]!, 'base64url').toString()) as { m: string };
  const linkVersion = m === 'mike' ? 2 : 1;
  return signSession(hands.linkKeys, { member: m, linkVersion, now: new Date(Date.now() - 3_600_000) });
}

const isWrite = ({ method }: Route) => method !== 'GET';
const WRITES = [
  ...[...ANSWERS, ...ABOARD, ...SESSION].map((route) => ({ route, who: 'jane' as const })),
  ...CAPTAINS.filter(isWrite).map((route) => ({ route, who: 'mike' as const })),
].map((write) => ({ ...write, name: write.route.name }));
const EVENT_OF = { jane: EVENTS.theirs, mike: EVENTS.ours };

describe.each(Object.keys(FORGERIES))('A good session with %s', (forgery) => {
  it.each(WRITES)('cannot $name', async ({ route, who }) => {
    const sender = FORGERIES[forgery]!(senderOf(holder(who), hands), tokenOf(hands.phones[who]));
    const { said } = await attempt(route, at(EVENT_OF[who]), sender);
    expect(said).toMatch(route.form ? /^303 \/crew(\/events\/<id>)?\?notice=refused$/ : /^403 Forbidden$/);
  });
  it('and it changed nothing', async () => {
    expect(await fingerprint(world)).toBe(before);
  });
});

describe('A good session', () => {
  const send = (path: string, headers: Record<string, string>, body: string) =>
    fetch(`${hands.site}${path}`, {
      method: 'POST',
      headers: { cookie: hands.phones.jane.cookie, ...headers },
      body,
      redirect: 'manual',
    });
  const path = `/api/events/${EVENTS.theirs}/seen`;
  const body = JSON.stringify({ id: 'attempted-seen-0002', look: '0123456789abcdef' });
  const csrf = () => senderOf(JANE, hands).csrf!;

  it.each<[string, () => Promise<Response>]>([
    ['in the address', () => send(`${path}?csrf=${csrf()}`, { 'content-type': 'application/json' }, body)],
    ['in JSON', () => send(path, { 'content-type': 'application/json' }, JSON.stringify({ csrf: csrf() }))],
    ['in a cookie', () => send(path, { cookie: `${hands.phones.jane.cookie}; csrf=${csrf()}` }, body)],
    ['nowhere, as plain text', () => send(path, { 'content-type': 'text/plain' }, body)],
    ['nowhere, without a type', () => send(path, {}, body)],
  ])('with its CSRF token %s is refused', async (_where, request) => {
    expect((await request()).status).toBe(403);
    expect(await fingerprint(world)).toBe(before);
  });

  it('cannot be asked for a new link by another site either', async () => {
    const foreign = { origin: 'https://example.com', 'content-type': 'application/json' };
    const answer = await send('/api/crew-links', foreign, JSON.stringify({ email: 'jane@example.test' }));
    expect(answer.status).toBe(403);
    expect(await fingerprint(world)).toBe(before);
  });

  it.each(WRITES.filter(({ route }) => !SESSION.includes(route)))(
    'with all that it needs can $name, and once more without a difference',
    async ({ route, who }) => {
      const once = () => attempt(route, at(EVENT_OF[who]), senderOf(holder(who), hands));
      const accepted = /^(200|303 \/crew\/events\/<id>\?notice=(saved|declined).*)$/;
      expect((await once()).said).toMatch(accepted);
      await settle(world);
      const after = await fingerprint(world);
      const again = await once();
      expect(again.said).toMatch(accepted);
      expect(again.body).not.toMatch(/"status":"stored"/);
      await settle(world);
      expect(await fingerprint(world)).toBe(after);
    },
  );

  it('and all of it again, the last first, still without one', async () => {
    const after = await fingerprint(world);
    for (const route of [...ANSWERS, ...ABOARD].toReversed())
      await attempt(route, at(EVENTS.theirs), senderOf(JANE, hands));
    await settle(world);
    expect(await fingerprint(world)).toBe(after);
  });

  it('sends a picture twice by one form, and it has arrived once', async () => {
    const picture = { photo: 'attempted-picture-02', purpose: 'photo' } as const;
    const form = await formFor(hands.phones.jane, EVENTS.theirs, picture);
    for (const time of ['first', 'second']) expect(await sendForm(form), time).toBeLessThan(300);
    await settle(world);
    const { entries } = await hands.phones.jane.log(EVENTS.theirs);
    expect(entries.filter(({ id }) => id.includes(picture.photo))).toHaveLength(1);
    expect((await formFor(hands.phones.jane, EVENTS.theirs, picture)).status).toBe('arrived');
  });
});
