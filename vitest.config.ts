import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Functions and site are built once; the end-to-end tests run the built bundles.
    globalSetup: ['test/e2e/build.ts'],
    // Vitest leaves a processor free otherwise, which on two is half of them.
    maxWorkers: '100%',
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
