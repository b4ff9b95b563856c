import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp } from '#functions/scc-api/app.ts';
import { NOW } from '#test/functions/scc/samples.ts';
import { asGuest, keyTo, refusalOf, startGuestWorld, wanted, type GuestWorld } from './guest-world.ts';
import { knownKeys, LINK_KEYS, ORIGIN_SECRET, SERVICE_KEY, sessionOf } from './local-api.ts';

let world: GuestWorld;
let page: string;
beforeAll(async () => {
  world = await startGuestWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  page = await world.tell();
});

const one = () => ({ uploads: [wanted(world.freshId())] });
const UNAUTHORIZED = '401';

describe('without the key of the page', () => {
  const origin = { 'x-origin-secret': ORIGIN_SECRET, origin: 'https://guest.example.test' };
  const said = async (headers: Record<string, string>, of = page) => [
    await refusalOf(await world.presign(of, one(), headers)),
    await refusalOf(await world.photosOf(of, headers)),
  ];

  it.each<[string, () => Record<string, string>]>([
    ['nothing', () => ({})],
    ['an empty key', () => ({ 'x-upload-key': '' })],
    ['a wrong key', () => ({ 'x-upload-key': 'x'.repeat(22) })],
    ['a longer key', () => ({ 'x-upload-key': `${keyTo(page)}x` })],
    ['a shorter key', () => ({ 'x-upload-key': keyTo(page).slice(0, -1) })],
    ['the key in other letter case', () => ({ 'x-upload-key': swapCase(keyTo(page)) })],
    ['two keys', () => ({ 'x-upload-key': `${keyTo(page)}, ${keyTo(page)}` })],
    ['the key to another page', () => ({ 'x-upload-key': keyTo('otherpage') })],
    ['the key as bearer', () => ({ authorization: `Bearer ${keyTo(page)}` })],
    ['the key as cookie', () => ({ cookie: `x-upload-key=${keyTo(page)}; crew_session=${keyTo(page)}` })],
    ['the key and a wrong bearer', () => ({ 'x-upload-key': keyTo(page), authorization: 'Bearer x' })],
    ['a session of the crew', () => ({ cookie: sessionOf('john').cookie })],
    [
      'a session of the crew with its token',
      () => ({ ...sessionOf('john'), origin: 'https://crew.example.test' }),
    ],
    ['the service key through the distribution', () => ({ 'x-service-key': SERVICE_KEY })],
    [
      'the key and the service key through the distribution',
      () => ({ 'x-upload-key': keyTo(page), 'x-service-key': SERVICE_KEY }),
    ],
  ])('%s opens nothing', async (_, headers) => {
    expect(await said({ ...origin, ...headers() })).toEqual([UNAUTHORIZED, UNAUTHORIZED]);
  });

  it('a key in the address or the body opens nothing', async () => {
    const key = keyTo(page);
    for (const query of [`k=${key}`, `x-upload-key=${key}`, `uploadKey=${key}`])
      expect(await refusalOf(await world.request('GET', `/api/g/${page}/photos?${query}`, origin))).toBe(
        UNAUTHORIZED,
      );
    expect(await refusalOf(await world.presign(page, { ...one(), key, uploadKey: key }, origin))).toBe(
      UNAUTHORIZED,
    );
  });

  it('the key opens nothing when it did not come through the distribution', async () => {
    expect(await said({ 'x-upload-key': keyTo(page) })).toEqual([UNAUTHORIZED, UNAUTHORIZED]);
    const guessed = { 'x-upload-key': keyTo(page), 'x-origin-secret': 'guessed' };
    expect(await said(guessed)).toEqual([UNAUTHORIZED, UNAUTHORIZED]);
    expect(await said({ 'x-service-key': SERVICE_KEY })).toEqual(['403', '403']);
  });

  it('nobody learns which pages there are', async () => {
    const answers = await Promise.all(
      [page, 'nosuchpage', 'x', `${page}%2Fphotos`, `${page}.`].map(async (path) =>
        world.request('GET', `/api/g/${path}/photos`, origin),
      ),
    );
    for (const answer of answers) expect(await refusalOf(answer)).toBe(UNAUTHORIZED);
  });

  it('a key that was retired opens its page as before, until it is forgotten', async () => {
    const retired = { ...origin, 'x-upload-key': keyTo(page, LINK_KEYS[0]) };
    expect((await world.photosOf(page, retired)).status).toBe(200);
    const forgetful = createApp({ ...world.api.deps, linkKeys: knownKeys([LINK_KEYS[1]!]) });
    const answer = await forgetful.request(`/api/g/${page}/photos`, { headers: retired });
    expect(await refusalOf(answer)).toBe(UNAUTHORIZED);
  });
});

describe('the key of a guest', () => {
  it('is proof enough on every site, and a session beside it changes nothing', async () => {
    const besides: Record<string, string>[] = [
      {},
      { origin: 'https://elsewhere.example.test' },
      { ...sessionOf('john', { csrf: false }) },
    ];
    for (const more of besides)
      expect((await world.presign(page, one(), { ...asGuest(page), ...more })).status).toBe(200);
  });

  it('is no way around the token that a session needs', async () => {
    await world.scc.registry.put('john', { name: 'John Reyes', email: 'john@example.test', active: true });
    const eventId = await world.eventOf(page);
    const { cookie } = sessionOf('john', { csrf: false });
    const note = { id: 'a-note-of-an-attack', kind: 'note', list: 'jada-before', item: 'fuel', text: 'x' };
    const statuses = async (headers: Record<string, string>) => {
      const paths = [
        `/api/g/${page}/../../events/${eventId}/entries`,
        `/api/g/%2e%2e/events/${eventId}/entries`,
      ];
      const body = { entries: [{ ...note, lamport: 1, at: NOW.toISOString() }] };
      return Promise.all(
        paths.map(async (path) => (await world.request('POST', path, { ...headers, cookie }, body)).status),
      );
    };
    expect(await statuses({ 'x-origin-secret': ORIGIN_SECRET })).toEqual([403, 403]);
    expect(await statuses(asGuest(page))).toEqual([403, 403]);
    expect(await statuses({ 'x-origin-secret': ORIGIN_SECRET, 'x-upload-key': keyTo(page) })).toEqual([
      401, 401,
    ]);
    expect(await world.scc.entries.ofEvent(eventId)).toEqual([]);
  });

  it('is in no log, whatever happens', async () => {
    const failing = createApp({
      ...world.api.deps,
      entries: {
        append: async () => 'stored',
        ofEvent: async () => {
          throw new Error('the table is gone');
        },
      },
    });
    const answer = await failing.request(`/api/g/${page}/photos?k=${keyTo(page)}`, {
      headers: asGuest(page),
    });
    expect(answer.status).toBe(500);
    await world.presign(page, one(), { ...asGuest(page), 'x-upload-key': `${keyTo(page)}x` });
    const lines = world.api.logged.join('');
    expect(lines).toContain('the table is gone');
    expect(lines).not.toContain(keyTo(page));
    expect(lines).toContain('/api/g/:pageId/photos');
    expect(lines).not.toContain(page);
  });
});

const swapCase = (text: string): string =>
  text.replaceAll(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
