import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelled, confirmed } from './bookings.ts';
import { guestPage } from './look.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.apply([confirmed(), cancelled()]);
});
afterAll(() => world?.close());

const bytes = async (answer: Response) => Buffer.from(await answer.arrayBuffer()).toString('base64');
const headersOf = ({ headers }: Response) => Object.fromEntries(headers);

describe('a guest page', () => {
  it('is the same page under its id in any letter case', async () => {
    const [upper, lower, mixed] = await Promise.all(
      ['/g/XHQGMDH', '/g/xhqgmdh', '/g/xHqGmDh'].map((path) => guestPage(world, path)),
    );
    expect([upper, lower, mixed].map((answer) => answer!.status)).toEqual([200, 200, 200]);
    const body = await bytes(lower!);
    expect(Buffer.from(body, 'base64').toString()).toContain('Alex Morgan');
    expect(await bytes(upper!)).toBe(body);
    expect(await bytes(mixed!)).toBe(body);
  });

  it.each([
    '/xhqgmdh.html',
    '/XHQGMDH.html',
    '/jada-guest-XHQGMDH.html',
    '/jada-guest-xhqgmdh',
    '/g/jada-guest-xhqgmdh.html',
    '/g/xhqgmdh.html',
    '/g/XHQGMDH/',
    '/g//xhqgmdh',
  ])('was once at %s, which leads to it for good', async (path) => {
    const answer = await guestPage(world, path);
    expect(answer.status).toBe(301);
    expect(answer.headers.get('location')).toBe('/g/xhqgmdh');
  });

  it('keeps the query of an old address', async () => {
    const answer = await guestPage(world, '/xhqgmdh.html?from=mail');
    expect(answer.headers.get('location')).toBe('/g/xhqgmdh?from=mail');
  });

  it('is for nobody else: no search engine, no referrer, no frame', async () => {
    const answer = await guestPage(world, '/g/xhqgmdh');
    expect(await answer.text()).toContain('<meta name="robots" content="noindex, nofollow, noarchive">');
    expect(headersOf(answer)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'strict-transport-security': 'max-age=63072000',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('geolocation=()'),
    });
    expect(answer.headers.has('x-robots-tag')).toBe(false);
  });

  it('says the same of itself to who asks its API', async () => {
    const { headers } = await fetch(`${world.endpoints.edge}/api/g/xhqgmdh/presign`, { method: 'POST' });
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'content-security-policy': "frame-ancestors 'none'",
    });
  });

  it('is asked for again on each visit, by its tag', async () => {
    const { headers } = await guestPage(world, '/g/xhqgmdh');
    expect(headers.get('cache-control')).toContain('max-age=0, must-revalidate');
    const again = await fetch(`${world.endpoints.edge}/g/xhqgmdh`, {
      headers: { 'if-none-match': headers.get('etag')! },
    });
    expect(again.status).toBe(304);
  });
});

describe('an address that leads nowhere', () => {
  it.each([
    ...['/g/unknown1', '/g/xhqgmdh/de', '/nothing.html', '/g', '/g/', '/g/short', '/booking-ledger'],
    ...['/g/xhqgmdh%00', '/g/xhqgmdh%', '/g/%c0%af', '/g/..%2findex.html', '/g%2fxhqgmdh', '/g/%2558hqgmdh'],
  ])('is answered with a real 404 page: %s', async (path) => {
    const answer = await guestPage(world, path);
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    const html = await answer.text();
    expect(html).toContain('<h1');
    expect(html).toContain('noindex');
    expect(html).not.toMatch(/AccessDenied|NoSuchKey|<Error>/);
  });

  it('is not said differently for a page that exists elsewhere in the bucket', async () => {
    const [unknown, other] = await Promise.all([guestPage(world, '/g/unknown1'), guestPage(world, '/g/')]);
    expect(await bytes(unknown)).toBe(await bytes(other));
  });
});

describe('the site', () => {
  it('says to robots what they may read', async () => {
    const answer = await guestPage(world, '/robots.txt');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(await answer.text()).toMatch(/^User-agent: \*$/m);
  });

  it('cannot be written to from outside', async () => {
    for (const method of ['PUT', 'POST', 'DELETE', 'PATCH']) {
      const answer = await fetch(`${world.endpoints.edge}/g/xhqgmdh`, { method });
      expect(answer.status, method).toBe(403);
    }
    expect((await guestPage(world, '/g/xhqgmdh')).status).toBe(200);
  });

  it('lists its files to nobody', async () => {
    const answer = await guestPage(world, '/?list-type=2');
    expect(await answer.text()).not.toContain('ListBucketResult');
  });

  it.each(['/g/xhqgmdh', '/g/unknown1', '/xhqgmdh.html', '/api/g/xhqgmdh/presign', '/robots.txt', '/'])(
    'tells nothing of what is behind it: %s',
    async (path) => {
      const answer = await guestPage(world, path);
      const { endpoints } = world;
      const said = JSON.stringify(headersOf(answer)) + (await answer.text());
      const names = Object.keys(headersOf(answer));
      expect(
        names.filter((name) => /^server$|^x-(origin|local|amzn|amz-(id|request|meta|version))/.test(name)),
      ).toEqual([]);
      for (const secret of [endpoints.serviceKey, endpoints.dashboardToken, endpoints.sccApi, 'AccessDenied'])
        expect(said).not.toContain(secret);
    },
  );
});
