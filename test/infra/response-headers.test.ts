import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDistribution, type LocalDistribution } from '#scripts/stack/aws/distribution.ts';
import { cloudFrontPoliciesOf, distributionsOf } from '#scripts/stack/declared-edge.ts';
import type { Graph } from '#scripts/stack/graph.ts';
import { listen, type Listening } from '#scripts/stack/listen.ts';
import { localGraph, resource } from '#test/fixtures/local-graph.ts';

/** The distributions as declared, before an origin that says too much of itself. */
let graph: Graph;
let origin: Listening;
let sites: Record<string, LocalDistribution>;
const asked: string[] = [];

const OBJECTS: Record<string, string> = {
  '/index.html': '<h1>Welcome</h1>',
  '/404.html': '<h1>Nothing here</h1>',
  '/g/xhqgmdh.html': '<h1>Alex</h1>',
  '/g/xhqgmdh.es.html': '<h1>Alex, en español</h1>',
  '/robots.txt': 'User-agent: *',
  '/api/g/xhqgmdh/photos': '{}',
  '/crew': '<h1>Crew</h1>',
};
const TALKATIVE = {
  server: 'AmazonS3',
  'x-powered-by': 'Express',
  'x-amz-meta-revision': '7',
  'x-amz-meta-fence': '3',
  'x-amz-meta-sha256': 'abc',
  'x-amz-version-id': 'v1',
  'x-amz-server-side-encryption': 'AES256',
  'x-amz-request-id': 'R1',
  'x-amz-id-2': 'I2',
  'referrer-policy': 'unsafe-url',
  'x-frame-options': 'SAMEORIGIN',
  'cross-origin-resource-policy': 'cross-origin',
  'permissions-policy': 'camera=*',
};

beforeAll(async () => {
  graph = await localGraph();
  origin = await listen(async (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    const body = OBJECTS[pathname];
    const headers = { ...TALKATIVE, 'content-type': 'text/html', ...CSP[pathname] };
    return new Response(body ?? '<Error>NoSuchKey</Error>', {
      status: body === undefined ? 404 : 200,
      headers,
    });
  });
  const made = distributionsOf(graph).map(({ name, id, distribution }) => [
    name,
    createDistribution({
      ...{ id, distribution, ...cloudFrontPoliciesOf(graph) },
      resolveOrigin: () => origin.url,
      sign: (request) => Promise.resolve(request),
    }),
  ]);
  sites = Object.fromEntries(made) as typeof sites;
});
afterAll(() => origin?.close());

const PORTAL_POLICY = "default-src 'none'; frame-ancestors 'none'";
const CSP: Record<string, Record<string, string>> = { '/crew': { 'content-security-policy': PORTAL_POLICY } };

const ask = (path: string, site = 'guest-site', init?: RequestInit) =>
  sites[site]!.fetch(new Request(`http://127.0.0.1${path}`, init));

const COMMON = {
  'strict-transport-security': 'max-age=63072000',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

describe('the guest site', () => {
  it.each([
    ['a page', '/g/xhqgmdh', 200],
    ['a page in the other language', '/g/XHQGMDH/ES', 200],
    ['the start page', '/', 200],
    ['a file', '/robots.txt', 200],
    ['an API', '/api/g/xhqgmdh/photos', 200],
    ['an API path that leads nowhere', '/api/g/unknown1/nothing', 404],
    ['a page that is not there', '/g/unknown1', 404],
    ['a method that is not allowed', '/g/xhqgmdh', 403],
  ])('sends its security headers with %s', async (_, path, status) => {
    const answer = await ask(path, 'guest-site', status === 403 ? { method: 'POST' } : {});
    expect(answer.status).toBe(status);
    const headers = Object.fromEntries(answer.headers);
    expect(headers).toMatchObject({ ...COMMON, 'referrer-policy': 'no-referrer' });
    for (const feature of ['camera', 'microphone', 'geolocation', 'payment', 'usb'])
      expect(headers['permissions-policy']?.split(', ')).toContain(`${feature}=()`);
    expect(headers['permissions-policy']).not.toContain('*');
    // The start page is for search engines; the others say noindex themselves.
    expect(headers).not.toHaveProperty('x-robots-tag');
  });

  it.each(['/g/xhqgmdh', '/robots.txt', '/g/unknown1', '/api/g/xhqgmdh/photos'])(
    'says nothing of what is behind it: %s',
    async (path) => {
      const names = [...(await ask(path)).headers.keys()];
      expect(names.filter((name) => /^(server|x-powered-by|x-amz-(?!cf-id$).*)$/.test(name))).toEqual([]);
    },
  );

  it.each([
    '/g',
    '/g/',
    '/g/short',
    '/g/unknown1',
    '/g/xhqgmdh/de',
    '/nothing.html',
    '/API/g/xhqgmdh/photos',
    '/g/xhqgmdh%00',
    '/g/xhqgmdh%',
    '/g/%c0%af',
    '/g/..%2findex.html',
    '/g%2fxhqgmdh',
    '/g/%252e%252e/index.html',
    '/g/xhqgmdh%0d%0aset-cookie:a=b',
    '/🛥️',
    `/g/${'a'.repeat(8000)}`,
  ])('answers %s with the 404 page', async (path) => {
    const answer = await ask(path);
    expect(answer.status).toBe(404);
    expect(await answer.text()).toBe(OBJECTS['/404.html']);
    expect(Object.fromEntries(answer.headers)).toMatchObject(COMMON);
    expect(answer.headers.get('set-cookie')).toBeNull();
  });

  it('asks the bucket for no name that makes no sense, and for one nonsense once', async () => {
    asked.length = 0;
    for (const nonsense of ['%00', '%c0%af', 'a%2fb', '%']) await ask(`/g/xhqgmdh${nonsense}`);
    expect(asked.filter((path) => path !== '/404' && path !== '/404.html')).toEqual([]);
  });

  it('redirects to its own pages alone, by a relative address', async () => {
    const moved = await ask('//g//XHQGMDH.html?utm=a&utm=b&print', 'guest-site', { redirect: 'manual' });
    expect([moved.status, moved.headers.get('location')]).toEqual([301, '/g/xhqgmdh?utm=a&utm=b&print']);
  });
});

describe('the crew site', () => {
  it.each([
    ['a file', '/robots.txt', 200],
    ['an API path that leads nowhere', '/api/nothing', 404],
  ])('sends its security headers with %s', async (_, path, status) => {
    const answer = await ask(path, 'crew-site');
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      ...COMMON,
      'referrer-policy': 'strict-origin',
    });
  });

  it('leaves the portal its own content security policy', async () => {
    const { headers } = await ask('/crew', 'crew-site');
    expect(headers.get('content-security-policy')).toBe(PORTAL_POLICY);
  });
});

describe('every behaviour of every distribution', () => {
  it('has the headers policy of its site', () => {
    for (const site of ['guest-site', 'crew-site']) {
      const { id } = resource(graph, 'ResponseHeadersPolicy', site);
      const { defaultCacheBehavior, orderedCacheBehaviors } = resource(graph, 'Distribution', site)
        .inputs as unknown as Record<string, { responseHeadersPolicyId: string }[]>;
      const behaviours = [defaultCacheBehavior!, orderedCacheBehaviors!].flat();
      expect(behaviours.length).toBeGreaterThan(1);
      expect(new Set(behaviours.map(({ responseHeadersPolicyId }) => responseHeadersPolicyId))).toEqual(
        new Set([id]),
      );
    }
  });
});
