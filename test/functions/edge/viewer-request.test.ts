import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDistribution } from '#scripts/stack/aws/distribution.ts';

const source = readFileSync(new URL('../../../functions/edge/viewer-request.js', import.meta.url), 'utf8');

type Values = Record<string, { value: string; multiValue?: { value: string }[] }>;

const context = createContext({}, { codeGeneration: { strings: false, wasm: false } });
runInContext(source, context);

function run(uri: string, querystring: Values = {}, method = 'GET') {
  const event = { request: { method, uri, querystring, headers: {}, cookies: {} } };
  return JSON.parse(runInContext(`JSON.stringify(handler(${JSON.stringify(event)}))`, context) as string) as {
    uri?: string;
    statusCode?: number;
    headers: Record<string, { value: string }>;
  };
}

const locationOf = (uri: string, querystring?: Values) => run(uri, querystring).headers['location']?.value;

/** What the function makes of an address: an object, `→` an address to which it has moved, or the request as it was. */
function fateOf(uri: string): string {
  const { statusCode, uri: object, headers } = run(uri);
  return statusCode === undefined ? object! : `→ ${headers['location']!.value}`;
}
const AS_SENT = 'as sent';
const NOWHERE = '/404';

describe('an address', () => {
  it.each([
    // A page in any letter case, in either language, and its calendar file.
    ['/g/xhqgmdh', '/g/xhqgmdh.html'],
    ['/g/XHQGMDH', '/g/xhqgmdh.html'],
    ['/G/XHQGMDH', '/g/xhqgmdh.html'],
    ['/g/a1b2c3d4', '/g/a1b2c3d4.html'],
    ['/g/abcdefghij012345', '/g/abcdefghij012345.html'],
    ['/g/xhqgmdh/en', '/g/xhqgmdh.en.html'],
    ['/g/XHQGMDH/ES', '/g/xhqgmdh.es.html'],
    ['/g/x/ES', AS_SENT],
    ['/g/xhqgmdh.ics', '/g/xhqgmdh.ics'],
    ['/G/XHQGMDH.ICS', '/g/xhqgmdh.ics'],

    // Ordinary characters mean the same when they are encoded, once.
    ['/g/%58hqgmdh', '/g/xhqgmdh.html'],
    ['/%67/%78%68%71%67%6d%64%68', '/g/xhqgmdh.html'],
    ['/g/xhqgmdh/%45S', '/g/xhqgmdh.es.html'],
    ['/g/xhqgmdh%2Eics', '/g/xhqgmdh.ics'],
    ['/g/xhqgmdh%2ehtml', '→ /g/xhqgmdh'],

    // Where a page is not, but somebody would look for it.
    ['/g/xhqgmdh/', '→ /g/xhqgmdh'],
    ['/g/XHQGMDH/', '→ /g/xhqgmdh'],
    ['/g/xhqgmdh/es/', '→ /g/xhqgmdh/es'],
    ['/g/xhqgmdh.html', '→ /g/xhqgmdh'],
    ['/g/XHQGMDH.HTML', '→ /g/xhqgmdh'],
    ['/g/xhqgmdh.html/', '→ /g/xhqgmdh'],
    ['/g/xhqgmdh.es.html', '→ /g/xhqgmdh/es'],
    ['/g/xhqgmdh.en.html', '→ /g/xhqgmdh/en'],
    ['/g/XHQGMDH/ES.html', '→ /g/xhqgmdh/es'],
    ['/g/xhqgmdh.es', '→ /g/xhqgmdh/es'],
    ['/g/xhqgmdh.ics/', '→ /g/xhqgmdh.ics'],
    ['//g/xhqgmdh', '→ /g/xhqgmdh'],
    ['/g//xhqgmdh', '→ /g/xhqgmdh'],
    ['/g/xhqgmdh//', '→ /g/xhqgmdh'],
    ['///g///xhqgmdh///es///', '→ /g/xhqgmdh/es'],

    // Addresses of before.
    ['/jada-guest-XHQGMDH.html', '→ /g/xhqgmdh'],
    ['/jada-guest-XHQGMDH', '→ /g/xhqgmdh'],
    ['/JADA-GUEST-xhqgmdh.html', '→ /g/xhqgmdh'],
    ['/jada-guest-xhqgmdh/', '→ /g/xhqgmdh'],
    ['/g/jada-guest-xhqgmdh.html', '→ /g/xhqgmdh'],
    ['/g/JADA-guest-XHQGMDH', '→ /g/xhqgmdh'],
    ['/xhqgmdh.html', '→ /g/xhqgmdh'],
    ['/XHQGMDH.html', '→ /g/xhqgmdh'],
    ['/%58HQGMDH.html', '→ /g/xhqgmdh'],

    // Files of the site, and names that none has: the bucket knows.
    ['/', AS_SENT],
    ['/index.html', AS_SENT],
    ['/404.html', AS_SENT],
    ['/robots.txt', AS_SENT],
    ['/favicon.svg', AS_SENT],
    ['/preview.png', AS_SENT],
    ['/_astro/photos.DyRt_3-x.js', AS_SENT],
    ['/.well-known/security.txt', AS_SENT],
    ['/fleet.html', AS_SENT],
    ['/constructor.html', AS_SENT],
    ['/toString.html', AS_SENT],
    ['/__proto__.html', AS_SENT],
    ['/xhqgmdh', AS_SENT],
    ['/xhqgmdh.htm', AS_SENT],
    ['/g', AS_SENT],
    ['/g/index.html', AS_SENT],
    ['/g/short', AS_SENT],
    ['/g/abcdefghij0123456', AS_SENT],
    ['/g/unknown-with-dash', AS_SENT],
    ['/g/xhqgmdh/fr', AS_SENT],
    ['/g/xhqgmdh/en/es', AS_SENT],
    ['/g/xhqgmdh.html.html', AS_SENT],
    ['/g/xhqgmdh.json', AS_SENT],
    ['/g/g/xhqgmdh', AS_SENT],
    ['/x/jada-guest-xhqgmdh.html', AS_SENT],

    // No name of a file.
    ['', NOWHERE],
    ['*', NOWHERE],
    ['g/xhqgmdh.json', NOWHERE],
    ['//', NOWHERE],
    ['/g/', NOWHERE],
    ['/g//', NOWHERE],
    ['/XHQGMDH/', NOWHERE],
    ['//evil.example/', NOWHERE],
    ['//evil.example/g/xhqgmdh/', NOWHERE],
    ['/\\evil.example/g/xhqgmdh/', NOWHERE],
    ['/http://evil.example/g/xhqgmdh/', NOWHERE],
    ['/g/xhqgmdh\\', NOWHERE],
    ['/g/../index.html', NOWHERE],
    ['/g/./xhqgmdh', NOWHERE],
    ['/g/xhqgmdh/..', NOWHERE],
    ['/g/xhqgmdh/../xhqgmdh', NOWHERE],
    ['/g/..;/xhqgmdh', NOWHERE],
    ['/g/xhqgmdh;jsessionid=1', NOWHERE],
    ['/g/%2e%2e/index.html', NOWHERE],
    ['/g/%2e%2e%2findex.html', NOWHERE],
    ['/g/%2E%2E%5cindex.html', NOWHERE],
    ['/g/..%2f..%2fxhqgmdh', NOWHERE],
    ['/g%2fxhqgmdh', NOWHERE],
    ['/g/xhqgmdh%2fes', NOWHERE],
    ['/g/%2558hqgmdh', NOWHERE],
    ['/g/%252e%252e/index.html', NOWHERE],
    ['/g/%c0%ae%c0%ae/index.html', NOWHERE],
    ['/g/%c0%afxhqgmdh', NOWHERE],
    ['/g/xhqgmdh%', NOWHERE],
    ['/g/xhqgmdh%2', NOWHERE],
    ['/g/xhqgmdh%zz', NOWHERE],
    ['/g/xhqgmdh%00', NOWHERE],
    ['/g/xhqgmdh%00.html', NOWHERE],
    ['/g/xhqgmdh\0', NOWHERE],
    ['/g/xhqgmdh%0d%0aset-cookie:a=b', NOWHERE],
    ['/g/xhqgmdh\r\nset-cookie:a=b', NOWHERE],
    ['/g/xhqgmdh\n', NOWHERE],
    ['/g/xhqgmdh ', NOWHERE],
    ['/g/xhqgmdh%20', NOWHERE],
    ['/g/xhqgmdh+', NOWHERE],
    ['/g/xhqgmdh?x', NOWHERE],
    ['/g/xhqgmdh#k=key', NOWHERE],
    ['/jada-guest-.html', AS_SENT],
    ['/jada-guest-../../x.html', NOWHERE],
    ['/%66avicon.svg', NOWHERE],
    // The Kelvin sign's lower case is our k, and the long s has our S as its upper case.
    ['/g/xhqgm\u212Ah', NOWHERE],
    ['/g/xhqgm%E2%84%AAh', NOWHERE],
    ['/g/ſſſſſſſ', NOWHERE],
    ['/g/ｘｈｑｇｍｄｈ', NOWHERE],
    ['/g/xhqgmd\u0127', NOWHERE],
    ['/g/xhqgmdh\u202E', NOWHERE],
    ['/g/\uD83D', NOWHERE],
    ['/🛥️', NOWHERE],
  ])('%j: %s', (uri, fate) => {
    expect(fateOf(uri)).toBe(fate === AS_SENT ? uri : fate);
  });

  it.each([
    ['letters', `/g/${'a'.repeat(9000)}`],
    ['dots', `/${'.'.repeat(9000)}`],
    ['folders', `/${'a/'.repeat(4000)}x`],
    ['encoded letters', `/g/${'%58'.repeat(3000)}`],
    ['slashes', '/'.repeat(8000)],
    ['redirects', '/g/xhqgmdh/'.repeat(700)],
  ])('of absurdly many %s leads nowhere', (_, uri) => {
    expect(fateOf(uri)).toBe(NOWHERE);
  });

  it('as sent leaves everything else of the request as it was, too', () => {
    const query = { a: { value: '1' } };
    expect(run('/fleet.html', query)).toEqual({
      ...{ method: 'GET', uri: '/fleet.html', querystring: query, headers: {}, cookies: {} },
    });
  });

  it('that has moved has moved for good', () => {
    expect(run('/xhqgmdh.html')).toEqual({
      statusCode: 301,
      statusDescription: 'Moved Permanently',
      headers: { location: { value: '/g/xhqgmdh' }, 'cache-control': { value: 'public, max-age=3600' } },
    });
  });
});

describe('of any address', () => {
  const nearly = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          ...[
            '/',
            '//',
            '/g/',
            '/G/',
            'xhqgmdh',
            'XHQGMDH',
            'abcd1234',
            '/es',
            '/EN',
            '.es',
            '.html',
            '.ics',
            '.HTML',
          ],
          ...[
            'jada-guest-',
            '..',
            '.',
            '%2e',
            '%2f',
            '%58',
            '%00',
            '%',
            '%c0%af',
            '\\',
            '\0',
            ';',
            'evil.example',
            'http:',
          ],
        ),
        fc.string({ unit: 'binary', maxLength: 4 }),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join(''));
  const OBJECT = /^\/g\/[a-z0-9]{7,16}(\.(en|es))?\.html$|^\/g\/[a-z0-9]{7,16}\.ics$/;
  const ADDRESS = /^\/g\/[a-z0-9]{7,16}(\/(en|es))?$|^\/g\/[a-z0-9]{7,16}\.ics$/;

  it('the fate is a page, an address of one, the request as sent, or nowhere', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          nearly,
          nearly.map((path) => `/g/${path}`),
          fc.webPath(),
        ),
        (uri) => {
          const fate = fateOf(uri);
          if (fate.startsWith('→ ')) expect(fate.slice(2)).toMatch(ADDRESS);
          else if (fate !== NOWHERE && !OBJECT.test(fate)) {
            expect(fate).toBe(uri);
            expect(uri).toMatch(/^\/$|^(\/[\w.-]+)+$/);
            expect(uri.split('/')).not.toContain('..');
          }
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('a redirect leads to a page at once, and never to the address itself', () => {
    const part = (...texts: string[]) => fc.constantFrom(...texts);
    const moved = fc.tuple(
      part('/', '//'),
      part('g/', 'G//', 'g/jada-guest-', 'jada-guest-', ''),
      part('xhqgmdh', 'XHQGMDH', '%58hqgmdh'),
      part('', '/', '/es', '.EN', '/./es', '%2fes'),
      part('', '.html', '.ics', '.html.html'),
      part('', '/', '//', '/..'),
    );
    let redirects = 0;
    fc.assert(
      fc.property(moved, (parts) => {
        const uri = parts.join('');
        const [fate, address] = fateOf(uri).split(' ');
        if (fate !== '→') return;
        redirects += 1;
        expect(address).not.toBe(uri);
        expect(fateOf(address!)).toMatch(OBJECT);
      }),
      { numRuns: 1000 },
    );
    expect(redirects).toBeGreaterThan(100);
  });

  it('one page is reached by all spellings of its id, and no other page is', () => {
    const spell = (character: string) =>
      fc.constantFrom(
        character,
        character.toUpperCase(),
        `%${character.charCodeAt(0).toString(16)}`,
        `%${character.toUpperCase().charCodeAt(0).toString(16).toUpperCase()}`,
      );
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z0-9]{7,16}$/).chain((id) =>
          fc.tuple(
            fc.constant(id),
            fc.tuple(...[...id].map(spell)).map((all) => all.join('')),
          ),
        ),
        ([id, spelled]) => {
          expect(fateOf(`/g/${spelled}`)).toBe(`/g/${id}.html`);
        },
      ),
    );
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

  it('leaves out a query that no header can hold', () => {
    for (const value of ['a b', 'é', '\r\nset-cookie: a', '\0'])
      expect(locationOf('/xhqgmdh.html', { q: { value } })).toBe('/g/xhqgmdh');
    expect(locationOf('/xhqgmdh.html', { é: { value: '' } })).toBe('/g/xhqgmdh');
    expect(locationOf('/xhqgmdh.html', {})).toBe('/g/xhqgmdh');
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
