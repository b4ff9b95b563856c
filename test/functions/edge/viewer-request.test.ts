import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createDistribution } from '#scripts/stack/aws/distribution.ts';

const source = readFileSync(new URL('../../../functions/edge/viewer-request.js', import.meta.url), 'utf8');

type Values = Record<string, { value: string; multiValue?: { value: string }[] }>;

function run(uri: string, querystring: Values = {}, method = 'GET') {
  const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
  runInContext(source, context);
  const event = { request: { method, uri, querystring, headers: {}, cookies: {} } };
  return JSON.parse(runInContext(`JSON.stringify(handler(${JSON.stringify(event)}))`, context) as string) as {
    uri?: string;
    statusCode?: number;
    headers: Record<string, { value: string }>;
  };
}

const locationOf = (uri: string, querystring?: Values) => run(uri, querystring).headers['location']?.value;

describe('a guest page', () => {
  it.each([
    ['/g/xhqgmdh', '/g/xhqgmdh.html'],
    ['/g/XHQGMDH', '/g/xhqgmdh.html'],
    ['/G/XhqGmdh', '/g/xhqgmdh.html'],
    ['/g/a1b2c3d4', '/g/a1b2c3d4.html'],
    ['/g/abcdefghij012345', '/g/abcdefghij012345.html'],
    ['/g/xhqgmdh/en', '/g/xhqgmdh.en.html'],
    ['/g/XHQGMDH/ES', '/g/xhqgmdh.es.html'],
    ['/g/XHQGMDH.ics', '/g/xhqgmdh.ics'],
    ['/g/xhqgmdh.ICS', '/g/xhqgmdh.ics'],
  ])('%s is the object %s', (uri, object) => {
    expect(run(uri)).toMatchObject({ uri: object });
    expect(run(uri)).not.toHaveProperty('statusCode');
  });

  it.each([
    ['/g/xhqgmdh/', '/g/xhqgmdh'],
    ['/g/XHQGMDH/', '/g/xhqgmdh'],
    ['/g/xhqgmdh.html', '/g/xhqgmdh'],
    ['/g/XHQGMDH.HTML', '/g/xhqgmdh'],
    ['/jada-guest-XHQGMDH.html', '/g/xhqgmdh'],
    ['/jada-guest-XHQGMDH', '/g/xhqgmdh'],
    ['/JADA-GUEST-xhqgmdh.html', '/g/xhqgmdh'],
    ['/g/jada-guest-xhqgmdh.html', '/g/xhqgmdh'],
    ['/g/JADA-guest-XHQGMDH', '/g/xhqgmdh'],
    ['/xhqgmdh.html', '/g/xhqgmdh'],
    ['/XHQGMDH.html', '/g/xhqgmdh'],
  ])('%s has moved to %s for good', (uri, location) => {
    expect(run(uri)).toEqual({
      statusCode: 301,
      statusDescription: 'Moved Permanently',
      headers: { location: { value: location }, 'cache-control': { value: 'public, max-age=3600' } },
    });
  });
});

describe('everything else passes unchanged', () => {
  it.each([
    '/',
    '/index.html',
    '/404.html',
    '/photos/a.jpg',
    '/assets/style.abc12345.css',
    '/fleet.html',
    '/charter.html',
    '/constructor.html',
    '/toString.html',
    '/__proto__.html',
    '/xhqgmdh',
    '/xhqgmdh.htm',
    '/XHQGMDH/',
    '/g',
    '/g/',
    '/g//',
    '/g/index.html',
    '/g/abcdef',
    '/g/abcdefghij0123456',
    '/g/unknown-with-dash',
    '/g/xhqgmdh/fr',
    '/g/xhqgmdh/en/',
    '/g/xhqgmdh/en/es',
    '/g/xhqgmdh.en.html',
    '/g/xhqgmdh.json',
    '/g/xhqgmdh//',
    '/g//xhqgmdh',
    '//g/xhqgmdh',
    '//evil.example/',
    '//evil.example/g/xhqgmdh/',
    '/\\evil.example/g/xhqgmdh/',
    '/g/xhqgmdh\\',
    '/g/../index.html',
    '/g/%2e%2e/index.html',
    '/g/%67xhqgmd',
    '/%67/xhqgmdh',
    '/g/xhqgmdh%00',
    '/g/xhqgmdh%0d%0aset-cookie:a=b',
    '/g/xhqgm\u212Ah',
    '/g/xhqgmd\u0127',
    '/g/ſſſſſſſ',
    '/g/xhqgmdh\n',
    '/g/xhqgmdh ',
    '/jada-guest-.html',
    '/jada-guest-../../x.html',
    '/g/g/xhqgmdh',
    '/x/jada-guest-xhqgmdh.html',
    `/g/${'a'.repeat(9000)}`,
    `/${'.'.repeat(9000)}`,
    '',
  ])('%j', (uri) => {
    expect(run(uri)).toEqual({ method: 'GET', uri, querystring: {}, headers: {}, cookies: {} });
  });
});

describe('a redirect', () => {
  it('keeps the query as it was sent, repeated names included', () => {
    const location = locationOf('/XHQGMDH.html', {
      utm_source: { value: 'mail%20er' },
      tag: { value: 'a', multiValue: [{ value: 'a' }, { value: 'b%26c' }] },
      print: { value: '' },
    });
    expect(location).toBe('/g/xhqgmdh?utm_source=mail%20er&tag=a&tag=b%26c&print');
  });

  it('never leaves the site, whatever the query says', () => {
    expect(locationOf('/g/xhqgmdh/', { to: { value: '//evil.example' } })).toBe(
      '/g/xhqgmdh?to=//evil.example',
    );
  });

  it('is the same for HEAD, which mail scanners send', () => {
    expect(run('/xhqgmdh.html', {}, 'HEAD')).toMatchObject({ statusCode: 301 });
  });
});

describe('in a distribution', () => {
  const arn = 'arn:aws:cloudfront::000000000000:function/viewer-request';
  const behavior = {
    targetOriginId: 'site',
    allowedMethods: ['GET', 'HEAD'],
    cachedMethods: ['GET', 'HEAD'],
    cachePolicyId: '658327ea-f89d-4fab-a63d-7e88639e58f6',
    viewerProtocolPolicy: 'redirect-to-https',
    functionAssociations: [{ eventType: 'viewer-request', functionArn: arn }],
  };
  const bucket = {
    originId: 'site',
    domainName: 'site.s3.us-east-1.amazonaws.com',
    originAccessControlId: 'o',
  };

  it('its redirects are valid, and its rewritten page is asked of the bucket', async () => {
    const asked: string[] = [];
    const { fetch } = createDistribution({
      distribution: {
        enabled: true,
        origins: [bucket],
        defaultCacheBehavior: behavior,
        restrictions: { geoRestriction: { restrictionType: 'none' } },
        viewerCertificate: {},
      },
      cachePolicies: new Map(),
      originRequestPolicies: new Map(),
      responseHeadersPolicies: new Map(),
      functions: new Map([[arn, source]]),
      resolveOrigin: () => 'http://127.0.0.1:1/site',
      sign: (request) => {
        asked.push(request.url);
        return Promise.resolve(request);
      },
    });
    const moved = await fetch(new Request('http://127.0.0.1/XHQGMDH.html?a=%20&a=b'));
    expect([moved.status, moved.headers.get('location')]).toEqual([301, '/g/xhqgmdh?a=%20&a=b']);
    expect(asked).toEqual([]);
    await fetch(new Request('http://127.0.0.1/g/XHQGMDH'));
    expect(asked).toEqual(['http://127.0.0.1:1/site/g/xhqgmdh.html']);
  });
});

describe('the source', () => {
  it('is at most 4 KB', () => expect(Buffer.byteLength(source)).toBeLessThanOrEqual(4096));

  it('uses only plain language that njs has', () => {
    const code = source.replace(/^\s*\/\/.*$/gm, '');
    expect(code).not.toMatch(
      /\b(import|require|class|eval|fetch|setTimeout)\b|\?\.|\?\?|\(\?[<=!]|\\p\{|\.at\(/,
    );
    expect(code).toMatch(/^function handler\(event\) \{/m);
  });
});
