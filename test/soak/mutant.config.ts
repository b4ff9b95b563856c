import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { mergeConfig, type ViteUserConfig } from 'vitest/config';
import suite from '../../vitest.config.ts';
import { MUTANTS } from './mutants.ts';

/** The suite as far as it runs our own sources in its own process, with the mutant that the environment names planted. */
const mutant = MUTANTS.find(({ name }) => name === process.env['BOSUN_MUTANT']);

const FOLDERS = ['test/bookings/reconcile', 'test/functions', 'test/whole', 'test/scripts/stack/aws'];

const planted: ViteUserConfig = {
  plugins: [
    {
      name: 'plant',
      enforce: 'pre',
      load(id) {
        if (mutant === undefined || id !== resolve(mutant.file)) return null;
        return readFileSync(id, 'utf8').replace(mutant.find, () => mutant.replace);
      },
    },
  ],
  // A cached module would be planted into other runs, or not at all.
  test: { fsModuleCache: false },
};

export default {
  ...mergeConfig(suite, planted),
  test: { ...suite.test, ...planted.test, include: FOLDERS.map((folder) => `${folder}/**/*.test.ts`) },
};
