import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { RouteData } from 'astro';
import type { App } from 'astro/app';
import { LANGUAGES, type Language } from '#bookings/model/language.ts';
import { UserError } from '#bookings/model/problem.ts';
import { specHash } from '#bookings/model/canonical.ts';
import type { PageView } from '#bookings/model/views/page.ts';
import { manifestOf } from '#bookings/reconcile/manifest.ts';
import type { GuestSite, SharedFile, SiteName, SiteObject } from '#bookings/reconcile/ports.ts';
import { renderGuestCalendar } from './guest-calendar.ts';
import { renderInThreads } from './render-threads.ts';

/** File in a build that holds the hash of its inputs; written last. */
export const BUILD_STAMP = 'inputs.sha256';

/** Where the site's pages are and what they may reach, as the Deployment has it: origins, no slash at the end. */
export interface GuestOrigins {
  /** `https://queenofsandiego.com` */
  readonly guestUrl: string;
  /** Where the browser sends photos to, and has them from. */
  readonly photosOrigin: string;
}

/** A build that is loaded, for any deployment. */
export interface GuestBuild {
  readonly createSite: (options: GuestOrigins) => Promise<GuestSite>;
}

/** The guest site of a build that `buildGuestSite` made; with `portalFiles`, the crew portal's client files are published beside it. */
export async function createGuestSite(
  buildDirectory: string,
  { portalFiles, ...origins }: GuestOrigins & { readonly portalFiles?: string },
): Promise<GuestSite> {
  const build = await loadGuestBuild(buildDirectory, portalFiles);
  return build.createSite(origins);
}

/** The part that needs no deployment, so that it can be had while one is still being connected to. */
export async function loadGuestBuild(buildDirectory: string, portalFiles?: string): Promise<GuestBuild> {
  const stamp = await readStamp(buildDirectory);
  const [app, ownFiles, crewFiles] = await Promise.all([
    loadApp(buildDirectory, stamp),
    readFiles(join(buildDirectory, 'client')),
    portalFiles === undefined ? [] : readFiles(portalFiles),
  ]);
  return {
    async createSite({ guestUrl, photosOrigin }) {
      const origins = { guestUrl, photosOrigin };
      const context = { app, origins, page: toTarget(app, '/g/page') };
      return {
        buildHash: specHash({ stamp, icu: process.versions['icu'], ...origins }),
        shared: [
          ...[...ownFiles, ...(await renderShared(context))].map(toShared('guest')),
          ...crewFiles.map(toShared('crew')),
        ],
        render: (view, revision) => renderBooking(view, revision, context),
        hash: (pages) =>
          renderInThreads(
            pages,
            async ({ view, revision }) => manifestOf(await renderBooking(view, revision, context)),
            { buildDirectory, ...origins },
          ),
      };
    },
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
  ics: 'text/calendar; charset=utf-8',
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

/** What every render is given. */
interface Context {
  readonly app: App;
  readonly origins: GuestOrigins;
  /** One for all guests' pages: each is made from its view, never from its address. */
  readonly page: Target;
}

/** What is asked of the build. */
interface Target {
  readonly request: Request;
  readonly routeData: RouteData | undefined;
}

function toTarget(app: App, path: string): Target {
  const request = new Request(new URL(path, ORIGIN));
  return { request, routeData: app.match(request) };
}

/**
 * A page in the booking's language, under the plain address, and in each language under one of its own; the calendar
 * file. Always all of them, so that a changed language leaves nothing stale behind (docs/decisions/0020).
 */
async function renderBooking(view: PageView, revision: number, context: Context): Promise<SiteObject[]> {
  const pages = new Map<Language, SiteObject>();
  for (const language of LANGUAGES) {
    const key = `g/${view.pageId}.${language}.html`;
    const own = { page: { ...view, language }, revision };
    pages.set(language, await renderObject(key, context.page, own, context));
  }
  return [
    { ...pages.get(view.language)!, key: `g/${view.pageId}.html` },
    ...pages.values(),
    toObject(
      `g/${view.pageId}.ics`,
      renderGuestCalendar(view, { revision, guestUrl: context.origins.guestUrl }),
    ),
  ];
}

/** Object key → path of the template. */
const SHARED: Readonly<Record<string, string>> = {
  'index.html': '/',
  '404.html': '/404',
  'robots.txt': '/robots.txt',
  'favicon.svg': '/favicon.svg',
};

const renderShared = (context: Context): Promise<SiteObject[]> =>
  Promise.all(
    Object.entries(SHARED).map(([key, path]) => renderObject(key, toTarget(context.app, path), {}, context)),
  );

async function renderObject(
  key: string,
  { request, routeData }: Target,
  own: object,
  { app, origins }: Context,
): Promise<SiteObject> {
  const locals = { ...own, ...origins };
  const response = await app.render(request, { locals, ...(routeData !== undefined && { routeData }) });
  const expected = key === '404.html' ? 404 : 200;
  if (response.status !== expected)
    throw new Error(`Rendering ${key} answered ${response.status} instead of ${expected}`);
  // Bytes, not text: they are hashed and stored as they are, and text would be encoded anew each time.
  return toObject(key, Buffer.from(await response.arrayBuffer()));
}

/** Requests need one; no template may read it. */
const ORIGIN = 'https://guest.invalid';

const toShared =
  (site: SiteName) =>
  (object: SiteObject): SharedFile => ({ ...object, site });

/** All files below a folder that a build made; those whose names carry a hash come first. */
async function readFiles(folder: string): Promise<SiteObject[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const keys = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
  return Promise.all(
    keys.toSorted(hashedFirst).map(async (key) => toObject(key, await readFile(join(folder, key)))),
  );
}

const hashedFirst = (one: string, other: string): number =>
  Number(isHashed(other)) - Number(isHashed(one)) || (one < other ? -1 : 1);

/** In folders that the two builds make for files with a hash in their names. */
const isHashed = (key: string): boolean => /^(_astro|crew-assets)\//.test(key);

const toObject = (key: string, body: SiteObject['body']): SiteObject => ({
  key,
  body,
  contentType: contentTypeOf(key),
  cacheControl: isHashed(key) ? IMMUTABLE : REVALIDATED,
});

function contentTypeOf(key: string): string {
  const extension = key.slice(key.lastIndexOf('.') + 1);
  const type = CONTENT_TYPES[extension];
  if (type === undefined) throw new Error(`No content type is known for ${key}`);
  return type;
}
