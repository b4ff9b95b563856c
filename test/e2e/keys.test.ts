import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { uploadKeyOf } from '#bookings/model/ids.ts';
import { openLocalKeys } from '#scripts/stack/credentials.ts';
import { join } from 'node:path';
import { confirmed } from './bookings.ts';
import { doorsOf, knock, openDoors, type Answer, type Door } from './doors.ts';
import { fingerprint, get, linkOf, signIn } from './look.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let dashboard: Door[];
let scc: Door[];
let cookie: string;
let before: string;
beforeAll(async () => {
  world = await startWorld();
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

describe('the routes', () => {
  it('are all described, and none is open', async () => {
    expect(dashboard.map(({ name }) => name).toSorted()).toEqual([
      'GET /api/bookings',
      'GET /api/bookings/{bookingKey}',
      'GET /api/calendar',
      'GET /api/cards',
      'POST /api/calendar',
      'PUT /api/cards/{bookingKey}',
    ]);
    expect(scc.length).toBeGreaterThanOrEqual(11);
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
  ])('lets in the service key %s', async (_where, headers) => {
    for (const door of scc) expect([200, 400, 404, 422]).toContain((await knock(door, headers())).status);
  });

  it('lets a session do nothing that only the operator may, through the distribution too', async () => {
    const through = scc.map((door) => ({
      ...door,
      url: door.url.replace(world.endpoints.sccApi, world.endpoints.crewPortal),
    }));
    expect(await answersOf(through, { cookie })).toEqual([FORBIDDEN]);
    expect(await answersOf(through, { cookie: 'crew_session=forged.token' })).toEqual([UNAUTHORIZED]);
    expect(await answersOf(through, {})).toEqual([UNAUTHORIZED]);
  });

  it('lets a guest’s upload key open nothing but the guest’s own routes', async () => {
    const { linkKey } = openLocalKeys(join(world.directory, 'state/keys.json'));
    const headers = { 'x-upload-key': uploadKeyOf(linkKey, 'xhqgmdh') };
    const { crewPortal, sccApi, edge } = world.endpoints;
    const through = scc.map((door) => ({ ...door, url: door.url.replace(sccApi, crewPortal) }));
    expect(await answersOf(through, headers)).toEqual([UNAUTHORIZED]);
    const elsewhere = { method: 'POST', url: `${edge}/api/g/otherpage/presign` };
    const withoutKey = await knock(elsewhere, {});
    expect(await knock(elsewhere, headers)).toEqual(withoutKey);
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
      for (const path of ['/crew', '/crew/events/x', '/crew/enter?t=x']) {
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
