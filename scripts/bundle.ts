import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { build, type BuildOptions } from 'esbuild';

export interface BundleOptions {
  /** Folder from which the source map names its sources. */
  readonly root: string;
  readonly entry: string;
  readonly outfile: string;
  /** Apart from the bundle, which nothing refers to it: it is not deployed. */
  readonly sourceMap: string;
}

/** One ES module for Node 24 with everything inside; the same sources give the same bytes, wherever they lie. */
export async function bundle({ root, entry, outfile, sourceMap }: BundleOptions): Promise<void> {
  await build({ ...bundleSettings(root), entryPoints: [entry], outfile, sourcemap: 'external' });
  const { mappings, names, sources } = JSON.parse(await readFile(`${outfile}.map`, 'utf8')) as SourceMap;
  const settled = sources.map((source) => pathFromRoot(root, resolve(dirname(outfile), source)));
  await mkdir(dirname(sourceMap), { recursive: true });
  await writeFile(sourceMap, JSON.stringify({ version: 3, sources: settled, names, mappings }));
  await rm(`${outfile}.map`);
}

export interface SourceMap {
  readonly mappings: string;
  readonly names: readonly string[];
  readonly sources: readonly string[];
}

/** zod's translations of messages are left out, which halves some bundles. */
const bundleSettings = (root: string): BuildOptions => ({
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  keepNames: false,
  // Node shows the line of an error that stops it, and one line would be all there is.
  lineLimit: 500,
  legalComments: 'none',
  logLevel: 'error',
  mainFields: ['module', 'main'],
  // The sources are in git, and a map that holds them is ten times as large.
  sourcesContent: false,
  banner: { js: REQUIRE },
  define: { 'import.meta.url': JSON.stringify(`${LAMBDA_ROOT}${BUNDLE}`) },
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

/** `functions/scc-api/app.ts`, `node_modules/hono/dist/hono.js` wherever packages lie, `generated/chain_BJKY34Uf.mjs`. */
function pathFromRoot(root: string, file: string): string {
  const path = decodeURI(relative(root, file)).split(sep);
  const packages = path.indexOf('node_modules');
  if (packages >= 0) return path.slice(packages).join('/');
  return path[0]!.startsWith('.') ? `generated/${path.at(-1)!}` : path.join('/');
}

/** Where Lambda puts what is deployed; a bundle knows this place and none of the build's. */
export const LAMBDA_ROOT = 'file:///var/task/';
export const BUNDLE = 'index.mjs';

/** Where a build in `out` keeps the source map of a function, which is no part of what is deployed. */
export const sourceMapOf = (out: string, name: string): string => join(out, 'source-maps', `${name}.json`);
