import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDistribution, type DistributionOptions } from '#scripts/stack/aws/distribution.ts';

const CACHING_OPTIMIZED = '658327ea-f89d-4fab-a63d-7e88639e58f6';
const CACHING_DISABLED = '4135ea2d-6df8-44a3-9df3-4b5a84be39ad';
const ALL_BUT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';
const SECURITY_HEADERS = '67f7725c-6f97-4210-82d7-5512b31e9d03';
const ALL_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'PATCH', 'POST', 'DELETE'];

interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
interface Reply {
  readonly status?: number;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
}

let received: Received[] = [];
let reply: (request: Received) => Reply = () => ({});
const origin = createServer(async (incoming, outgoing) => {
  const body = (await incoming.setEncoding('utf8').toArray()).join('');
  const request = { method: incoming.method!, url: incoming.url!, headers: incoming.headers, body };
  received.push(request);
  const { status = 200, headers = {}, body: text = 'hello' } = reply(request);
  outgoing.writeHead(status, headers).end(text);
});
let originUrl = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
});
afterAll(() => {
  origin.close();
  origin.closeAllConnections();
});
beforeEach(() => {
  received = [];
  reply = () => ({});
});
afterEach(() => vi.useRealTimers());

const behavior = (more: object = {}) => ({
  targetOriginId: 'api',
  allowedMethods: ALL_METHODS,
  cachedMethods: ['GET', 'HEAD'],
  cachePolicyId: CACHING_DISABLED,
  viewerProtocolPolicy: 'redirect-to-https',
  ...more,
});
const cached = (more: object = {}) => behavior({ cachePolicyId: CACHING_OPTIMIZED, ...more });
const customOriginConfig = {
  httpPort: 80,
  httpsPort: 443,
  originProtocolPolicy: 'https-only',
  originSslProtocols: ['TLSv1.2'],
};
const apiOrigin = { originId: 'api', domainName: 'api.example', customOriginConfig };
const restrictions = { geoRestriction: { restrictionType: 'none' } };

function setUp(distribution: object, options: Partial<DistributionOptions> = {}) {
  const edge = createDistribution({
    id: 'E1',
    distribution: {
      enabled: true,
      restrictions,
      origins: [apiOrigin],
      viewerCertificate: {},
      ...distribution,
    },
    cachePolicies: new Map(),
    originRequestPolicies: new Map(),
    responseHeadersPolicies: new Map(),
    functions: new Map(),
    resolveOrigin: () => originUrl,
    sign: () => Promise.reject(new Error('nothing to sign')),
    ...options,
  });
  const send = (path: string, init?: RequestInit) =>
    edge.fetch(new Request(`http://127.0.0.1:5000${path}`, init));
  return { ...edge, send };
}

const none = {
  cookiesConfig: { cookieBehavior: 'none' },
  headersConfig: { headerBehavior: 'none' },
  queryStringsConfig: { queryStringBehavior: 'none' },
};
const cachePolicy = (named: object, ttl: object = {}) => ({
  cachePolicies: new Map([
    ['cp', { ...ttl, parametersInCacheKeyAndForwardedToOrigin: { ...none, ...named } }],
  ]),
});
const originPolicy = (named: object) => ({ originRequestPolicies: new Map([['op', { ...none, ...named }]]) });
const xCache = (response: Response) => response.headers.get('x-cache');

describe('behaviours', () => {
  it.each([
    ['/api/events', '/from-api'],
    ['/API/events', '/from-default'],
    ['/api', '/from-default'],
    ['/img/a.jpg', '/from-jpg'],
    ['/img/ab.jpg', '/from-default'],
    ['/api/x.jpg', '/from-api'],
    ['/', '/from-default'],
  ])('%s goes to the first whose pattern matches', async (path, originPath) => {
    const origins = ['/from-api', '/from-jpg', '/from-default'].map((originId) => ({
      ...apiOrigin,
      originId,
      originPath: originId,
    }));
    const { send } = setUp({
      origins,
      orderedCacheBehaviors: [
        behavior({ pathPattern: '/api/*', targetOriginId: '/from-api' }),
        behavior({ pathPattern: 'img/?.jpg', targetOriginId: '/from-jpg' }),
      ],
      defaultCacheBehavior: behavior({ targetOriginId: '/from-default' }),
    });
    await send(path);
    expect(received[0]!.url).toBe(originPath + path);
  });

  it('refuse a method that is not allowed, without asking the origin', async () => {
    const { send } = setUp({ defaultCacheBehavior: behavior({ allowedMethods: ['GET', 'HEAD'] }) });
    const response = await send('/a', { method: 'POST', body: 'x' });
    expect([response.status, xCache(response)]).toEqual([403, 'Error from cloudfront']);
    expect(received).toEqual([]);
  });

  it('pass a body on', async () => {
    const { send } = setUp({ defaultCacheBehavior: behavior() });
    await send('/a', { method: 'POST', body: 'x=1' });
    expect(received[0]).toMatchObject({ method: 'POST', body: 'x=1' });
  });

  it('answer the default root object for / only', async () => {
    const { send } = setUp({ defaultRootObject: 'index.html', defaultCacheBehavior: cached() });
    await send('/');
    await send('/g/');
    expect(received.map(({ url }) => url)).toEqual(['/index.html', '/g/']);
  });
});

describe('what reaches the origin', () => {
  const viewer = {
    headers: {
      cookie: 'session=1; tracker=2',
      authorization: 'Bearer t',
      'x-upload-key': 'k',
      'x-origin-secret': 'forged',
      'x-forwarded-for': '10.0.0.1',
      'content-type': 'application/json',
      'user-agent': 'phone',
    },
  };

  it('is nothing of the viewer where no policy names it', async () => {
    const { send } = setUp({ defaultCacheBehavior: behavior() });
    await send('/a?q=1', viewer);
    const { 'x-amz-cf-id': requestId, ...headers } = received[0]!.headers;
    expect(requestId).toBeTypeOf('string');
    expect(received[0]!.url).toBe('/a');
    expect(headers).toEqual({
      host: new URL(originUrl).host,
      connection: 'keep-alive',
      'user-agent': 'Amazon CloudFront',
      'x-forwarded-for': '10.0.0.1, 127.0.0.1',
      via: '1.1 e1.cloudfront.net (CloudFront)',
    });
  });

  it('is everything but Host with AllViewerExceptHostHeader', async () => {
    const { send } = setUp({ defaultCacheBehavior: behavior({ originRequestPolicyId: ALL_BUT_HOST }) });
    await send('/a?q=1&q=%20', viewer);
    expect(received[0]!.url).toBe('/a?q=1&q=%20');
    expect(received[0]!.headers).toMatchObject({
      host: new URL(originUrl).host,
      cookie: 'session=1; tracker=2',
      authorization: 'Bearer t',
      'x-upload-key': 'k',
      'user-agent': 'phone',
    });
  });

  it('is the Host of the viewer where all is forwarded, which an API answers with 403', async () => {
    const { send } = setUp(
      { defaultCacheBehavior: behavior({ originRequestPolicyId: 'op' }) },
      originPolicy({ headersConfig: { headerBehavior: 'allViewer' } }),
    );
    await send('/a', viewer);
    expect(received[0]!.headers.host).toBe('127.0.0.1:5000');
  });

  it('is only what an origin request policy names', async () => {
    const { send } = setUp(
      { defaultCacheBehavior: behavior({ originRequestPolicyId: 'op' }) },
      originPolicy({
        headersConfig: { headerBehavior: 'whitelist', headers: { items: ['X-Upload-Key'] } },
        cookiesConfig: { cookieBehavior: 'whitelist', cookies: { items: ['session'] } },
        queryStringsConfig: { queryStringBehavior: 'allExcept', queryStrings: { items: ['utm'] } },
      }),
    );
    await send('/a?q=1&utm=2', viewer);
    expect(received[0]!.url).toBe('/a?q=1');
    expect(received[0]!.headers).toMatchObject({ 'x-upload-key': 'k', cookie: 'session=1' });
    for (const name of ['authorization', 'content-type', 'x-origin-secret'])
      expect(received[0]!.headers).not.toHaveProperty(name);
  });

  it('is Authorization only by a cache policy where caching is enabled', async () => {
    const headersConfig = { headerBehavior: 'whitelist', headers: { items: ['Authorization'] } };
    const named = setUp(
      { defaultCacheBehavior: behavior({ cachePolicyId: 'cp' }) },
      cachePolicy({ headersConfig }),
    );
    const all = setUp({ defaultCacheBehavior: cached({ originRequestPolicyId: ALL_BUT_HOST }) });
    await named.send('/a', viewer);
    await all.send('/a', viewer);
    expect(received.map(({ headers }) => headers.authorization)).toEqual(['Bearer t', undefined]);
  });

  it("is the origin's custom header, whatever the viewer sent under its name", async () => {
    const customHeaders = [{ name: 'X-Origin-Secret', value: 'genuine' }];
    const { send } = setUp({
      origins: [{ ...apiOrigin, customHeaders }],
      defaultCacheBehavior: behavior({ originRequestPolicyId: ALL_BUT_HOST }),
    });
    await send('/a', viewer);
    expect(received[0]!.headers['x-origin-secret']).toBe('genuine');
  });

  it('is signed where the origin has an access control, and only there', async () => {
    const bucket = {
      originId: 'bucket',
      domainName: 'b.s3.us-east-1.amazonaws.com',
      originAccessControlId: 'oac',
    };
    const { send } = setUp(
      {
        origins: [apiOrigin, bucket],
        defaultCacheBehavior: cached({ targetOriginId: 'bucket' }),
        orderedCacheBehaviors: [behavior({ pathPattern: '/api/*' })],
      },
      {
        resolveOrigin: (domainName) => (domainName === 'api.example' ? originUrl : `${originUrl}/b`),
        sign: async (request) => {
          const headers = new Headers(request.headers);
          headers.set('authorization', `signed ${new URL(request.url).pathname}`);
          return new Request(request, { headers });
        },
      },
    );
    await send('/g/a%20b.html', viewer);
    await send('/api/x', viewer);
    expect(received.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/b/g/a%20b.html', 'signed /b/g/a%20b.html'],
      ['/api/x', undefined],
    ]);
  });

  it('comes back as it is, without the cookies that no policy names', async () => {
    reply = () => ({
      status: 303,
      headers: { location: '/crew', 'set-cookie': ['session=2; Path=/', 'other=3'] },
    });
    const cookiesConfig = { cookieBehavior: 'whitelist', cookies: { items: ['session'] } };
    const { send } = setUp(
      {
        defaultCacheBehavior: behavior(),
        orderedCacheBehaviors: [behavior({ pathPattern: '/crew/*', originRequestPolicyId: 'op' })],
      },
      originPolicy({ cookiesConfig }),
    );
    const response = await send('/crew/1');
    expect([response.status, response.headers.get('location')]).toEqual([303, '/crew']);
    expect(response.headers.getSetCookie()).toEqual(['session=2; Path=/']);
    expect((await send('/x')).headers.getSetCookie()).toEqual([]);
  });

  it('is an error of its own when it cannot be reached', async () => {
    const { send } = setUp(
      { defaultCacheBehavior: behavior() },
      { resolveOrigin: () => 'http://127.0.0.1:1' },
    );
    expect((await send('/a')).status).toBe(502);
  });
});

describe('the cache', () => {
  beforeEach(() => vi.useFakeTimers({ now: 0, toFake: ['Date'] }));

  it('answers GET and HEAD until the time is over, then revalidates', async () => {
    reply = ({ headers }) =>
      headers['if-none-match'] === '"1"'
        ? { status: 304, body: '' }
        : { headers: { etag: '"1"', 'cache-control': 'max-age=60' } };
    const { send } = setUp({ defaultCacheBehavior: cached() });
    expect(xCache(await send('/a'))).toBe('Miss from cloudfront');
    vi.setSystemTime(59_000);
    const hit = await send('/a');
    expect([xCache(hit), hit.headers.get('age'), await hit.text()]).toEqual([
      'Hit from cloudfront',
      '59',
      'hello',
    ]);
    expect(xCache(await send('/a', { method: 'HEAD' }))).toBe('Hit from cloudfront');
    expect(received).toHaveLength(1);
    vi.setSystemTime(60_000);
    const refreshed = await send('/a');
    expect([xCache(refreshed), await refreshed.text()]).toEqual(['RefreshHit from cloudfront', 'hello']);
    expect(received[1]!.headers['if-none-match']).toBe('"1"');
  });

  it.each([
    ['max-age=60, s-maxage=5', { minTtl: 0 }, 5],
    ['max-age=1', { minTtl: 10, defaultTtl: 20 }, 10],
    ['max-age=9999', { defaultTtl: 20, maxTtl: 30 }, 30],
    ['', { defaultTtl: 20 }, 20],
    ['no-store', { minTtl: 0 }, 0],
    ['private', { minTtl: 0 }, 0],
    ['no-cache', { minTtl: 0 }, 0],
    ['no-store', { minTtl: 7 }, 7],
  ])('keeps an answer with Cache-Control "%s" under %j for %d s', async (cacheControl, ttl, seconds) => {
    reply = () => ({ headers: { 'cache-control': cacheControl } });
    const { send } = setUp({ defaultCacheBehavior: behavior({ cachePolicyId: 'cp' }) }, cachePolicy({}, ttl));
    await send('/a');
    vi.setSystemTime(seconds * 1000 - 1);
    if (seconds > 0) expect(xCache(await send('/a'))).toBe('Hit from cloudfront');
    vi.setSystemTime(seconds * 1000);
    expect(xCache(await send('/a'))).toBe('Miss from cloudfront');
  });

  it('keeps nothing where caching is disabled, and never a POST', async () => {
    const { send } = setUp({
      defaultCacheBehavior: behavior(),
      orderedCacheBehaviors: [cached({ pathPattern: '/cached/*' })],
    });
    for (let time = 0; time < 2; time += 1) await send('/a');
    for (let time = 0; time < 2; time += 1) await send('/cached/a', { method: 'POST', body: 'x' });
    expect(received).toHaveLength(4);
  });

  it('tells requests apart by what the cache policy names, and by nothing else', async () => {
    const named = {
      queryStringsConfig: { queryStringBehavior: 'whitelist', queryStrings: { items: ['page'] } },
      headersConfig: { headerBehavior: 'whitelist', headers: { items: ['Accept-Language'] } },
      cookiesConfig: { cookieBehavior: 'whitelist', cookies: { items: ['theme'] } },
    };
    const { send } = setUp({ defaultCacheBehavior: behavior({ cachePolicyId: 'cp' }) }, cachePolicy(named));
    const same = { headers: { 'accept-language': 'en', cookie: 'theme=dark; id=1' } };
    await send('/a?page=1', same);
    const others: [string, RequestInit, string][] = [
      ['/a?page=1&utm=x', { headers: { ...same.headers, cookie: 'id=2; theme=dark', 'x-a': 'b' } }, 'Hit'],
      ['/a?page=2', same, 'Miss'],
      ['/A?page=1', same, 'Miss'],
      ['/a?page=1', { headers: { ...same.headers, 'accept-language': 'es' } }, 'Miss'],
      ['/a?page=1', { headers: { ...same.headers, cookie: 'theme=light' } }, 'Miss'],
    ];
    for (const [path, init, expected] of others)
      expect(xCache(await send(path, init)), path).toBe(`${expected} from cloudfront`);
  });

  it('answers 304 to who has it already', async () => {
    reply = () => ({ headers: { etag: '"1"', 'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT' } });
    const { send } = setUp({ defaultCacheBehavior: cached() });
    const answers = [
      await send('/a', { headers: { 'if-none-match': 'W/"1"' } }),
      await send('/a', { headers: { 'if-none-match': '"0", "1"' } }),
      await send('/a', { headers: { 'if-modified-since': 'Fri, 02 Jan 1970 00:00:00 GMT' } }),
      await send('/a', { headers: { 'if-none-match': '"2"' } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([304, 304, 304, 200]);
    expect(await answers[0]!.text()).toBe('');
    expect(received[0]!.headers).not.toHaveProperty('if-none-match');
  });

  it('serves what has expired while the origin fails', async () => {
    const { send } = setUp(
      { defaultCacheBehavior: behavior({ cachePolicyId: 'cp' }) },
      cachePolicy({}, { defaultTtl: 5 }),
    );
    await send('/a');
    vi.setSystemTime(6000);
    reply = () => ({ status: 503, body: 'down' });
    const response = await send('/a');
    expect([response.status, await response.text()]).toEqual([200, 'hello']);
  });

  it('keeps an error for 10 s, also where caching is disabled and the origin says no-store', async () => {
    reply = () => ({ status: 404, headers: { 'cache-control': 'no-store' } });
    const { send } = setUp({ defaultCacheBehavior: behavior() });
    await send('/a');
    reply = () => ({});
    vi.setSystemTime(9_999);
    const response = await send('/a');
    expect([response.status, xCache(response)]).toEqual([404, 'Error from cloudfront']);
    vi.setSystemTime(10_000);
    expect((await send('/a')).status).toBe(200);
  });

  it.each([401, 409, 410, 422, 429])('does not keep %d', async (status) => {
    reply = () => ({ status });
    const { send } = setUp({ defaultCacheBehavior: behavior() });
    await send('/a');
    await send('/a');
    expect(received).toHaveLength(2);
  });
});

describe('an invalidation', () => {
  const lower = `function handler(event) { event.request.uri = event.request.uri.toLowerCase() + '.html'; return event.request; }`;
  const arn = 'arn:aws:cloudfront::000000000000:function/lower';
  const functionAssociations = [{ eventType: 'viewer-request', functionArn: arn }];
  const rewriting = () =>
    setUp({ defaultCacheBehavior: cached({ functionAssociations }) }, { functions: new Map([[arn, lower]]) });

  it.each([
    ['/g/xhqgmdh.html', 'Miss'],
    ['/g/XHQGMDH', 'Miss'],
    ['/g/*', 'Miss'],
    ['/*', 'Miss'],
    ['/g/XHQGMDH.html', 'Hit'],
    ['/g/xhqgmdh', 'Hit'],
    ['/G/*', 'Hit'],
    ['/g/', 'Hit'],
  ])('of %s leaves a page asked for as /g/XHQGMDH a %s', async (path, expected) => {
    const { send, invalidate } = rewriting();
    await send('/g/XHQGMDH');
    invalidate([path]);
    expect(xCache(await send('/g/XHQGMDH'))).toBe(`${expected} from cloudfront`);
  });

  it('has to name the query where the cache keys on it', async () => {
    const { send, invalidate } = setUp(
      { defaultCacheBehavior: behavior({ cachePolicyId: 'cp' }) },
      cachePolicy({ queryStringsConfig: { queryStringBehavior: 'all' } }),
    );
    await send('/a?page=1');
    invalidate(['/a']);
    expect(xCache(await send('/a?page=1'))).toBe('Hit from cloudfront');
    invalidate(['/a?page=1']);
    expect(xCache(await send('/a?page=1'))).toBe('Miss from cloudfront');
  });

  it('also holds for what is on its way from the origin', async () => {
    const { send, invalidate } = setUp({ defaultCacheBehavior: cached() });
    reply = () => {
      invalidate(['/a']);
      return { body: 'old' };
    };
    await send('/a');
    reply = () => ({ body: 'new' });
    expect(await (await send('/a')).text()).toBe('new');
  });

  it.each(['g/xhqgmdh.html', '', '/g/*.html', '/*/x'])('of %j is refused', (path) => {
    expect(() => rewriting().invalidate([path])).toThrow(
      expect.objectContaining({ code: 'InvalidArgument' }),
    );
  });
});

describe('custom error responses', () => {
  const customErrorResponses = [
    { errorCode: 404, responseCode: 404, responsePagePath: '/404.html', errorCachingMinTtl: 0 },
  ];

  it('answer with the page of their path, from the behaviour of that path', async () => {
    reply = ({ url }) => (url === '/site/404.html' ? { body: 'sorry' } : { status: 404, body: 'raw' });
    const { send } = setUp({
      customErrorResponses,
      origins: [apiOrigin, { ...apiOrigin, originId: 'site', originPath: '/site' }],
      orderedCacheBehaviors: [behavior({ pathPattern: '/api/*' })],
      defaultCacheBehavior: cached({ targetOriginId: 'site' }),
    });
    const response = await send('/api/none');
    expect([response.status, await response.text()]).toEqual([404, 'sorry']);
    expect(received.map(({ url }) => url)).toEqual(['/api/none', '/site/404.html']);
  });

  it('leave the error as it is when there is no such page, and other errors alone', async () => {
    reply = ({ url }) => ({ status: url === '/teapot' ? 410 : 404, body: 'raw' });
    const { send } = setUp({ customErrorResponses, defaultCacheBehavior: behavior() });
    expect(await (await send('/none')).text()).toBe('raw');
    expect((await send('/teapot')).status).toBe(410);
  });
});

describe('compression', () => {
  const page = 'x'.repeat(2000);
  const html = { 'content-type': 'text/html; charset=utf-8', etag: '"1"' };
  const gzip = { headers: { 'accept-encoding': 'gzip' } };

  it('follows Accept-Encoding, brotli first, and makes the ETag weak', async () => {
    reply = () => ({ headers: html, body: page });
    const { send } = setUp({ defaultCacheBehavior: cached({ compress: true }) });
    const response = await send('/a', gzip);
    expect([response.headers.get('content-encoding'), response.headers.get('etag')]).toEqual([
      'gzip',
      'W/"1"',
    ]);
    expect(gunzipSync(await response.bytes()).toString()).toBe(page);
    const brotli = await send('/a', { headers: { 'accept-encoding': 'gzip, deflate, br' } });
    expect(brotli.headers.get('content-encoding')).toBe('br');
  });

  it.each<[string, object, Reply, RequestInit]>([
    ['the viewer does not accept it', cached({ compress: true }), { headers: html, body: page }, {}],
    [
      'the viewer refuses it',
      cached({ compress: true }),
      { headers: html, body: page },
      { headers: { 'accept-encoding': 'gzip;q=0' } },
    ],
    ['the behaviour does not say so', cached(), { headers: html, body: page }, gzip],
    ['caching is disabled', behavior({ compress: true }), { headers: html, body: page }, gzip],
    ['it is under 1,000 bytes', cached({ compress: true }), { headers: html, body: 'x'.repeat(999) }, gzip],
    [
      'it is a photo',
      cached({ compress: true }),
      { headers: { 'content-type': 'image/jpeg' }, body: page },
      gzip,
    ],
  ])('does not happen when %s', async (_case, declared, answer, init) => {
    reply = () => answer;
    const { send } = setUp({ defaultCacheBehavior: declared });
    const response = await send('/a', init);
    expect(response.headers.has('content-encoding')).toBe(false);
    expect(await response.text()).toBe(answer.body);
  });
});

describe('a response headers policy', () => {
  const policies = (inputs: object) => ({ responseHeadersPolicies: new Map([['rp', inputs]]) });
  const withPolicy = (inputs: object) =>
    setUp({ defaultCacheBehavior: behavior({ responseHeadersPolicyId: 'rp' }) }, policies(inputs));

  const custom = (header: string) => ({ header, value: 'x', override: true });

  it('adds, overrides and removes headers, also on errors', async () => {
    reply = () => ({
      status: 400,
      headers: {
        'x-frame-options': 'SAMEORIGIN',
        'referrer-policy': 'unsafe-url',
        server: 's',
        'x-robots-tag': 'all',
      },
    });
    const { send } = withPolicy({
      securityHeadersConfig: {
        contentSecurityPolicy: { contentSecurityPolicy: "default-src 'self'", override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: 'DENY', override: true },
        referrerPolicy: { referrerPolicy: 'no-referrer', override: false },
        strictTransportSecurity: {
          accessControlMaxAgeSec: 600,
          includeSubdomains: true,
          preload: true,
          override: true,
        },
      },
      customHeadersConfig: { items: [{ header: 'X-Robots-Tag', value: 'noindex', override: true }] },
      removeHeadersConfig: { items: [{ header: 'Server' }] },
    });
    const response = await send('/a');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-security-policy': "default-src 'self'",
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'unsafe-url',
      'strict-transport-security': 'max-age=600; includeSubDomains; preload',
      'x-robots-tag': 'noindex',
    });
    expect(response.headers.has('server')).toBe(false);
  });

  it('may be the managed one for security', async () => {
    const { send } = setUp({ defaultCacheBehavior: behavior({ responseHeadersPolicyId: SECURITY_HEADERS }) });
    expect(Object.fromEntries((await send('/a')).headers)).toMatchObject({
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'strict-origin-when-cross-origin',
      'x-xss-protection': '1; mode=block',
    });
  });

  it('keeps the header of the origin where it does not override, and adds it elsewhere', async () => {
    const { send } = withPolicy({
      securityHeadersConfig: {
        contentSecurityPolicy: { contentSecurityPolicy: "frame-ancestors 'none'", override: false },
      },
    });
    const policyOf = async () => (await send('/a')).headers.get('content-security-policy');
    expect(await policyOf()).toBe("frame-ancestors 'none'");
    reply = () => ({ headers: { 'content-security-policy': "default-src 'self'" } });
    expect(await policyOf()).toBe("default-src 'self'");
  });

  it.each([
    ['a security header as a custom one', { customHeadersConfig: { items: [custom('X-Frame-Options')] } }],
    ['a CORS header as a custom one', { customHeadersConfig: { items: [custom('access-control-max-age')] } }],
    ['to remove what CloudFront adds', { removeHeadersConfig: { items: [{ header: 'X-Cache' }] } }],
    ['to remove what frames the body', { removeHeadersConfig: { items: [{ header: 'content-length' }] } }],
    ['an eleventh custom header', { customHeadersConfig: { items: Array(11).fill(custom('x-a')) } }],
  ])('refuses %s', (_, inputs) => {
    expect(() => withPolicy(inputs)).toThrow(/rp/);
  });

  it('gives CORS headers to the origins that it allows', async () => {
    const { send } = withPolicy({
      corsConfig: {
        accessControlAllowCredentials: true,
        accessControlAllowHeaders: { items: ['x-upload-key'] },
        accessControlAllowMethods: { items: ['GET', 'POST'] },
        accessControlAllowOrigins: { items: ['https://*.sailjada.com'] },
        originOverride: true,
      },
    });
    const from = (site: string) =>
      send('/a', { method: 'OPTIONS', headers: { origin: site, 'access-control-request-method': 'POST' } });
    const allowed = await from('https://crew.sailjada.com');
    expect(allowed.headers.get('access-control-allow-origin')).toBe('https://crew.sailjada.com');
    expect(allowed.headers.get('access-control-allow-methods')).toBe('GET, POST');
    for (const stranger of ['https://sailjada.com.evil.example', 'https://evilsailjada.com'])
      expect((await from(stranger)).headers.has('access-control-allow-origin')).toBe(false);
  });
});

describe('a function', () => {
  const arn = 'arn:aws:cloudfront::000000000000:function/f';
  const withFunction = (code: string, eventType = 'viewer-request') =>
    setUp(
      {
        defaultCacheBehavior: behavior({
          originRequestPolicyId: ALL_BUT_HOST,
          responseHeadersPolicyId: SECURITY_HEADERS,
          functionAssociations: [{ eventType, functionArn: arn }],
        }),
      },
      { functions: new Map([[arn, code]]) },
    );
  const answering = (expression: string) =>
    withFunction(
      `function handler(event) { return { statusCode: 200, body: JSON.stringify(${expression}) }; }`,
    );

  it("gets the event in CloudFront's shape", async () => {
    const { send } = answering('event');
    const response = await send('/a%20b?x=1&x=2&y=', { headers: { 'X-Head': 'H', cookie: 'a=1; b=2' } });
    expect(xCache(response)).toBe('FunctionGeneratedResponse from cloudfront');
    expect(await response.json()).toEqual({
      version: '1.0',
      context: {
        distributionDomainName: 'e1.cloudfront.net',
        distributionId: 'E1',
        eventType: 'viewer-request',
        requestId: expect.any(String),
      },
      viewer: { ip: '127.0.0.1' },
      request: {
        method: 'GET',
        uri: '/a%20b',
        querystring: { x: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] }, y: { value: '' } },
        headers: { host: { value: '127.0.0.1:5000' }, 'x-head': { value: 'H' } },
        cookies: { a: { value: '1' }, b: { value: '2' } },
      },
    });
    expect(received).toEqual([]);
  });

  it('may change path, query, headers and cookies', async () => {
    const { send } = withFunction(`function handler(event) {
      const request = event.request;
      request.uri = '/b';
      request.querystring = { z: { value: '9' } };
      request.headers['x-added'] = { value: 'yes' };
      delete request.headers['x-head'];
      request.cookies = {};
      return request;
    }`);
    await send('/a?x=1', { headers: { 'X-Head': 'H', cookie: 'a=1' } });
    expect(received[0]).toMatchObject({ url: '/b?z=9', headers: { 'x-added': 'yes' } });
    expect(received[0]!.headers).not.toHaveProperty('x-head');
    expect(received[0]!.headers).not.toHaveProperty('cookie');
  });

  it('may answer itself, and then no response headers policy applies', async () => {
    const { send } = withFunction(`async function handler() {
      console.log('redirecting');
      return { statusCode: 302, statusDescription: 'Found', headers: { location: { value: '/x' } },
        cookies: { a: { value: '1', attributes: 'Secure' } }, body: { encoding: 'base64', data: 'aGk=' } };
    }`);
    const response = await send('/a');
    expect([response.status, response.headers.get('location'), await response.text()]).toEqual([
      302,
      '/x',
      'hi',
    ]);
    expect(response.headers.getSetCookie()).toEqual(['a=1; Secure']);
    expect(response.headers.has('x-frame-options')).toBe(false);
  });

  it('has no network, timers, modules, process or code from text', async () => {
    const names = ['require', 'fetch', 'setTimeout', 'setImmediate', 'process', 'Buffer', 'XMLHttpRequest'];
    const { send } = answering(`[${names.map((name) => `typeof ${name}`).join()}]`);
    expect(await (await send('/a')).json()).toEqual(names.map(() => 'undefined'));
    const evaluating = withFunction(`function handler(event) { eval('1'); return event.request; }`);
    expect((await evaluating.send('/a')).status).toBe(503);
  });

  it('keeps nothing from one call to the next', async () => {
    const { send } = withFunction(
      `let calls = 0; function handler() { calls += 1; return { statusCode: 200, body: String(calls) }; }`,
    );
    await send('/a');
    expect(await (await send('/a')).text()).toBe('1');
  });

  it.each([
    ['throws', `throw new Error('no')`, 503, 'FunctionExecutionError'],
    ['rejects', `return Promise.reject(new Error('no'))`, 503, 'FunctionExecutionError'],
    ['never settles', `return new Promise(function () {})`, 503, 'FunctionExecutionError'],
    ['runs for ever', `for (;;) {}`, 503, 'FunctionExecutionError'],
    ['returns nothing', ``, 502, 'FunctionValidationError'],
    ['returns nonsense', `return { hello: 1 }`, 502, 'FunctionValidationError'],
    ['returns a bad status', `return { statusCode: 'ok' }`, 502, 'FunctionValidationError'],
    [
      'changes Host',
      `event.request.headers.host.value = 'x'; return event.request`,
      502,
      'FunctionValidationError',
    ],
    [
      'names a header in capitals',
      `return { statusCode: 200, headers: { Location: { value: '/' } } }`,
      502,
      'FunctionValidationError',
    ],
  ])('that %s is an error', async (_case, body, status, code) => {
    const { send } = withFunction(`function handler(event) { ${body} }`);
    const response = await send('/a');
    expect([response.status, xCache(response)]).toEqual([status, `${code} from cloudfront`]);
    expect(received).toEqual([]);
  });

  it('at viewer-response changes the answer after the policy, but not an error', async () => {
    reply = ({ url }) => ({ status: url === '/bad' ? 400 : 200, headers: { 'set-cookie': 'a=1; Path=/' } });
    const { send } = withFunction(
      `function handler(event) {
        event.response.headers['x-seen'] = { value: event.response.headers['x-frame-options'].value };
        event.response.cookies.b = { value: '2' };
        return event.response;
      }`,
      'viewer-response',
    );
    const good = await send('/good');
    expect([good.headers.get('x-seen'), await good.text()]).toEqual(['SAMEORIGIN', 'hello']);
    expect(good.headers.getSetCookie()).toEqual(['a=1; Path=/', 'b=2']);
    expect((await send('/bad')).headers.has('x-seen')).toBe(false);
  });

  it.each([
    ['over 10,240 bytes', `function handler() {} // ${'x'.repeat(10_240)}`, /10240/],
    ['that does not compile', `function handler( {`, /function arn:.*: code does not compile/],
    ['with an import', `import x from 'y'; function handler() {}`, /import/],
    ['without handler', `function main() {}`, /no function named handler/],
  ])('%s is refused at creation', (_case, code, message) => {
    expect(() => withFunction(code)).toThrow(message);
  });
});

describe('what is declared wrongly is refused at creation, by name', () => {
  const declare =
    (distribution: object, options: Partial<DistributionOptions> = {}) =>
    () =>
      setUp({ defaultCacheBehavior: behavior(), ...distribution }, options);
  const byDefault = (more: object, options = {}) =>
    declare({ defaultCacheBehavior: behavior(more) }, options);
  const naming = (header: string) => ({
    headersConfig: { headerBehavior: 'whitelist', headers: { items: [header] } },
  });

  it.each<[string, () => unknown, RegExp]>([
    [
      'Lambda@Edge',
      byDefault({ lambdaFunctionAssociations: [] }),
      /distribution E1: defaultCacheBehavior\.lambdaFunctionAssociations is not implemented/,
    ],
    ['signed URLs', byDefault({ trustedKeyGroups: ['k'] }), /defaultCacheBehavior\.trustedKeyGroups/],
    ['field-level encryption', byDefault({ fieldLevelEncryptionId: 'f' }), /fieldLevelEncryptionId/],
    ['legacy settings', byDefault({ forwardedValues: { queryString: true } }), /forwardedValues/],
    ['origin groups', declare({ originGroups: [] }), /originGroups is not implemented/],
    ['a firewall', declare({ webAclId: 'w' }), /webAclId/],
    ['origin shield', declare({ origins: [{ ...apiOrigin, originShield: {} }] }), /origins\.0\.originShield/],
    ['an odd set of methods', byDefault({ allowedMethods: ['GET', 'POST'] }), /allowedMethods/],
    ['no such origin', byDefault({ targetOriginId: 'no' }), /behaviour \*: targetOriginId/],
    ['no such policy', byDefault({ cachePolicyId: 'no' }), /cache policy no/],
    ['no such origin policy', byDefault({ originRequestPolicyId: 'no' }), /origin request policy no/],
    ['no such headers policy', byDefault({ responseHeadersPolicyId: 'no' }), /response headers policy no/],
    [
      'no such function',
      byDefault({ functionAssociations: [{ eventType: 'viewer-request', functionArn: 'arn:no' }] }),
      /no function arn:no/,
    ],
    [
      'a function at origin-request',
      byDefault({ functionAssociations: [{ eventType: 'origin-request', functionArn: 'arn:no' }] }),
      /functionAssociations\.0\.eventType/,
    ],
    [
      'Authorization in an origin request policy',
      byDefault({ originRequestPolicyId: 'op' }, originPolicy(naming('Authorization'))),
      /origin request policy op: headersConfig: Authorization/,
    ],
    [
      'a cache key without a cache',
      byDefault({ cachePolicyId: 'cp' }, cachePolicy(naming('Authorization'), { maxTtl: 0, defaultTtl: 0 })),
      /cache policy cp: .*caching is disabled/,
    ],
    [
      'Server-Timing',
      byDefault(
        { responseHeadersPolicyId: 'rp' },
        { responseHeadersPolicies: new Map([['rp', { serverTimingHeadersConfig: {} }]]) },
      ),
      /response headers policy rp: serverTimingHeadersConfig/,
    ],
    [
      'a custom header that CloudFront owns',
      declare({ origins: [{ ...apiOrigin, customHeaders: [{ name: 'Host', value: 'x' }] }] }),
      /origin api: customHeaders: .*Host/,
    ],
    [
      'an origin of no kind',
      declare({ origins: [{ originId: 'api', domainName: 'x' }] }),
      /customOriginConfig/,
    ],
    [
      'half a custom error',
      declare({ customErrorResponses: [{ errorCode: 404, responseCode: 404 }] }),
      /customErrorResponses\.0\.responsePagePath/,
    ],
    ['a rooted root object', declare({ defaultRootObject: '/index.html' }), /defaultRootObject/],
  ])('%s', (_case, create, message) => expect(create).toThrow(message));
});
