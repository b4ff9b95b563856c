import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { eventIdOf } from '#bookings/model/ids.ts';
import { signSession } from '#functions/scc/links.ts';
import { openLocalKeys } from '#scripts/stack/credentials.ts';
import { confirmed } from './bookings.ts';
import { rewritten } from './credentials.ts';
import { fingerprint, get, linkOf, signIn } from './look.ts';
import { startWorld, type World } from './world.ts';

const ours: BookingFileInput = {
  ...confirmed(),
  crew: [
    { member: 'john', role: 'deckhand', hours: 5 },
    { member: 'jane', role: 'deckhand', hours: 5, rate: '27.50' },
    { member: 'mike', role: 'captain', hours: 3 },
  ],
};
/** A charter that John has no part in. */
const theirs: BookingFileInput = {
  ...confirmed(),
  id: 'MZT5KC',
  pageId: 'p4hxw7nt',
  start: '2027-06-12T09:00',
  crew: [
    { member: 'ana', role: 'deckhand', hours: 4 },
    { member: 'rosa', role: 'captain', hours: 3 },
  ],
};
const OUR_EVENT = eventIdOf('boatsetter-xhqgmdh');
const THEIR_EVENT = eventIdOf('boatsetter-mzt5kc');

let world: World;
let link: string;
beforeAll(async () => {
  world = await startWorld();
  await world.apply([ours, theirs]);
  link = await linkOf(world, 'john');
});
afterAll(() => world?.close());

const crew = (path: string, cookie?: string) =>
  get(`${world.endpoints.crewPortal}${path}`, cookie === undefined ? {} : { cookie });
const withToken = (token: string) => get(`${world.endpoints.crewPortal}/crew/enter?t=${token}`);
const tokenOf = (url: string) => new URL(url).searchParams.get('t')!;

describe('the link in a mail', () => {
  it('signs in and lands on the charter, at an address without the token', async () => {
    const answer = await get(link);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`/crew/events/${OUR_EVENT}`);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^crew_session=[\w.-]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/),
    ]);
    expect(answer.headers.getSetCookie()[0]).not.toContain(tokenOf(link));
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('may be opened twenty times by GET and by HEAD: not one byte of the world changes', async () => {
    const { cookie } = await signIn(link);
    const before = await fingerprint(world);
    for (let time = 0; time < 20; time++) {
      expect((await get(link)).status).toBe(303);
      expect((await get(link, {}, 'HEAD')).status).toBe(303);
      expect((await crew(`/crew/events/${OUR_EVENT}`, cookie)).status).toBe(200);
    }
    expect(await fingerprint(world)).toBe(before);
  });

  it.each<[string, (token: string) => string]>([
    ['another member in it', (token) => rewritten(token, { m: 'mike' })],
    ['another event in it', (token) => rewritten(token, { e: THEIR_EVENT })],
    ['another link version in it', (token) => rewritten(token, { v: 2 })],
    ['its signature cut', (token) => token.slice(0, -1)],
    ['something behind it', (token) => `${token}A`],
    ['no signature', (token) => token.split('.')[0]!],
    ['nothing in it', () => ''],
  ])('with %s signs nobody in', async (_what, tamper) => {
    const answer = await withToken(tamper(tokenOf(link)));
    expect(answer.status).toBe(410);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await answer.text()).toContain('This link no longer works');
  });

  it('is no session, and a session is no link', async () => {
    const token = tokenOf(link);
    const { cookie } = await signIn(link);
    expect((await crew('/crew', `crew_session=${token}`)).status).toBe(401);
    expect((await withToken(cookie.replace('crew_session=', ''))).status).toBe(410);
  });
});

describe('a session', () => {
  const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000);
  const begun = (minutes: number) => {
    const { linkKey } = openLocalKeys(join(world.directory, 'state/keys.json'));
    const keys = [{ kid: 'local', key: linkKey, retiredAt: null }];
    return `crew_session=${signSession(keys, { member: 'john', linkVersion: 1, now: inMinutes(minutes) })}`;
  };
  const THIRTY_DAYS = 30 * 24 * 60;

  it('lasts 30 days, and not a minute longer', async () => {
    expect((await crew('/crew', begun(-THIRTY_DAYS + 1))).status).toBe(200);
    expect((await crew('/crew', begun(-THIRTY_DAYS))).status).toBe(401);
    expect((await crew('/api/session', begun(-THIRTY_DAYS + 1))).status).toBe(200);
    expect((await crew('/api/session', begun(-THIRTY_DAYS))).status).toBe(401);
  });

  it('is not prolonged by use, nor does a page set a cookie', async () => {
    const { cookie } = await signIn(link);
    for (const path of ['/crew', `/crew/events/${OUR_EVENT}`, '/api/session'])
      expect((await crew(path, cookie)).headers.getSetCookie()).toEqual([]);
  });

  it('ends on the device that signs out, by the same attributes', async () => {
    const { cookie } = await signIn(link);
    const { csrf } = (await (await crew('/api/session', cookie)).json()) as { csrf: string };
    const answer = await fetch(`${world.endpoints.crewPortal}/api/session/end`, {
      method: 'POST',
      headers: { cookie },
      body: new URLSearchParams({ csrf }),
      redirect: 'manual',
    });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/crew?notice=signed-out']);
    expect(answer.headers.getSetCookie()).toEqual([
      'crew_session=; Max-Age=0; Path=/; HttpOnly; SameSite=Lax',
    ]);
  });
});

describe('the page of a charter', () => {
  it.each([
    ['john', '$125.00', ['$137.50', '$150.00']],
    ['jane', '$137.50', ['$125.00', '$150.00']],
    ['mike', '$150.00', ['$125.00', '$137.50']],
  ] as const)('shows %s their own pay, and nobody else’s', async (member, own, others) => {
    const { cookie, landing } = await signIn(await linkOf(world, member));
    const html = await (await get(landing, { cookie })).text();
    expect(html).toContain(own);
    for (const amount of others) expect(html).not.toContain(amount);
    expect(html).not.toMatch(/840\.75|289\.41|151\.34|Morgan|Second payment/);
  });

  it('of strangers is answered as if there were no such charter', async () => {
    const { cookie } = await signIn(link);
    const [real, invented] = await Promise.all([
      crew(`/crew/events/${THEIR_EVENT}`, cookie),
      crew('/crew/events/00000000000000000000', cookie),
    ]);
    expect(real.status).toBe(410);
    expect(await described(real)).toEqual(await described(invented));
  });

  it('of strangers is not in the list either', async () => {
    const { cookie } = await signIn(link);
    const html = await (await crew('/crew', cookie)).text();
    expect(html).toContain(OUR_EVENT);
    expect(html).not.toContain(THEIR_EVENT);
    expect(html).not.toContain('June 12');
  });

  it.each([undefined, 'crew_session=', 'crew_session=a.b', 'session=x'])(
    'is closed to who is not signed in (%s)',
    async (cookie) => {
      for (const event of [OUR_EVENT, THEIR_EVENT, 'invented']) {
        const answer = await crew(`/crew/events/${event}`, cookie);
        expect(answer.status).toBe(401);
        expect(await answer.text()).not.toMatch(/JADA|Alex|May 30/);
      }
    },
  );
});

describe('a member whose links were revoked', () => {
  it('is out at once, and the others are not', async () => {
    const { cookie } = await signIn(await linkOf(world, 'jane'));
    const { sccApi, serviceKey } = world.endpoints;
    const revoked = await fetch(`${sccApi}/api/crew/jane/revoke`, {
      method: 'POST',
      headers: { 'x-service-key': serviceKey },
    });
    expect(revoked.status).toBe(200);
    expect((await crew('/crew', cookie)).status).toBe(401);
    expect((await get(await linkOf(world, 'jane'))).status).toBe(410);
    expect((await get(link)).status).toBe(303);
  });
});

async function described(answer: Response) {
  const headers = Object.fromEntries(answer.headers);
  for (const name of ['date', 'x-amz-cf-id', 'apigw-requestid']) delete headers[name];
  return { status: answer.status, headers, body: await answer.text() };
}
