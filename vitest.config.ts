import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/tidy.ts'],
    // Functions and site are built once; the end-to-end tests run the built bundles.
    globalSetup: ['test/e2e/build.ts', 'test/infra/calls-made.ts'],
    // Vitest leaves a processor free otherwise, which on two is half of them.
    maxWorkers: '100%',
    // A process per file would load and warm up everything again, which costs more than most files' tests.
    isolate: false,
    env: {
      // Commands that tests start as processes of their own load in half the time.
      NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
      // Where stacks write down the calls that they see, to be compared with what roles allow.
      BOSUN_CALL_RECORD: join(tmpdir(), `bosun-calls-${process.pid}`),
    },
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
