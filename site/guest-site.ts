import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { App } from 'astro/app';
import { UserError } from '#bookings/model/problem.ts';
import { sha256 } from '#bookings/model/canonical.ts';
import type { PageView } from '#bookings/model/views/page.ts';
import type { GuestSite, SharedFile, SiteName, SiteObject } from '#bookings/reconcile/ports.ts';

/** File in a build that holds the hash of its inputs; written last. */
export const BUILD_STAMP = 'inputs.sha256';

/** The guest site of a build that `buildGuestSite` made; with `portalFiles`, the crew portal's client files are published beside it. */
export async function createGuestSite(buildDirectory: string, portalFiles?: string): Promise<GuestSite> {
  const stamp = await readStamp(buildDirectory);
  const app = await loadApp(buildDirectory, stamp);
  return {
    buildHash: sha256(`${stamp} ICU ${process.versions['icu']}`),
    shared: [
      ...(await readFiles(join(buildDirectory, 'client', '_astro'), '_astro/')).map(toShared('guest')),
      ...(await renderShared(app)).map(toShared('guest')),
      ...(portalFiles === undefined ? [] : await readFiles(portalFiles, '')).map(toShared('crew')),
    ],
    render: async (view, revision) => [await renderPage(app, view, revision)],
  };
}

async function readStamp(buildDirectory: string): Promise<string> {
  try {
    return await readFile(join(buildDirectory, BUILD_STAMP), 'utf8');
  } catch (cause) {
    throw new UserError(`There is no build of the guest site in ${buildDirectory}: build it first`, [], {
      cause,
    });
  }
}

/** The stamp in the address makes a rebuilt site a new module to this process. */
async function loadApp(buildDirectory: string, stamp: string): Promise<App> {
  const entry = pathToFileURL(join(buildDirectory, 'server', 'entry.mjs'));
  const { app } = (await import(`${entry.href}?${stamp}`)) as { app: App };
  return app;
}

/** Caches in front keep a page until it is invalidated; phones ask every time. */
const REVALIDATED = 'public, max-age=0, must-revalidate, s-maxage=31536000';
const IMMUTABLE = 'public, max-age=31536000, immutable';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  svg: 'image/svg+xml',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  woff2: 'font/woff2',
  webp: 'image/webp',
  avif: 'image/avif',
  jpg: 'image/jpeg',
  png: 'image/png',
};

const renderPage = (app: App, page: PageView, revision: number): Promise<SiteObject> =>
  renderObject(app, `g/${page.pageId}.html`, `/g/${page.pageId}`, { page, revision });

/** Object key → path of the template. */
const SHARED: Readonly<Record<string, string>> = {
  'index.html': '/',
  '404.html': '/404',
  'robots.txt': '/robots.txt',
  'favicon.svg': '/favicon.svg',
};

const renderShared = (app: App): Promise<SiteObject[]> =>
  Promise.all(Object.entries(SHARED).map(([key, path]) => renderObject(app, key, path, {})));

async function renderObject(app: App, key: string, path: string, locals: object): Promise<SiteObject> {
  const response = await app.render(new Request(new URL(path, ORIGIN)), { locals });
  const expected = path === '/404' ? 404 : 200;
  if (response.status !== expected)
    throw new Error(`Rendering ${key} answered ${response.status} instead of ${expected}`);
  return {
    key,
    body: await response.text(),
    contentType: contentTypeOf(key),
    cacheControl: REVALIDATED,
  };
}

/** Requests need one; no template may read it. */
const ORIGIN = 'https://guest.invalid';

const toShared =
  (site: SiteName) =>
  (object: SiteObject): SharedFile => ({ ...object, site });

/** All files below a folder that a build made; those in folders carry a hash in their names. */
async function readFiles(folder: string, prefix: string): Promise<SiteObject[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return Promise.all(
    files.toSorted(hashedFirst).map(async (file) => {
      const key = prefix + file.replaceAll('\\', '/');
      const cacheControl = key.includes('/') ? IMMUTABLE : REVALIDATED;
      return { key, body: await readFile(join(folder, file)), contentType: contentTypeOf(key), cacheControl };
    }),
  );
}

const hashedFirst = (one: string, other: string): number =>
  Number(other.includes('/')) - Number(one.includes('/')) || (one < other ? -1 : 1);

function contentTypeOf(key: string): string {
  const extension = key.slice(key.lastIndexOf('.') + 1);
  const type = CONTENT_TYPES[extension];
  if (type === undefined) throw new Error(`No content type is known for ${key}`);
  return type;
}
