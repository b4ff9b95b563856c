import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';
import { MUTANTS } from './mutants.ts';

/** Tests that run our own sources in this process, with the mutant that the environment names planted into them. */
const mutant = MUTANTS.find(({ name }) => name === process.env['BOSUN_MUTANT']);

export default defineConfig({
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
  test: {
    include: ['test/bookings/reconcile', 'test/functions', 'test/whole', 'test/scripts/stack/aws'].map(
      (folder) => `${folder}/**/*.test.ts`,
    ),
    maxWorkers: '100%',
    // A cached module would be planted into other runs, or not at all.
    fsModuleCache: false,
    testTimeout: 30_000,
  },
});
