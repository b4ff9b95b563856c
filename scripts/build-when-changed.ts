import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { sha256 } from '#bookings/model/canonical.ts';
import { BUILD_STAMP } from '#site/guest-site.ts';

/** What a build is made of: files and folders by their path from the root. */
export interface Inputs {
  readonly root: string;
  readonly paths: readonly string[];
}

/**
 * Builds into `outDir` unless what is there is made of the same inputs; false when so. Each build has a folder of its own
 * beside `outDir` and is renamed when it is whole, so that several at once, or one that is interrupted, do no harm.
 */
export async function buildWhenChanged(
  outDir: string,
  inputs: Inputs,
  build: (directory: string) => Promise<void>,
): Promise<boolean> {
  const stamp = await hashInputs(inputs);
  const isThere = async () => (await readStamp(outDir)) === stamp;
  if (await isThere()) return false;
  const directory = await temporaryBeside(outDir);
  try {
    await build(directory);
    await writeFile(join(directory, BUILD_STAMP), stamp);
    await moveInto(directory, outDir, isThere);
  } catch (error) {
    // Another process that built the same at the same time may have been first.
    if (!(await isThere())) throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return true;
}

const readStamp = (outDir: string): Promise<string | undefined> =>
  readFile(join(outDir, BUILD_STAMP), 'utf8').catch(() => undefined);

/** One hash over paths and bytes, the same on every machine. */
async function hashInputs({ root, paths }: Inputs): Promise<string> {
  const files = (await Promise.all(paths.map((path) => filesOf(root, path)))).flat().toSorted();
  const lines = await Promise.all(
    files.map(async (file) => `${file.replaceAll(sep, '/')} ${sha256(await readFile(join(root, file)))}`),
  );
  return sha256(lines.join('\n'));
}

/** An input's files by their path from the root; `.astro` and `node_modules` hold what tools leave behind. */
async function filesOf(root: string, input: string): Promise<string[]> {
  if ((await stat(join(root, input))).isFile()) return [input];
  const entries = await readdir(join(root, input), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !/[\\/](\.astro|node_modules)[\\/]/.test(file));
}

/** `<outDir>.building-x7Kq2P`, a new folder. */
export async function temporaryBeside(outDir: string): Promise<string> {
  await mkdir(dirname(resolve(outDir)), { recursive: true });
  return mkdtemp(`${resolve(outDir)}.building-`);
}

/** Puts a folder in another's place, unless what is there, or comes there meanwhile, is as good. */
export async function moveInto(
  directory: string,
  outDir: string,
  isAsGood: () => Promise<boolean> = async () => false,
): Promise<void> {
  const old = `${directory}.old`;
  while (!(await isAsGood()) && !(await rename(directory, outDir).then(() => true, ignore(OCCUPIED)))) {
    await rename(outDir, old).catch(ignore(['ENOENT']));
    await rm(old, { recursive: true, force: true });
  }
}

const OCCUPIED = ['ENOTEMPTY', 'EEXIST'];

const ignore =
  (codes: readonly string[]) =>
  (error: unknown): false => {
    if (error instanceof Error && 'code' in error && codes.includes(String(error.code))) return false;
    throw error;
  };
