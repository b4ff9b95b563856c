import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '#functions/log.ts';
import { createApp } from '#functions/scc-api/app.ts';
import { csrfToken, SESSION_COOKIE, signSession } from '#functions/scc/links.ts';
import { createLocalApi, CREW_URL, LINK_KEYS, ORIGIN_SECRET, sessionOf } from './local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { NOW } from '#test/functions/scc/samples.ts';

let scc: LocalScc;
let api: ReturnType<typeof createLocalApi>;
beforeAll(async () => {
  scc = await startLocalScc();
  await scc.registry.put('john', { name: 'John Reyes', email: 'john@example.test', active: true });
  api = createLocalApi(scc);
});
afterAll(() => scc.close());

const session = signSession(LINK_KEYS, { member: 'john', linkVersion: 1, now: NOW });
const token = csrfToken(LINK_KEYS, session);
const bare = { 'x-origin-secret': ORIGIN_SECRET, cookie: `${SESSION_COOKIE}=${session}` };
const end = (headers: Record<string, string>, body?: unknown) =>
  api.browse('POST', '/api/session/end', headers, body);

describe('GET /api/session', () => {
  it('says whose it is, and gives the token for its writes', async () => {
    const reply = await api.browse('GET', '/api/session', bare);
    expect(reply.status).toBe(200);
    expect(await reply.json()).toEqual({ member: { key: 'john', name: 'John Reyes' }, csrf: token });
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect((await end({ ...bare, 'x-csrf-token': token })).status).toBe(204);
  });
});

describe('a write by a session', () => {
  it.each<[string, Record<string, string>, string?]>([
    ['the token in the header', { 'x-csrf-token': token }],
    ['the token in the header, from our site', { 'x-csrf-token': token, origin: CREW_URL }],
    ['the token in the form', {}, `csrf=${token}`],
    ['the token in the form, from our site', { origin: CREW_URL }, `csrf=${token}`],
    [
      'the token of before a rotation',
      { 'x-csrf-token': csrfToken([{ ...LINK_KEYS[0]!, retiredAt: null }], session) },
    ],
  ])('is let in with %s', async (_, headers, body) => {
    const reply = await end({ ...bare, ...headers }, body);
    expect(reply.status).toBe(body === undefined ? 204 : 303);
  });

  const other = signSession(LINK_KEYS, { member: 'mia', linkVersion: 1, now: NOW });
  it.each<[string, Record<string, string>]>([
    ['no token', {}],
    ['an empty token', { 'x-csrf-token': '' }],
    ['the session as token', { 'x-csrf-token': session }],
    ['the token of another session', { 'x-csrf-token': csrfToken(LINK_KEYS, other) }],
    ['the token from another site', { 'x-csrf-token': token, origin: 'https://evil.example' }],
    ['the token from a lookalike', { 'x-csrf-token': token, origin: `${CREW_URL}.evil.example` }],
    [
      'the token from our site without encryption',
      { 'x-csrf-token': token, origin: CREW_URL.replace('https', 'http') },
    ],
    ['the token from nowhere', { 'x-csrf-token': token, origin: 'null' }],
  ])('is refused with %s, whatever it is sent as', async (_, headers) => {
    const reply = await end({ ...bare, ...headers });
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({ title: 'Forbidden' });
    expect(reply.headers.get('set-cookie')).toBeNull();
    // Where a browser need not ask first: forms, and text that looks like JSON.
    const field = headers['x-csrf-token'] ?? '';
    const { 'x-csrf-token': _token, ...rest } = headers;
    const form = await end({ ...bare, ...rest }, `csrf=${encodeURIComponent(field)}`);
    expect([form.status, form.headers.get('location')]).toEqual([303, '/crew?notice=refused']);
    expect(form.headers.get('set-cookie')).toBeNull();
    const text = await api.browse(
      'POST',
      '/api/session/end',
      { ...bare, ...rest, 'content-type': 'text/plain' },
      {},
    );
    expect(text.status).toBe(403);
  });

  it('needs none to read, and the service and strangers none at all', async () => {
    expect(
      (await api.browse('GET', '/api/session', { ...bare, origin: 'https://evil.example' })).status,
    ).toBe(200);
    expect(
      (await api.call('POST', '/api/crew/john/revoke', undefined, { origin: 'https://evil.example' })).status,
    ).toBe(200);
    expect((await end({ 'x-origin-secret': ORIGIN_SECRET })).status).toBe(401);
  });
});

describe('POST /api/session/end', () => {
  const attributes = (reply: Response) => reply.headers.get('set-cookie')?.split('; ').toSorted();

  it('takes the cookie back, with the attributes that it was set with', async () => {
    await scc.registry.put('kim', { name: 'Kim', email: 'kim@example.test', active: true });
    const reply = await end(sessionOf('kim'));
    expect(reply.status).toBe(204);
    expect(attributes(reply)).toEqual(
      [`${SESSION_COOKIE}=`, 'HttpOnly', 'Max-Age=0', 'Path=/', 'SameSite=Lax', 'Secure'].toSorted(),
    );
  });

  it('leads a form’s sender to the front page, signed out', async () => {
    const { 'x-csrf-token': csrf, ...headers } = sessionOf('kim') as Record<string, string>;
    const reply = await end(headers, `csrf=${csrf}`);
    expect([reply.status, reply.headers.get('location')]).toEqual([303, '/crew?notice=signed-out']);
    expect(attributes(reply)).toContain(`${SESSION_COOKIE}=`);
    const nobody = await end({ 'x-origin-secret': ORIGIN_SECRET }, 'csrf=x');
    expect([nobody.status, nobody.headers.get('location')]).toEqual([303, '/crew']);
  });

  it('asks for no encryption where there is none: on this machine', async () => {
    const local = createApp({
      ...createLocalApi(scc).deps,
      crewUrl: 'http://127.0.0.1:4321',
      log: createLog('scc-api', () => {}),
    });
    const headers = { ...sessionOf('kim'), origin: 'http://127.0.0.1:4321' };
    const reply = await local.request('/api/session/end', { method: 'POST', headers });
    expect(reply.status).toBe(204);
    expect(attributes(reply)).not.toContain('Secure');
  });
});
