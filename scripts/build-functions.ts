import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { build, type BuildOptions } from 'esbuild';
import { sha256 } from '#bookings/model/canonical.ts';
import { ROOT } from './repository.ts';

/** Every folder of `functions/` with a `handler.ts` is one Lambda function. */
export async function functionNames(root = ROOT): Promise<string[]> {
  const folders = await readdir(join(root, 'functions'));
  return folders.filter((name) => existsSync(join(root, 'functions', name, 'handler.ts'))).toSorted();
}

/**
 * Bundles each function to `<out>/<name>/index.mjs`. Skipped when nothing they are made of has changed; an
 * interrupted build never looks finished. Returns whether anything was built.
 */
export async function buildFunctions(out: string, root = ROOT): Promise<boolean> {
  const stamp = join(out, 'inputs.sha256');
  const inputs = await hashInputs(root);
  if ((await readFile(stamp, 'utf8').catch(() => '')) === inputs) return false;
  const fresh = `${out}.new`;
  await rm(fresh, { recursive: true, force: true });
  const names = await functionNames(root);
  await Promise.all(names.map((name) => build(bundleOptions(name, fresh, root))));
  await writeFile(join(fresh, 'inputs.sha256'), inputs);
  await rm(out, { recursive: true, force: true });
  await rename(fresh, out);
  return true;
}

/** ES modules for Node 24, everything inside; zod's translations of messages are left out, which halves some bundles. */
export const bundleOptions = (name: string, out: string, root: string): BuildOptions => ({
  absWorkingDir: root,
  entryPoints: [join(root, 'functions', name, 'handler.ts')],
  outfile: join(out, name, 'index.mjs'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  keepNames: false,
  legalComments: 'none',
  logLevel: 'error',
  mainFields: ['module', 'main'],
  banner: { js: REQUIRE },
  plugins: [withoutLocales],
});

/** Packages in CommonJS that are bundled into a module still ask for Node's own modules by `require`. */
const REQUIRE =
  "import { createRequire as bosunRequire } from 'node:module'; const require = bosunRequire(import.meta.url);";

const withoutLocales: NonNullable<BuildOptions['plugins']>[number] = {
  name: 'without-locales',
  setup(esbuild) {
    esbuild.onLoad({ filter: /zod\/v4\/locales\/index\.js$/ }, () => ({
      contents: "export { default as en } from './en.js';",
      loader: 'js',
    }));
  },
};

async function hashInputs(root: string): Promise<string> {
  const folders = ['functions', 'bookings/model', 'bookings/reconcile'];
  const listed = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(join(root, folder), { recursive: true })).map((name) => `${folder}/${name}`),
    ),
  );
  const files = [...listed.flat(), 'package-lock.json', 'scripts/build-functions.ts'].filter((name) =>
    /\.(ts|js|json)$/.test(name),
  );
  const hashes = await Promise.all(
    files.toSorted().map(async (name) => `${name} ${sha256(await readFile(join(root, name)))}\n`),
  );
  return sha256(hashes.join(''));
}
