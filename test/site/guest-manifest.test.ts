import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageView } from '#bookings/model/views/page.ts';
import { manifestOf } from '#bookings/reconcile/manifest.ts';
import type { GuestSite } from '#bookings/reconcile/ports.ts';
import { buildDirectory } from '#scripts/connect.ts';
import { ROOT } from '#scripts/repository.ts';
import { createGuestSite, loadGuestBuild } from '#site/guest-site.ts';
import { pageViews } from './page-views.ts';

/** The one that all tests share. */
const BUILD = join(buildDirectory(ROOT), 'guest');
const ORIGINS = {
  guestUrl: 'https://guests.example.test',
  photosOrigin: 'https://photos.example.test',
} as const;

let site: GuestSite;
let directory: string;
beforeAll(async () => {
  site = await createGuestSite(BUILD, ORIGINS);
  directory = await mkdtemp(join(tmpdir(), 'bosun-manifest-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const bodies = async (view: PageView, revision = 1): Promise<Record<string, string>> =>
  Object.fromEntries((await site.render(view, revision)).map(({ key, body }) => [key, String(body)]));

describe('the objects of a booking', () => {
  it.each(Object.values(pageViews))('are four, of $pageId in $language as of any other', async (view) => {
    const objects = await site.render(view, 1);
    const { pageId, language } = view;
    expect(objects.map(({ key, contentType }) => `${key} ${contentType}`)).toEqual([
      `g/${pageId}.html text/html; charset=utf-8`,
      `g/${pageId}.en.html text/html; charset=utf-8`,
      `g/${pageId}.es.html text/html; charset=utf-8`,
      `g/${pageId}.ics text/calendar; charset=utf-8`,
    ]);
    for (const { cacheControl } of objects)
      expect(cacheControl).toBe('public, max-age=0, must-revalidate, s-maxage=31536000');
    const manifest = manifestOf(objects);
    expect(manifest[`g/${pageId}.html`]).toBe(manifest[`g/${pageId}.${language}.html`]);
    expect(new Set(Object.values(manifest)).size).toBe(3);
  });

  it('have the same pages whatever the language of the booking; the plain address and the calendar file follow it', async () => {
    const english = await bodies(pageViews.confirmed);
    const spanish = await bodies({ ...pageViews.confirmed, language: 'es' });
    expect(english['g/xhqgmdh.en.html']).toMatch(/<html lang="en"/);
    expect(english['g/xhqgmdh.es.html']).toMatch(/<html lang="es"/);
    for (const key of ['g/xhqgmdh.en.html', 'g/xhqgmdh.es.html']) expect(spanish[key]).toBe(english[key]);
    expect(spanish['g/xhqgmdh.html']).toBe(english['g/xhqgmdh.es.html']);
    expect(english['g/xhqgmdh.ics']).toContain('SUMMARY:JADA charter');
    expect(spanish['g/xhqgmdh.ics']).toContain('SUMMARY:Paseo en JADA');
  });

  it('each carry the revision, and differ by nothing else', async () => {
    const [first, second] = [await bodies(pageViews.amended, 1), await bodies(pageViews.amended, 2)];
    for (const [key, body] of Object.entries(first)) {
      const [one, two] = key.endsWith('.ics')
        ? ['SEQUENCE:1', 'SEQUENCE:2']
        : ['data-revision="1"', 'data-revision="2"'];
      expect(body.split(one), key).toHaveLength(2);
      expect(second[key], key).toBe(body.replace(one, two));
    }
  });

  it('do not depend on what is rendered beside them', async () => {
    const alone = await bodies(pageViews.amended);
    const beside = await Promise.all(Object.values(pageViews).map((view) => bodies(view)));
    expect(beside[Object.keys(pageViews).indexOf('amended')]).toEqual(alone);
  });
});

describe('a deployment', () => {
  it('has its own addresses on its pages and in its calendar files, and nobody else’s', async () => {
    const other = { guestUrl: 'https://dev.example.test', photosOrigin: 'https://dev-photos.example.test' };
    const elsewhere = await createGuestSite(BUILD, other);
    for (const [of, origins] of [[site, ORIGINS] as const, [elsewhere, other] as const]) {
      const objects = [...(await of.render(pageViews.confirmed, 1)), ...of.shared];
      const text = objects.map(({ body }) => String(body)).join('\n');
      expect(text).toContain(`URL;VALUE=URI:${origins.guestUrl}/g/xhqgmdh`);
      expect(text).toContain(`connect-src 'self' ${origins.photosOrigin}`);
      const foreign = origins === other ? ORIGINS : other;
      expect(text).not.toContain(foreign.guestUrl);
      expect(text).not.toContain(foreign.photosOrigin);
    }
  });

  it('makes another build hash by either of its addresses, and the same one again', async () => {
    const build = await loadGuestBuild(BUILD);
    const hashOf = async (origins: Partial<typeof ORIGINS> | Record<string, string>) =>
      (await build.createSite({ ...ORIGINS, ...origins })).buildHash;
    expect(await hashOf({})).toBe(site.buildHash);
    const hashes = [
      await hashOf({}),
      await hashOf({ guestUrl: 'https://dev.example.test' }),
      await hashOf({ photosOrigin: 'https://dev.example.test' }),
    ];
    expect(new Set(hashes).size).toBe(3);
  });
});

describe('files that pages share', () => {
  it('are all that a build has for browsers, those with a hash in their names first and kept for ever', async () => {
    const build = join(directory, 'with-files');
    await mkdir(join(build, 'client/_astro'), { recursive: true });
    await mkdir(join(build, 'client/pictures'), { recursive: true });
    await symlink(join(BUILD, 'server'), join(build, 'server'));
    for (const file of ['inputs.sha256', 'client/a.png', 'client/pictures/b.jpg', 'client/_astro/c.Xy12.js'])
      await writeFile(join(build, file), file);
    const portalFiles = join(directory, 'portal');
    await mkdir(join(portalFiles, 'crew-assets'), { recursive: true });
    for (const file of ['sw.js', 'crew-assets/d.Zz34.js']) await writeFile(join(portalFiles, file), file);

    const { shared } = await createGuestSite(build, { ...ORIGINS, portalFiles });
    const seen = shared.map(({ site: of, key, cacheControl }) => [
      `${of}/${key}`,
      cacheControl.includes('immutable'),
    ]);
    expect(seen).toEqual([
      ['guest/_astro/c.Xy12.js', true],
      ['guest/a.png', false],
      ['guest/pictures/b.jpg', false],
      ['guest/index.html', false],
      ['guest/404.html', false],
      ['guest/robots.txt', false],
      ['guest/favicon.svg', false],
      ['crew/crew-assets/d.Zz34.js', true],
      ['crew/sw.js', false],
    ]);
  });

  it('of a kind that browsers are not told how to read are refused', async () => {
    const build = join(directory, 'with-odd-file');
    await mkdir(join(build, 'client'), { recursive: true });
    await symlink(join(BUILD, 'server'), join(build, 'server'));
    for (const file of ['inputs.sha256', 'client/notes.docx']) await writeFile(join(build, file), file);
    await expect(createGuestSite(build, ORIGINS)).rejects.toThrow('No content type is known for notes.docx');
  });
});
