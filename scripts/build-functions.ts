import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildWhenChanged } from './build-when-changed.ts';
import { BUNDLE, bundle, sourceMapOf } from './bundle.ts';
import { ROOT } from './repository.ts';

/** What functions are made of and with. */
const INPUTS = [
  'functions',
  'bookings/model',
  'bookings/reconcile',
  'package-lock.json',
  'scripts/build-functions.ts',
  'scripts/build-when-changed.ts',
  'scripts/bundle.ts',
];

/** Every folder of `functions/` with a `handler.ts` is one Lambda function. */
export async function functionNames(root = ROOT): Promise<string[]> {
  const folders = await readdir(join(root, 'functions'));
  return folders.filter((name) => existsSync(join(root, 'functions', name, 'handler.ts'))).toSorted();
}

/**
 * Bundles each function to `<out>/<name>/index.mjs`, which is all that is deployed, and keeps the source maps apart in
 * `<out>/source-maps`. Skipped when nothing they are made of has changed; returns whether anything was built.
 */
export const buildFunctions = (out: string, root = ROOT): Promise<boolean> =>
  buildWhenChanged(out, { root, paths: INPUTS }, async (directory) => {
    const names = await functionNames(root);
    await Promise.all(names.map((name) => bundleFunction(name, directory, root)));
  });

const bundleFunction = (name: string, out: string, root: string): Promise<void> =>
  bundle({
    root,
    entry: join(root, 'functions', name, 'handler.ts'),
    outfile: join(out, name, BUNDLE),
    sourceMap: sourceMapOf(out, name),
  });
