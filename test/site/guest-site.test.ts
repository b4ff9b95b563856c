import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LANGUAGES } from '#bookings/model/language.ts';
import type { PageView } from '#bookings/model/views/page.ts';
import type { GuestSite } from '#bookings/reconcile/ports.ts';
import { buildGuestSite, buildStaticGuestSite } from '#scripts/build-site.ts';
import { ROOT } from '#scripts/repository.ts';
import { createGuestSite } from '#site/guest-site.ts';
import { GUEST_BUILD } from '#test/fixtures/builds.ts';
import { pageViews } from './page-views.ts';
import { headingsOf, heroOf, htmlOf, ORIGINS, textOf } from './read-page.ts';

const views: readonly [string, PageView][] = Object.entries(pageViews);

let directory: string;
let site: GuestSite;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bosun-site-'));
  site = await createGuestSite(GUEST_BUILD, ORIGINS);
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const render = (view: PageView): Promise<string> => htmlOf(site, view);
const read = async (view: PageView): Promise<string> => textOf(await render(view));

describe('a page rendered on its own', () => {
  it('is byte for byte what a full static build gives, as are the files that pages share', async () => {
    await buildStaticGuestSite(
      views.map(([, view]) => view),
      join(directory, 'static'),
      ORIGINS,
    );
    const rendered = (await Promise.all(views.map(([, view]) => site.render(view, 1)))).flat();
    const pages = rendered.filter(({ key }) => /\.(en|es)\.html$/.test(key));
    expect(pages).toHaveLength(views.length * LANGUAGES.length);
    for (const { key, body } of [...pages, ...site.shared]) {
      const built = await readFile(join(directory, 'static', key));
      expect(built.equals(Buffer.from(body)), key).toBe(true);
    }
  });

  it('is the same from another clean build in another place, with the same build hash', async () => {
    const elsewhere = join(directory, 'guest');
    await buildGuestSite(elsewhere);
    const other = await createGuestSite(elsewhere, ORIGINS);
    expect(other.buildHash).toBe(site.buildHash);
    expect(other.shared).toEqual(site.shared);
    for (const [, view] of views) expect(await other.render(view, 1)).toEqual(await site.render(view, 1));
    const [entry, otherEntry] = await Promise.all(
      [GUEST_BUILD, elsewhere].map(async (build) =>
        (await readFile(join(build, 'server/entry.mjs'), 'utf8')).replaceAll(pathToFileURL(build).href, ''),
      ),
    );
    expect(partsOf(otherEntry!)).toEqual(partsOf(entry!));
  });

  it('does not depend on what was rendered before or beside it', async () => {
    const first = await render(pageViews.amended);
    await Promise.all(views.map(([, view]) => render(view)));
    expect(await render(pageViews.amended)).toBe(first);
  });

  it('names no path of this machine', async () => {
    const html = await render(pageViews.amended);
    expect(html).not.toContain(process.cwd());
    expect(html).not.toContain(directory);
  });

  it('is kept by the caches in front and never by a phone', async () => {
    const [page] = await site.render(pageViews.confirmed, 1);
    expect(page).toMatchObject({
      contentType: 'text/html; charset=utf-8',
      cacheControl: 'public, max-age=0, must-revalidate, s-maxage=31536000',
    });
  });

  it.each(LANGUAGES)(
    'fits into the first round trip with all that it needs to be painted: %s',
    async (language) => {
      const html = await render({ ...pageViews.amended, language });
      expect(gzipSync(html, { level: 9 }).length).toBeLessThan(12 * 1024);
      expect(html).not.toMatch(/<link[^>]+stylesheet/);
      for (const [tag] of html.matchAll(/<img[^>]*>/g))
        expect(tag).toMatch(/ width="\d+" height="\d+" loading="lazy"/);
    },
  );
});

/** What the operator calls it, in English. */
const titleOf = (topic: string): string =>
  /^title: ['"]?(.+?)['"]?$/m.exec(
    readFileSync(join(ROOT, `site/guest/content/en/${topic}.md`), 'utf8'),
  )![1]!;

describe('what a guest reads', () => {
  it('is everything about the day', async () => {
    const text = await read(pageViews.confirmed);
    for (const part of [
      ...['Confirmed', 'Welcome aboard, Alex', 'Sunday, May 30, 2027', '9:00 AM – 12:00 PM PDT', '3 hours'],
      ...[
        'Be at the dock at 8:45 AM',
        'Harbor Island West Marina, dock C',
        'Alex Morgan 6 guests',
        'Shoes with light soles.',
      ],
      ...['jada/finding', 'bring', 'safety', 'rules', 'jada/about'].map(titleOf),
      '+1 619 555 0142',
      ...[
        '+1 619 555 0177',
        '911',
        'VHF channel 16',
        'hello@queenofsandiego.com',
        'until Sunday, June 6, 2027, 12:00 PM',
      ],
    ])
      expect(text).toContain(part);
    expect(text).not.toContain('What changed');
  });

  it('has the readings of before, the day and afterwards, and the instants that decide between them', async () => {
    const html = await render(pageViews.confirmed);
    expect(html).toContain(
      '<html lang="en" data-day="2027-05-30T07:00:00Z" data-end="2027-05-30T19:00:00Z" data-photos-until="2027-06-06T19:00:00Z" data-revision="1">',
    );
    expect(heroOf(html, 'on-before')).toContain('Welcome aboard, Alex');
    expect(heroOf(html, 'on-day')).toContain('Please be at the dock at 8:45 AM. JADA casts off at 9:00 AM');
    expect(heroOf(html, 'on-after')).toContain('It was good to have you aboard, Alex');
    expect(html).toMatch(/<section class="card thanks on-after".*?href="https:\/\/www\.boatsetter\.com\/"/);
  });

  it('names the date of a check-in that is not on the day of the end', async () => {
    const html = await render(pageViews.overnight);
    expect(heroOf(html, 'on-day')).toContain(
      'at the dock on Mar 13 at 9:45 PM. JADA casts off on Mar 13 at 10:00 PM',
    );
    expect(textOf(html)).toContain('Be at the dock at 9:45 PM');
  });

  it('names both zones and the second day of a charter over the change of clocks', async () => {
    const text = await read(pageViews.overnight);
    expect(text).toContain('Saturday, March 13, 2027');
    expect(text).toContain('10:00 PM PST – Sunday, March 14, 2027, 6:30 AM PDT');
    expect(text).toContain('7.5 hours');
  });

  it('tells each change in words, the latest first', async () => {
    const text = await read(pageViews.amended);
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
    const text = await read({ ...pageViews.amended, amendments });
    expect(text).toContain('Before: {&quot;odd&quot;:1} Now: next week');
  });

  it('is a hold with the facts and whom to ask while nothing is confirmed, gentle once its time has passed', async () => {
    const html = await render(pageViews.pending);
    expect(heroOf(html, 'not-after')).toContain('It is not confirmed yet');
    expect(heroOf(html, 'on-after')).toContain('has passed without being confirmed');
    expect(headingsOf(html)).toEqual(['Your charter', 'Questions?']);
  });

  it('is friendly when cancelled: facts struck, whom to ask, and nothing that invites to come', async () => {
    const html = await render({ ...pageViews.amended, status: 'cancelled' });
    expect(textOf(html)).toContain('has been cancelled');
    expect(headingsOf(html)).toEqual(['Your charter', 'Questions?']);
    expect(html).toMatch(/<s><strong class="date">Sunday, May 30, 2027<\/strong>.*<\/s>/);
    expect(textOf(html)).toContain('+1 619 555 0142');
    expect(textOf(html)).not.toMatch(/Be at the dock|Open the map|Please come|Photos|What to bring/);
  });
});

describe('the languages', () => {
  it.each(views)('come from one template: %s', async (_name, view) => {
    const [en, es] = await Promise.all(LANGUAGES.map((language) => render({ ...view, language })));
    const shape = (html: string) =>
      Array.from(html.matchAll(/<(?:section|h1|h2|dl|dt|img|bdi|ul class)[^>]*>/g), ([tag]) =>
        tag.replace(/ alt="[^"]*"/, ''),
      );
    expect(shape(en!)).toEqual(shape(es!));
    expect(en).toMatch(/^<!DOCTYPE html><html lang="en"/);
    expect(es).toMatch(/^<!DOCTYPE html><html lang="es"/);
  });

  it('lead to each other', async () => {
    expect(await render(pageViews.confirmed)).toContain(
      '<a class="switch" href="/g/xhqgmdh/es" hreflang="es" lang="es" data-keep-key>Español</a>',
    );
    expect(await render(pageViews.spanish)).toContain(
      '<a class="switch" href="/g/spanish4/en" hreflang="en" lang="en" data-keep-key>English</a>',
    );
  });

  it('do not mix', async () => {
    const text = await read({ ...pageViews.spanish, notes: undefined });
    expect(text).toContain('domingo, 30 de mayo de 2027');
    expect(text).toContain('Le esperamos en el muelle a las 8:45 a.m.; JADA zarpa a las 9:00 a.m.');
    expect(text).not.toMatch(/\b(Welcome|charter|guests|Photos|Safety|until|Call|the)\b/);
    const atOne = { ...pageViews.spanish, checkIn: '2027-05-30T13:00', start: '2027-05-30T13:15' };
    expect(await read(atOne)).toContain('en el muelle a la 1:00 p.m.');
  });
});

describe('a build', () => {
  it('is not made again while its inputs are the same, and is made again when it is not whole', async () => {
    const outDir = join(directory, 'again');
    await cp(GUEST_BUILD, outDir, { recursive: true });
    expect(await buildGuestSite(outDir)).toBe(false);
    await writeFile(join(outDir, 'inputs.sha256'), 'of something else');
    expect(await buildGuestSite(outDir)).toBe(true);
    expect((await createGuestSite(outDir, ORIGINS)).buildHash).toBe(site.buildHash);
  });

  it('that is not there is an error that says what to do', async () => {
    await expect(createGuestSite(join(directory, 'nowhere'), ORIGINS)).rejects.toThrow('build it first');
  });
});

/** A build lists its files in the order in which they were ready. */
const partsOf = (entry: string): string[] => entry.split(/[,[\]]/).toSorted();
