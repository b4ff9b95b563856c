import { execFile } from 'node:child_process';
import { glob, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import type { PageView } from '#bookings/model/views/page.ts';
import type { GuestOrigins } from '#site/guest-site.ts';
import { buildWhenChanged, moveInto, temporaryBeside } from './build-when-changed.ts';
import { BUNDLE, bundle, LAMBDA_ROOT, sourceMapOf } from './bundle.ts';
import { ROOT } from './repository.ts';

/** What every build is made with, besides its own folders. */
const TOOLS = [
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'scripts/build-site.ts',
  'scripts/build-when-changed.ts',
];
const GUEST_INPUTS = [
  'site/guest',
  'site/guest-site.ts',
  'site/guest-calendar.ts',
  'site/design',
  'site/photos',
  'bookings/model',
  'functions/charter-time.ts',
  'functions/ical.ts',
  'functions/scc/guest-photos.ts',
  'functions/scc/photo-key.ts',
  ...TOOLS,
];
const PORTAL_INPUTS = [
  'site/portal',
  'site/design',
  'site/photos',
  'bookings/model',
  'bookings/reconcile',
  'functions',
  'scripts/bundle.ts',
  ...TOOLS,
];

/** Compiles the templates of the guest site, once, for `createGuestSite`. False when it was up to date. */
export const buildGuestSite = (outDir: string): Promise<boolean> =>
  buildWhenChanged(outDir, { root: ROOT, paths: GUEST_INPUTS }, async (directory) => {
    await runGuestBuild(directory);
    await settlePaths(directory, [[pathToFileURL(directory).href, pathToFileURL(resolve(outDir)).href]]);
  });

/**
 * Builds the crew portal: `<outDir>/lambda` (`index.handler`), `<outDir>/client`, and `<outDir>/source-maps`, which is not
 * deployed. False when up to date.
 */
export const buildPortal = (outDir: string): Promise<boolean> =>
  buildWhenChanged(outDir, { root: ROOT, paths: PORTAL_INPUTS }, async (directory) => {
    await runAstro('site/portal', directory, { vite: FOR_BUNDLING });
    await bundlePortal(directory);
    await minify(join(directory, 'client', 'sw.js'));
  });

/** Makes one file of the server's, as every function has one, in which no path of this build or checkout is left. */
async function bundlePortal(directory: string): Promise<void> {
  const server = join(directory, 'lambda');
  await settlePaths(server, [
    // The Node adapter looks for the folder of this name above its own file, and on Lambda there is no other.
    [pathToFileURL(`${server}/`).href, LAMBDA_ROOT],
    [pathToFileURL(directory).href, `${LAMBDA_ROOT}build`],
    [pathToFileURL(ROOT).href, `${LAMBDA_ROOT}source`],
    [await realpath(join(ROOT, 'node_modules')), '/source/node_modules'],
    [ROOT, '/source'],
  ]);
  const bundled = join(directory, 'bundled');
  await bundle({
    root: ROOT,
    entry: join(server, BUNDLE),
    outfile: join(bundled, BUNDLE),
    sourceMap: sourceMapOf(directory, 'crew-portal'),
  });
  await moveInto(bundled, server);
}

/** What Astro copies from `public` it leaves as it is, and each visit to a page may ask for its worker. */
async function minify(file: string): Promise<void> {
  const { code } = await transform(await readFile(file, 'utf8'), { minify: true });
  await writeFile(file, code);
}

/** The guest site as one full static build: what pages rendered one by one must equal, byte for byte. */
export async function buildStaticGuestSite(
  pages: readonly PageView[],
  outDir: string,
  { guestUrl, photosOrigin }: GuestOrigins,
): Promise<void> {
  const directory = await temporaryBeside(outDir);
  const pagesFile = `${directory}.json`;
  try {
    await writeFile(pagesFile, JSON.stringify(pages));
    await runGuestBuild(directory, {
      GUEST_PAGES_FILE: pagesFile,
      GUEST_URL: guestUrl,
      GUEST_PHOTOS_ORIGIN: photosOrigin,
    });
    await moveInto(directory, outDir);
  } finally {
    await rm(pagesFile, { force: true });
    await rm(directory, { recursive: true, force: true });
  }
}

/** A build names folders of this machine; with others in their place, equal sources give equal bytes. */
async function settlePaths(directory: string, paths: readonly (readonly [string, string])[]): Promise<void> {
  for await (const entry of glob('**/*.mjs', { cwd: directory })) {
    const file = join(directory, entry);
    const text = await readFile(file, 'utf8');
    const settled = paths.reduce((settling, [from, to]) => settling.replaceAll(from, to), text);
    if (settled !== text) await writeFile(file, settled);
  }
}

/** With a cache of its own: builds at the same time would write the content layer's store over each other. */
async function runGuestBuild(
  outDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const cache = `${outDir}.cache`;
  try {
    await runAstro('site/guest', outDir, { environment: { ...environment, GUEST_CACHE_DIR: cache } });
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

/** Of the server's code only, as what browsers load is public. A chunk's hash depends on where the checkout lies. */
const FOR_BUNDLING = {
  build: { sourcemap: true },
  environments: {
    client: { build: { sourcemap: false } },
    ssr: { build: { rolldownOptions: { output: { chunkFileNames: 'chunks/[name].mjs' } } } },
  },
};

interface AstroRun {
  readonly environment?: Readonly<Record<string, string>>;
  /** Beside what the project's own configuration says. */
  readonly vite?: object;
}

/**
 * Astro's build in a process of its own: it changes NODE_ENV and keeps hundreds of megabytes.
 * Of our environment it gets only what a program needs to run, since Vite writes variables into bundles.
 */
async function runAstro(
  project: string,
  outDir: string,
  { environment = {}, vite = {} }: AstroRun,
): Promise<void> {
  const options = JSON.stringify({ root: join(ROOT, project), outDir, vite });
  const program = `import { build } from 'astro'; await build(${options});`;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: ROOT,
    env: { ...inherited(), ...FIXED, ...environment },
    maxBuffer: 16 * 1024 * 1024,
  });
  await run.catch((error: unknown) => {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`The build of ${project} failed:\n${stdout}${stderr}`);
  });
}

const FIXED = {
  NODE_ENV: 'production',
  ASTRO_TELEMETRY_DISABLED: '1',
  NO_COLOR: '1',
  /** Would be random. It seals the properties of server islands, of which there are none. */
  ASTRO_KEY: Buffer.alloc(32).toString('base64'),
};

const inherited = (): Record<string, string | undefined> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'].map((name) => [name, process.env[name]]),
  );
