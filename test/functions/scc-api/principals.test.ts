import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uploadKeyOf } from '#bookings/model/ids.ts';
import { SESSION_COOKIE, signLink, signSession } from '#functions/scc/links.ts';
import { createLocalApi, LINK_KEYS, ORIGIN_SECRET, SERVICE_KEY } from './local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { john, NOW, samplePut } from '#test/functions/scc/samples.ts';

let scc: LocalScc;
let api: ReturnType<typeof createLocalApi>;
beforeAll(async () => {
  scc = await startLocalScc();
  await scc.registry.put('john', { name: 'John Reyes', email: 'john@example.test', active: true });
  api = createLocalApi(scc);
});
afterAll(() => scc.close());

/** Every route and who may use it: a route that is missing here fails the first test. */
const ROUTES: Record<string, readonly string[]> = {
  'PUT /api/events/{eventId}': ['service'],
  'POST /api/events': ['service'],
  'GET /api/events/{eventId}': ['service'],
  'GET /api/events': ['service'],
  'POST /api/events/{eventId}/cancel': ['service'],
  'POST /api/notifications/{bookingKey}/release': ['service'],
  'GET /api/notifications/{bookingKey}': ['service'],
  'GET /api/guest-links/{bookingKey}': ['service'],
  'GET /api/crew': ['service'],
  'PUT /api/crew/{member}': ['service'],
  'POST /api/crew/{member}/revoke': ['service'],
};

const SESSION = signSession(LINK_KEYS, { member: 'john', linkVersion: 1, now: NOW });
const LINK = signLink(LINK_KEYS, { member: 'john', eventId: 'e', linkVersion: 1 });
const origin = { 'x-origin-secret': ORIGIN_SECRET };
const cookie = (value: string) => ({ cookie: `${SESSION_COOKIE}=${value}` });

/** Credentials and what a route that is open to nobody of theirs answers. */
const CREDENTIALS: [string, Record<string, string>, number][] = [
  ['nothing', {}, 401],
  ['a wrong service key', { 'x-service-key': 'wrong' }, 401],
  ['an empty service key', { 'x-service-key': '' }, 401],
  ['a wrong bearer', { authorization: 'Bearer wrong' }, 401],
  ['the service key as another scheme', { authorization: `Basic ${SERVICE_KEY}` }, 401],
  ['a session without origin secret', cookie(SESSION), 401],
  ['a session with a wrong origin secret', { ...cookie(SESSION), 'x-origin-secret': 'wrong' }, 401],
  ['the origin secret alone', origin, 401],
  ['the origin secret as service key', { 'x-service-key': ORIGIN_SECRET }, 401],
  ['the service key as origin secret', { ...cookie(SESSION), 'x-origin-secret': SERVICE_KEY }, 401],
  ['a session as service key', { 'x-service-key': SESSION, ...origin }, 401],
  ['a link as session', { ...cookie(LINK), ...origin }, 401],
  [
    'an upload key away from its page',
    { 'x-upload-key': uploadKeyOf(LINK_KEYS[1]!.key, 'xhqgmdh'), ...origin },
    401,
  ],
  ['a wrong bearer beside a session', { ...cookie(SESSION), ...origin, authorization: 'Bearer wrong' }, 401],
  ['a wrong service key beside a session', { ...cookie(SESSION), ...origin, 'x-service-key': 'wrong' }, 401],
  ['a session of the crew', { ...cookie(SESSION), ...origin }, 403],
];

const request = (route: string, headers: Record<string, string>) => {
  const [method, path] = route.split(' ') as [string, string];
  return api.app.request(path.replaceAll(/\{\w+\}/g, 'x'), { method, headers });
};

describe('the routes of scc-api', () => {
  it('are all in the table', async () => {
    const { paths } = (await (await api.app.request('/api/openapi.json')).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
    const handled = api.app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`);
    expect([...new Set(handled)].toSorted()).toEqual(
      [...Object.keys(ROUTES), 'GET /api/openapi.json'].toSorted(),
    );
  });

  describe.each(Object.keys(ROUTES))('%s', (route) => {
    it.each(CREDENTIALS)('refuses %s, without saying why', async (_, headers, status) => {
      const reply = await request(route, headers);
      expect(reply.status).toBe(status);
      const title = status === 401 ? 'Unauthorized' : 'Forbidden';
      const { requestId, ...problem } = (await reply.json()) as Record<string, unknown>;
      expect(problem).toEqual({ type: 'about:blank', status, title });
      expect(reply.headers.get('x-request-id')).toBe(requestId);
    });

    it.each([
      ['the header', { 'x-service-key': SERVICE_KEY }],
      ['a bearer', { authorization: `Bearer ${SERVICE_KEY}` }],
      ['the key before the rotation', { 'x-service-key': 'an older service key' }],
      [
        'a bearer beside a wrong header',
        { 'x-service-key': 'wrong', authorization: `Bearer ${SERVICE_KEY}` },
      ],
      ['the header beside a wrong bearer', { 'x-service-key': SERVICE_KEY, authorization: 'Bearer wrong' }],
    ])('lets the service in by %s', async (_, headers) => {
      const reply = await request(route, headers);
      expect([401, 403, 500]).not.toContain(reply.status);
    });
  });
});

describe('GET /api/crew and its kin', () => {
  const contact = { name: 'Kim', email: 'kim@example.test', active: true };

  it('enter, list and revoke a member, without resetting what was revoked', async () => {
    expect(await (await api.call('PUT', '/api/crew/kim', contact)).json()).toEqual({
      key: 'kim',
      ...contact,
      linkVersion: 1,
    });
    expect((await (await api.call('POST', '/api/crew/kim/revoke')).json()) as object).toMatchObject({
      linkVersion: 2,
    });
    await api.call('PUT', '/api/crew/kim', { ...contact, active: false });
    const { crew } = (await (await api.call('GET', '/api/crew')).json()) as { crew: unknown[] };
    expect(crew).toContainEqual({ key: 'kim', ...contact, active: false, linkVersion: 2 });
    expect((await api.call('POST', '/api/crew/nobody/revoke')).status).toBe(404);
    expect(api.logged.join()).not.toContain('kim@');
  });

  it('send what waits for an address as soon as there is one', async () => {
    const bookingKey = 'phone-waiting';
    const lou = { ...john, key: 'lou', member: 'lou', name: 'Lou' };
    const body = samplePut({ bookingKey, view: { crew: [lou] } });
    await api.call('PUT', `/api/events/${body.event.view.eventId}`, body);
    await api.call('POST', `/api/notifications/${bookingKey}/release`, { revision: 1 });
    const id = `${body.event.view.eventId}#lou#assigned#1`;
    await scc.notifications.postpone(id, {
      until: '2027-05-02T00:00:00Z',
      reason: 'not in the crew registry',
    });
    const { notifications } = (await (await api.call('GET', `/api/notifications/${bookingKey}`)).json()) as {
      notifications: { recipient: string }[];
    };
    expect(notifications.find(({ recipient }) => recipient === 'lou')).toMatchObject({
      state: 'pending',
      reason: 'not in the crew registry',
      attempts: 1,
      nextAttemptAt: '2027-05-02T00:00:00Z',
    });
    api.published.length = 0;
    await api.call('PUT', '/api/crew/lou', { ...contact, active: false });
    await api.call('PUT', '/api/crew/kim', contact);
    expect(api.published).toEqual([]);
    await api.call('PUT', '/api/crew/lou', contact);
    expect(api.published).toEqual([id]);
  });

  it('refuse everything that is wrong at once', async () => {
    const reply = await api.call('PUT', '/api/crew/lee', { name: '', email: 'lee', active: 1, phone: '1' });
    const { problems } = (await reply.json()) as { problems: { path: string }[] };
    expect(reply.status).toBe(422);
    expect(problems.map(({ path }) => path).toSorted()).toEqual(['active', 'email', 'name', 'phone']);
    expect(await scc.registry.find('lee')).toBeUndefined();
  });
});
