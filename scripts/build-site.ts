import { execFile } from 'node:child_process';
import { glob, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { transform } from 'esbuild';
import { sha256 } from '#bookings/model/canonical.ts';
import type { PageView } from '#bookings/model/views/page.ts';
import { BUILD_STAMP, type GuestOrigins } from '#site/guest-site.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ASTRO = fileURLToPath(new URL('../bin/astro.mjs', import.meta.resolve('astro')));

/** What every build is made with, besides its own folders. */
const TOOLS = ['package.json', 'package-lock.json', 'tsconfig.json', 'scripts/build-site.ts'];
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
  ...TOOLS,
];

/** Compiles the templates of the guest site, once, for `createGuestSite`. False when it was up to date. */
export const buildGuestSite = (outDir: string): Promise<boolean> =>
  buildWhenChanged(outDir, GUEST_INPUTS, runGuestBuild);

/** Builds the crew portal: `<outDir>/lambda` (`index.handler`) and `<outDir>/client`. False when up to date. */
export const buildPortal = (outDir: string): Promise<boolean> =>
  buildWhenChanged(outDir, PORTAL_INPUTS, async (directory) => {
    await runAstro('site/portal', directory);
    await writeFile(join(directory, 'lambda', 'package.json'), '{ "type": "module" }\n');
    await minify(join(directory, 'client', 'sw.js'));
  });

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

/** Builds beside `outDir` and renames, so that what is there is always a whole build. */
async function buildWhenChanged(
  outDir: string,
  inputs: readonly string[],
  build: (directory: string) => Promise<void>,
): Promise<boolean> {
  const stamp = await hashInputs(inputs);
  if ((await readStamp(outDir)) === stamp) return false;
  const directory = await temporaryBeside(outDir);
  try {
    await build(directory);
    await settlePaths(directory, resolve(outDir));
    await writeFile(join(directory, BUILD_STAMP), stamp);
    if ((await readStamp(outDir)) !== stamp) await moveInto(directory, outDir);
  } catch (error) {
    // Another process that built the same at the same time may have been first.
    if ((await readStamp(outDir)) !== stamp) throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return true;
}

const readStamp = (outDir: string): Promise<string | undefined> =>
  readFile(join(outDir, BUILD_STAMP), 'utf8').catch(() => undefined);

/** One hash over paths and bytes, the same on every machine. */
async function hashInputs(inputs: readonly string[]): Promise<string> {
  const files = (await Promise.all(inputs.map(filesOf))).flat().toSorted();
  const lines = await Promise.all(
    files.map(async (file) => `${file.replaceAll(sep, '/')} ${sha256(await readFile(join(ROOT, file)))}`),
  );
  return sha256(lines.join('\n'));
}

/** An input's files by their path from the root; `.astro` and `node_modules` hold what tools leave behind. */
async function filesOf(input: string): Promise<string[]> {
  if ((await stat(join(ROOT, input))).isFile()) return [input];
  const entries = await readdir(join(ROOT, input), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .filter((file) => !/[\\/](\.astro|node_modules)[\\/]/.test(file));
}

async function temporaryBeside(outDir: string): Promise<string> {
  await mkdir(dirname(resolve(outDir)), { recursive: true });
  return mkdtemp(`${resolve(outDir)}.building-`);
}

async function moveInto(directory: string, outDir: string): Promise<void> {
  const old = `${directory}.old`;
  await rename(outDir, old).catch(ignoreMissing);
  await rename(directory, outDir);
  await rm(old, { recursive: true, force: true });
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

/** A build names the folder it was made in; with the final one instead, equal sources give equal bytes. */
async function settlePaths(directory: string, outDir: string): Promise<void> {
  for await (const entry of glob('**/*.mjs', { cwd: directory })) {
    const file = join(directory, entry);
    const text = await readFile(file, 'utf8');
    const settled = text.replaceAll(pathToFileURL(directory).href, pathToFileURL(outDir).href);
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
    await runAstro('site/guest', outDir, { ...environment, GUEST_CACHE_DIR: cache });
  } finally {
    await rm(cache, { recursive: true, force: true });
  }
}

/**
 * Astro's command line in a process of its own: a build changes NODE_ENV and keeps hundreds of megabytes.
 * Of our environment it gets only what a program needs to run, since Vite writes variables into bundles.
 */
async function runAstro(
  project: string,
  outDir: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  const run = promisify(execFile)(
    process.execPath,
    [ASTRO, 'build', '--root', join(ROOT, project), '--outDir', outDir],
    { cwd: ROOT, env: { ...inherited(), ...FIXED, ...environment }, maxBuffer: 16 * 1024 * 1024 },
  );
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
