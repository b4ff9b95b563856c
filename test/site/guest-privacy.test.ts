import { beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '#bookings/model/canonical.ts';
import type { PageView } from '#bookings/model/views/page.ts';
import type { GuestSite } from '#bookings/reconcile/ports.ts';
import { createGuestSite } from '#site/guest-site.ts';
import { GUEST_BUILD } from '#test/fixtures/builds.ts';
import { HOSTILE_NAMES } from '#test/fixtures/hostile-names.ts';
import { HOSTILE_NAME, pageViews } from './page-views.ts';
import { bodyOf, htmlOf, ORIGINS } from './read-page.ts';

const views: readonly [string, PageView][] = Object.entries(pageViews);

let site: GuestSite;

beforeAll(async () => {
  site = await createGuestSite(GUEST_BUILD, ORIGINS);
});

const render = (view: PageView): Promise<string> => htmlOf(site, view);
const shared = () => new Map(site.shared.map((file) => [file.key, bodyOf(file)]));

describe('what a page lets in', () => {
  it('is text, whatever is in a booking', async () => {
    const html = await render(pageViews.hostile);
    expect(html.split(escaped(HOSTILE_NAME))).toHaveLength(5);
    expect(html).toContain('<p class="notes" dir="auto">&lt;/p&gt;&lt;script&gt;alert(2)&lt;/script&gt;</p>');
    expect(html).toContain('&quot;&gt;&lt;svg onload=alert(3)&gt;');
    expect(tagsOf(html)).toEqual(tagsOf(await render(pageViews.confirmed)));
  });

  it.each(HOSTILE_NAMES.map(({ what, name }) => [what, name]))(
    'is a name as it was written: %s',
    async (_what, name) => {
      const html = await render({ ...pageViews.confirmed, guest: { name, firstName: name, count: 6 } });
      expect(html).toMatch(/<bdi>/);
      for (const [, shown] of html.matchAll(/<bdi>(.*?)<\/bdi>/g)) expect(shown).toBe(escaped(name));
      expect(tagsOf(html)).toEqual(tagsOf(await render(pageViews.confirmed)));
    },
  );

  it('never leaves an attribute or an element, in any field', async () => {
    const canary = (field: string) => `<i ${field}>"'&`;
    const html = await render({
      ...pageViews.amended,
      pageId: canary('page'),
      guest: { name: canary('name'), firstName: canary('first'), count: 6 },
      vessel: { key: 'jada', name: canary('vessel') },
      berth: { name: canary('berth'), map: `https://maps.example/${canary('map')}` },
      contact: { name: canary('contact'), phone: canary('phone'), email: canary('email') },
      emergency: { name: canary('captain'), phone: canary('call') },
      reviewUrl: `https://reviews.example/${canary('review')}`,
      notes: canary('notes'),
      amendments: [
        { at: '2027-05-01T17:00:00Z', field: canary('field'), from: canary('from'), to: canary('to') },
      ],
    });
    for (const [, value] of html.matchAll(/\s[\w:-]+="([^"]*)"/g)) expect(value).not.toMatch(/&(?!#?\w+;)/);
    const fields = [
      'page',
      'first',
      'vessel',
      'berth',
      'map',
      'contact',
      'phone',
      'email',
      'captain',
      'call',
    ];
    for (const field of [...fields, 'review', 'notes', 'field', 'from', 'to'])
      expect(html, field).toMatch(new RegExp(`(&lt;|<|%3C)i( |%20)${field}`));
    expect(html.replaceAll(/<[^>"]*(?:"[^"]*"[^>"]*)*>/g, '')).not.toContain('<');
  });

  it.each(views)(
    'is its own styles and scripts, by hashes of their bytes, and nothing else: %s',
    async (_name, view) => {
      const html = await render(view);
      const [style, ...otherStyles] = contentsOf(html, 'style');
      const [script, ...otherScripts] = contentsOf(html, 'script');
      const hasPhotos = view.status === 'confirmed';
      expect(otherStyles).toEqual([]);
      expect(otherScripts).toEqual(hasPhotos ? [''] : []);
      expect(policyOf(html)).toBe(
        [
          "default-src 'none'",
          `style-src ${hashOf(style!)}`,
          `script-src ${hasPhotos ? "'self' " : ''}${hashOf(script!)}`,
          ...(hasPhotos
            ? ["img-src 'self' https://photos.example", "connect-src 'self' https://photos.example"]
            : ["img-src 'self'"]),
          "base-uri 'none'",
          "form-action 'none'",
          "require-trusted-types-for 'script'",
        ].join('; '),
      );
      expect(html).not.toMatch(/\sstyle=|\son\w+="/);
    },
  );

  it('is styles alone on the pages that all share', () => {
    for (const key of ['index.html', '404.html']) {
      const html = shared().get(key)!;
      expect(html).not.toContain('<script');
      expect(policyOf(html)).toBe(
        `default-src 'none'; style-src ${hashOf(contentsOf(html, 'style')[0]!)}; img-src 'self'; base-uri 'none'; ` +
          "form-action 'none'; require-trusted-types-for 'script'",
      );
    }
  });
});

describe('whom a page asks for anything', () => {
  it.each(views)('is its own site; other addresses are links to press: %s', async (_name, view) => {
    const html = await render(view);
    const fetched = Array.from(
      html.matchAll(/\s(?:src|srcset|poster|data|action)="([^"]*)"|<link[^>]* href="([^"]*)"/g),
      ([, src, href]) => src ?? href!,
    );
    expect(fetched).toContain('/favicon.svg');
    for (const address of fetched) expect(address).toMatch(/^\/(favicon\.svg|_astro\/[\w.-]+)$/);
    expect(html).not.toMatch(/url\(|@import|<(iframe|object|embed|base)\b|http-equiv="refresh"/);
    for (const address of fetched.filter((one) => one.startsWith('/_astro/')))
      expect(shared().has(address.slice(1)), address).toBe(true);
  });
});

describe('what a page gives away', () => {
  it('is nothing of the booking in a link preview', async () => {
    const canary = 'canary';
    const html = await render({
      ...pageViews.amended,
      pageId: canary,
      guest: { name: canary, firstName: canary, count: 987_654 },
      vessel: { key: 'jada', name: canary },
      berth: { name: canary, map: canary },
      notes: canary,
    });
    const head = html.slice(html.indexOf('<head>'), html.indexOf('<style>'));
    expect(html).toContain(canary);
    expect(head).not.toMatch(/canary|987,?654|2027|jada/i);
    expect(head).toBe(headOf(await render({ ...pageViews.amended })));
    expect(head).toContain('<meta property="og:title" content="Your charter">');
    expect(head).toContain('<meta property="og:image" content="https://queenofsandiego.com/preview.png">');
    expect(head).toContain('<meta property="og:locale" content="en_US">');
    expect(headOf(await render(pageViews.spanish))).toContain('<meta property="og:locale" content="es_US">');
  });

  it('is kept from search engines and from the next site, unlike the home page', async () => {
    const html = await render(pageViews.confirmed);
    expect(html).toContain('<meta name="robots" content="noindex, nofollow, noarchive">');
    expect(html).toContain('<meta name="referrer" content="no-referrer">');
    expect(shared().get('robots.txt')).toBe('User-agent: *\nDisallow: /api/\n');
    expect(shared().get('index.html')).not.toContain('noindex');
    expect(shared().get('404.html')).toContain('noindex');
    expect(shared().get('404.html')).toMatch(/lang="es">\s*<p>Si busca su paseo/);
  });

  it('is nobody\u2019s key: links to the calendar lead back to the page alone', async () => {
    const html = await render(pageViews.confirmed);
    expect(html).toContain('href="/g/xhqgmdh.ics"');
    expect(html).toContain(encodeURIComponent('https://queenofsandiego.com/g/xhqgmdh'));
    expect(html).not.toContain('%23k');
  });
});

const escaped = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

const tagsOf = (html: string): string[] => Array.from(html.matchAll(/<\/?[a-z][\w-]*/g), ([tag]) => tag);
const contentsOf = (html: string, tag: string): string[] =>
  Array.from(html.matchAll(new RegExp(`<${tag}[^>]*>(.*?)</${tag}>`, 'gs')), ([, content]) => content!);
const hashOf = (text: string): string => `'sha256-${Buffer.from(sha256(text), 'hex').toString('base64')}'`;
const policyOf = (html: string): string =>
  /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)![1]!.replaceAll('&#39;', "'");
const headOf = (html: string): string => html.slice(html.indexOf('<head>'), html.indexOf('<style>'));
