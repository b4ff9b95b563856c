import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '#bookings/model/canonical.ts';
import type { PageView } from '#bookings/model/views/page.ts';
import type { GuestSite } from '#bookings/reconcile/ports.ts';
import { buildGuestSite, buildStaticGuestSite } from '#scripts/build-site.ts';
import { createGuestSite } from '#site/guest-site.ts';
import { HOSTILE_NAME, pageViews } from './page-views.ts';

let directory: string;
let site: GuestSite;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bosun-site-'));
  await buildGuestSite(join(directory, 'guest'));
  site = await createGuestSite(join(directory, 'guest'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const render = async (view: PageView): Promise<string> => {
  const [page] = await site.render(view, 1);
  return page!.body as string;
};

describe('a page rendered on its own', () => {
  it('is byte for byte what a full static build gives, as are the files that pages share', async () => {
    const views = Object.values(pageViews);
    await buildStaticGuestSite(views, join(directory, 'static'));
    const rendered = await Promise.all(views.map((view) => site.render(view, 1)));
    for (const { key, body } of [...rendered.flat(), ...site.shared]) {
      expect(await readFile(join(directory, 'static', key), 'utf8'), key).toBe(body);
    }
    expect(rendered.flat().map(({ key }) => key)).toEqual(views.map(({ pageId }) => `g/${pageId}.html`));
  });

  it('is the same from another clean build in another place, with the same build hash', async () => {
    await buildGuestSite(join(directory, 'elsewhere'));
    const other = await createGuestSite(join(directory, 'elsewhere'));
    expect(other.buildHash).toBe(site.buildHash);
    expect(other.shared).toEqual(site.shared);
    for (const view of Object.values(pageViews)) {
      expect(await other.render(view, 1)).toEqual(await site.render(view, 1));
    }
    const [entry, otherEntry] = await Promise.all(
      ['guest', 'elsewhere'].map((name) => readFile(join(directory, name, 'server/entry.mjs'), 'utf8')),
    );
    expect(otherEntry!.replaceAll('/elsewhere/', '/guest/')).toBe(entry);
  });

  it('does not depend on what was rendered before or beside it', async () => {
    const first = await render(pageViews.amended);
    await Promise.all(Object.values(pageViews).map(render));
    expect(await render(pageViews.amended)).toBe(first);
  });

  it('names no path of this machine and asks no one else for anything', async () => {
    const html = await render(pageViews.amended);
    expect(html).not.toContain(process.cwd());
    expect(html).not.toContain(directory);
    expect(html).not.toMatch(/<script|\ssrc=|url\(|@import/);
    expect(Array.from(html.matchAll(/<link [^>]*href="([^"]*)"/g), ([, href]) => href)).toEqual([
      '/favicon.svg',
    ]);
  });

  it('is kept by the caches in front and never by a phone', async () => {
    const [page] = await site.render(pageViews.confirmed, 1);
    expect(page).toMatchObject({
      contentType: 'text/html; charset=utf-8',
      cacheControl: 'public, max-age=0, must-revalidate, s-maxage=31536000',
    });
  });
});

describe('what a guest reads', () => {
  it('has name, vessel, berth, party, notes and the time of the vessel with its zone', async () => {
    const text = textOf(await render(pageViews.confirmed));
    for (const part of [
      'Confirmed',
      'Welcome aboard, Alex Morgan',
      'Sunday, May 30, 2027',
      '9:00 AM – 12:00 PM PDT',
      '3 hours',
      'Harbor Island West Marina, dock C',
      '6 guests',
      'Please come 15 minutes early.',
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('What changed');
  });

  it('names both zones and the second day of a charter over the change of clocks', async () => {
    const text = textOf(await render(pageViews.overnight));
    expect(text).toContain('Saturday, March 13, 2027');
    expect(text).toContain('10:00 PM PST – Sunday, March 14, 2027, 6:30 AM PDT');
    expect(text).toContain('7.5 hours');
  });

  it('tells each change in words, the latest first', async () => {
    const text = textOf(await render(pageViews.amended));
    const changes = text.slice(text.indexOf('What changed'), text.indexOf('Everything else'));
    expect(changes).toBe(
      'What changed Good to know · Agreed on May 5 Before: nothing Now: &lt;b&gt;Bring&lt;/b&gt; a hat ' +
        'Vessel · Agreed on May 4 Before: Sea Breeze Now: JADA ' +
        'Duration · Agreed on May 3 Before: 2.5 hours Now: 3 hours ' +
        'Party · Agreed on May 2 Before: 4 guests Now: 6 guests ' +
        'Start · Agreed on May 1 Before: Saturday, May 29, 2027, 2:00 PM PDT Now: Sunday, May 30, 2027, 9:00 AM PDT ',
    );
  });

  it('shows a value that is not of its field as it was written', async () => {
    const amendments = [{ at: '2027-05-01T17:00:00Z', field: 'start', from: { odd: 1 }, to: 'next week' }];
    const text = textOf(await render({ ...pageViews.amended, amendments }));
    expect(text).toContain('Before: {&quot;odd&quot;:1} Now: next week');
  });

  it('says so when nothing is confirmed yet, and when it is cancelled, without instructions for the day', async () => {
    expect(textOf(await render(pageViews.pending))).toContain('It is not confirmed yet');
    const cancelled = textOf(await render({ ...pageViews.amended, status: 'cancelled' }));
    expect(cancelled).toContain('has been cancelled');
    expect(cancelled).not.toContain('What changed');
    expect(cancelled).not.toContain('Please come');
  });

  it('is in the language of the booking', async () => {
    const html = await render(pageViews.spanish);
    expect(html).toMatch(/^<!DOCTYPE html><html lang="es"/);
    expect(textOf(html)).toContain('domingo, 30 de mayo de 2027');
    expect(textOf(html)).not.toMatch(/Welcome|charter|guests/);
  });
});

describe('what a page gives away or lets in', () => {
  it('shows whatever is in a booking as text', async () => {
    const html = await render(pageViews.hostile);
    expect(html).toContain(
      HOSTILE_NAME.replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;'),
    );
    expect(html).not.toMatch(/<(img|script|svg onload)/);
    expect(html).not.toMatch(/<[^>]*\son\w+=/);
  });

  it.each(Object.entries(pageViews))(
    'allows its own styles and nothing else to run: %s',
    async (_name, view) => {
      const html = await render(view);
      const policies = html.match(/http-equiv="Content-Security-Policy" content="([^"]*)"/)!;
      const [style, ...others] = Array.from(html.matchAll(/<style>(.*?)<\/style>/gs), ([, css]) => css!);
      const hash = Buffer.from(sha256(style!), 'hex').toString('base64');
      expect(others).toEqual([]);
      expect(policies[1]).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; img-src 'self'; base-uri 'none'; form-action 'none'`,
      );
      expect(html).not.toMatch(/\sstyle=/);
    },
  );

  it('asks search engines to stay away from guests, and not from the home page', async () => {
    expect(await render(pageViews.confirmed)).toContain('<meta name="robots" content="noindex');
    const shared = new Map(site.shared.map(({ key, body }) => [key, String(body)]));
    expect([...shared.keys()]).toEqual(['index.html', '404.html', 'robots.txt', 'favicon.svg']);
    expect(shared.get('robots.txt')).toBe('User-agent: *\nDisallow: /g/\n');
    expect(shared.get('index.html')).not.toContain('noindex');
    expect(shared.get('404.html')).toContain('noindex');
  });
});

describe('a build', () => {
  it('is not made again while its inputs are the same, and is made again when it is not whole', async () => {
    const outDir = join(directory, 'guest');
    expect(await buildGuestSite(outDir)).toBe(false);
    await writeFile(join(outDir, 'inputs.sha256'), 'of something else');
    expect(await buildGuestSite(outDir)).toBe(true);
    expect((await createGuestSite(outDir)).buildHash).toBe(site.buildHash);
  });

  it('that is not there is an error that says what to do', async () => {
    await expect(createGuestSite(join(directory, 'nowhere'))).rejects.toThrow('build it first');
  });
});

const textOf = (html: string): string =>
  html
    .slice(html.indexOf('<body'))
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
