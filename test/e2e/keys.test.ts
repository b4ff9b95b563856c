import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uploadKeyOf } from '#bookings/model/ids.ts';
import { openLocalKeys } from '#scripts/stack/credentials.ts';
import { join } from 'node:path';
import { confirmed } from './bookings.ts';
import { asOperator } from './crew-client.ts';
import { doorsOf, knock, liftThrottles, openDoors, type Answer, type Door } from './doors.ts';
import { fingerprint, get, linkOf, mails, mailsSince, signIn } from './look.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let dashboard: Door[];
let scc: Door[];
let cookie: string;
let before: string;
beforeAll(async () => {
  world = await startWorld({ mutate: liftThrottles });
  await world.apply([confirmed()]);
  dashboard = await doorsOf(world.endpoints.dashboardApi);
  scc = await doorsOf(world.endpoints.sccApi);
  ({ cookie } = await signIn(await linkOf(world, 'john')));
  before = await fingerprint(world);
});
afterAll(() => world?.close());

/** What the doors answer, as one set: a door that answers otherwise is one answer too many. */
async function answersOf(doors: readonly Door[], headers: Record<string, string>): Promise<Answer[]> {
  const answers = new Map<string, Answer>();
  for (const door of doors) {
    const answer = await knock(door, headers);
    answers.set(JSON.stringify(answer), answer);
  }
  return [...answers.values()];
}

/** Whom each route of SCC lets in. */
const SCC: Record<string, string> = {
  'GET /api/crew': 'service',
  'GET /api/events': 'service',
  'GET /api/events/{eventId}': 'service',
  'GET /api/guest-links/{bookingKey}': 'service',
  'GET /api/notifications/{bookingKey}': 'service',
  'POST /api/crew/{member}/link': 'service',
  'POST /api/crew/{member}/revoke': 'service',
  'POST /api/events': 'service',
  'POST /api/events/{eventId}/cancel': 'service',
  'POST /api/events/{eventId}/inspect': 'service',
  'POST /api/events/{eventId}/expenses-due': 'service',
  'POST /api/notifications/{bookingKey}/release': 'service',
  'PUT /api/crew/{member}': 'service',
  'PUT /api/events/{eventId}': 'service',
  'GET /api/events/{eventId}/log': 'crew',
  'GET /api/session': 'crew',
  'POST /api/events/{eventId}/answers': 'crew',
  'POST /api/events/{eventId}/entries': 'crew',
  'POST /api/events/{eventId}/seen': 'crew',
  'POST /api/events/{eventId}/uploads': 'crew',
  'POST /api/session/end': 'crew',
  'GET /api/events/{eventId}/answers': 'crew or service',
  'GET /api/events/{eventId}/photos/{photo}/{variant}': 'crew or service',
  'POST /api/events/{eventId}/close': 'crew or service',
  'POST /api/events/{eventId}/open': 'crew or service',
  'GET /api/g/{pageId}/photos': 'guest',
  'POST /api/g/{pageId}/presign': 'guest',
  // Open by design: who lost the link has no key, and calendars send none but their address.
  'GET /api/feeds/{feed}': '',
  'POST /api/crew-links': '',
};
const GUARDED = ['service', 'crew', 'crew or service', 'guest'];
const guardedBy = (...who: string[]) => scc.filter(({ accepts }) => who.includes(accepts));
const throughSite = (doors: readonly Door[]) =>
  doors.map((door) => ({
    ...door,
    url: door.url.replace(world.endpoints.sccApi, world.endpoints.crewPortal),
  }));

describe('the routes', () => {
  it('are all described, with whom they let in, and none is open', async () => {
    expect(dashboard.map(({ name }) => name).toSorted()).toEqual([
      'GET /api/bookings',
      'GET /api/bookings/{bookingKey}',
      'GET /api/calendar',
      'GET /api/cards',
      'POST /api/calendar',
      'POST /api/calendar/inspect',
      'POST /api/cards/inspect',
      'PUT /api/cards/{bookingKey}',
    ]);
    expect(Object.fromEntries(scc.map(({ name, accepts }) => [name, accepts]))).toEqual(SCC);
    expect(await openDoors(world)).toEqual([]);
  });
});

describe('the dashboard', () => {
  it.each<[string, () => Record<string, string>]>([
    ['no token', () => ({})],
    ['an empty token', () => ({ 'x-dashboard-token': '' })],
    ['a wrong token', () => ({ 'x-dashboard-token': 'x'.repeat(43) })],
    ['a wrong bearer', () => ({ authorization: 'Bearer nonsense' })],
    ['a longer token', () => ({ 'x-dashboard-token': `${world.endpoints.dashboardToken}x` })],
    ['the token as a password', () => ({ authorization: `Basic ${world.endpoints.dashboardToken}` })],
    ['the service key', () => ({ 'x-dashboard-token': world.endpoints.serviceKey })],
    ['the service key in its own header', () => ({ 'x-service-key': world.endpoints.serviceKey })],
    ['a session of the crew', () => ({ cookie })],
  ])('refuses %s on every route, always in the same words', async (_what, headers) => {
    expect(await answersOf(dashboard, headers())).toEqual([
      { status: 403, body: JSON.stringify({ message: 'Forbidden' }) },
    ]);
  });

  it.each<[string, () => Record<string, string>]>([
    ['in its header', () => ({ 'x-dashboard-token': world.endpoints.dashboardToken })],
    ['as bearer', () => ({ authorization: `Bearer ${world.endpoints.dashboardToken}` })],
  ])('lets in the token %s', async (_where, headers) => {
    for (const door of dashboard)
      expect([200, 400, 404, 422]).toContain((await knock(door, headers())).status);
  });
});

const UNAUTHORIZED = {
  status: 401,
  body: JSON.stringify({ type: 'about:blank', status: 401, title: 'Unauthorized', requestId: '' }),
};
const FORBIDDEN = {
  status: 403,
  body: JSON.stringify({ type: 'about:blank', status: 403, title: 'Forbidden', requestId: '' }),
};

describe('ShipCaptainCrew', () => {
  it.each<[string, () => Record<string, string>]>([
    ['no key', () => ({})],
    ['an empty key', () => ({ 'x-service-key': '' })],
    ['a wrong key', () => ({ 'x-service-key': 'x'.repeat(43) })],
    ['a wrong bearer', () => ({ authorization: 'Bearer nonsense' })],
    ['the dashboard’s token', () => ({ 'x-service-key': world.endpoints.dashboardToken })],
    [
      'the dashboard’s token in its own header',
      () => ({ 'x-dashboard-token': world.endpoints.dashboardToken }),
    ],
    ['a session that did not come through the distribution', () => ({ cookie })],
    ['a session with a guessed origin secret', () => ({ cookie, 'x-origin-secret': 'guessed' })],
    ['a wrong key beside a good session', () => ({ cookie, 'x-service-key': 'wrong' })],
  ])('refuses %s on every route, always in the same words', async (_what, headers) => {
    expect(await answersOf(scc, headers())).toEqual([UNAUTHORIZED]);
  });

  it.each<[string, () => Record<string, string>]>([
    ['in its header', () => ({ 'x-service-key': world.endpoints.serviceKey })],
    ['as bearer', () => ({ authorization: `Bearer ${world.endpoints.serviceKey}` })],
  ])('lets in the service key %s, but not where only the crew may', async (_where, headers) => {
    for (const door of guardedBy('service', 'crew or service'))
      expect([200, 400, 404, 409, 415, 422], door.name).toContain((await knock(door, headers())).status);
    expect(await answersOf(guardedBy('crew', 'guest', ''), headers())).toEqual([FORBIDDEN]);
    // Browsers come through the distribution, and a service has no business there.
    expect(await answersOf(throughSite(guardedBy(...GUARDED)), headers())).toEqual([UNAUTHORIZED]);
  });

  it('lets a session do nothing that only the operator may, through the distribution too', async () => {
    expect(await answersOf(throughSite(guardedBy('service')), { cookie })).toEqual([FORBIDDEN]);
    expect(await answersOf(throughSite(guardedBy('guest')), { cookie })).toEqual([UNAUTHORIZED]);
    const guarded = throughSite(guardedBy(...GUARDED));
    expect(await answersOf(guarded, { cookie: 'crew_session=forged.token' })).toEqual([UNAUTHORIZED]);
    expect(await answersOf(guarded, {})).toEqual([UNAUTHORIZED]);
  });

  it('lets a session write nothing without the token that only its pages know', async () => {
    const writes = throughSite(guardedBy('crew', 'crew or service')).filter(({ method }) => method !== 'GET');
    expect(writes).toHaveLength(7);
    expect(await answersOf(writes, { cookie })).toEqual([FORBIDDEN]);
  });

  it('lets a guest’s upload key open nothing but the guest’s own routes', async () => {
    const { linkKey } = openLocalKeys(join(world.directory, 'state/keys.json'));
    const headers = { 'x-upload-key': uploadKeyOf(linkKey, 'xhqgmdh') };
    const guarded = throughSite(guardedBy(...GUARDED));
    expect(await answersOf(guarded, headers)).toEqual([UNAUTHORIZED]);
    expect(await answersOf(guarded, { ...headers, cookie })).toEqual([UNAUTHORIZED]);
    const elsewhere = { method: 'POST', url: `${world.endpoints.edge}/api/g/otherpage/presign` };
    const withoutKey = await knock(elsewhere, {});
    expect(withoutKey).toEqual(UNAUTHORIZED);
    expect(await knock(elsewhere, headers)).toEqual(withoutKey);
    const own = (path: string, method: string) =>
      knock({ method, url: `${world.endpoints.edge}/api/g/XHQGMDH/${path}` }, headers);
    expect((await own('photos', 'GET')).status).toBe(200);
    expect((await own('presign', 'POST')).status).toBe(422);
  });
});

describe('the crew portal', () => {
  it('is shut to who knows its own address, whatever session they hold', async () => {
    const portal = world.stack.graph.resources.find(
      ({ type, name }) => type === 'aws:apigatewayv2/api:Api' && name === 'portal',
    );
    const url = String(portal?.outputs.apiEndpoint);
    const attempts: Record<string, string>[] = [{}, { cookie }, { cookie, 'x-origin-secret': 'guessed' }];
    for (const headers of attempts)
      for (const path of ['/crew', '/crew/events/x', '/crew/enter?t=x', '/crew/sent']) {
        const answer = await get(`${url}${path}`, headers);
        expect(answer.status).toBe(403);
        expect(await answer.text()).toBe('');
      }
    expect((await get(`${world.endpoints.crewPortal}/crew`, { cookie })).status).toBe(200);
  });
});

describe('all of these attempts', () => {
  it('changed nothing', async () => {
    expect(await fingerprint(world)).toBe(before);
  });
});

describe('a new link, which anybody may ask for,', () => {
  const ask = async (body: object) => {
    const answer = await fetch(`${world.endpoints.crewPortal}/api/crew-links`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, cookies: answer.headers.getSetCookie(), body: await answer.text() };
  };
  const ACCEPTED = { status: 202, cookies: [], body: JSON.stringify({ accepted: true }) };
  const token = async (member: string) => new URL(await linkOf(world, member)).searchParams.get('t')!;

  it('is mailed to the address on file alone, and the answer is the same whether there is one or not', async () => {
    const sent = await mails(world);
    expect(await ask({ email: 'nobody@example.test' })).toEqual(ACCEPTED);
    expect(await ask({ token: 'no.token' })).toEqual(ACCEPTED);
    expect(await ask({ token: cookie.replace('crew_session=', '') })).toEqual(ACCEPTED);
    expect(await ask({})).toEqual(ACCEPTED);
    expect(await world.stack.settle(60_000)).toEqual([]);
    expect(await fingerprint(world)).toBe(before);
    await asOperator(world, 'POST', '/api/crew/jane/revoke');
    expect(await ask({ email: ' JOHN@example.test ' })).toEqual(ACCEPTED);
    expect(await ask({ token: await token('jane') })).toEqual(ACCEPTED);
    expect(await world.stack.settle(60_000)).toEqual([]);
    expect((await mailsSince(world, sent)).map(({ to }) => to).toSorted()).toEqual([
      ['jane@example.test'],
      ['john@example.test'],
    ]);
  });

  it('is closed without the origin secret', async () => {
    const direct = { method: 'POST', url: `${world.endpoints.sccApi}/api/crew-links` };
    expect(await knock(direct, {})).toEqual(UNAUTHORIZED);
    expect(await knock(direct, { 'x-origin-secret': 'guessed' })).toEqual(UNAUTHORIZED);
  });
});

describe('a calendar feed, whose address is its key,', () => {
  const pathOf = async () => {
    const page = await get(`${world.endpoints.crewPortal}/crew`, { cookie });
    return /\/api\/feeds\/[\w.-]+\.ics/.exec(await page.text())![0];
  };

  it('opens to nothing but that address, and is closed without the origin secret', async () => {
    const { crewPortal, sccApi } = world.endpoints;
    const path = await pathOf();
    expect((await get(`${crewPortal}${path}`)).status).toBe(200);
    expect(await knock({ method: 'GET', url: `${sccApi}${path}` }, {})).toEqual(UNAUTHORIZED);
    const tampered = ['x', 'a.b', path.slice(11, -5), cookie.replace('crew_session=', '')];
    const answers = tampered.map((feed) =>
      knock({ method: 'GET', url: `${crewPortal}/api/feeds/${feed}.ics` }, {}),
    );
    const [first, ...others] = await Promise.all(answers);
    expect(first!.status).toBe(410);
    for (const other of others) expect(other).toEqual(first);
  });
});
