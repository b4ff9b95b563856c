import { defineConfig } from 'vitest/config';

/** Long variants of what `npm test` shows in short. */
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: ['test/soak/**/*.soak.ts'],
    globalSetup: ['test/e2e/build.ts'],
    maxWorkers: '100%',
    testTimeout: 6 * 3_600_000,
    hookTimeout: 120_000,
  },
});
