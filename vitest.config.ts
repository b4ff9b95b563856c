import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Functions and site are built once; the end-to-end tests run the built bundles.
    globalSetup: ['test/e2e/build.ts'],
    // Vitest leaves a processor free otherwise, which on two is half of them.
    maxWorkers: '100%',
    // Commands that tests start as processes of their own load in half the time.
    env: { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') },
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
