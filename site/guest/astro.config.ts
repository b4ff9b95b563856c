import { defineConfig, passthroughImageService } from 'astro/config';
import { appAdapter } from './adapter.ts';

/** With a file of page views the whole site is built statically, as the measure of what is rendered one by one. */
const isStatic = process.env['GUEST_PAGES_FILE'] !== undefined;

export default defineConfig({
  ...(isStatic ? { output: 'static' } : { output: 'server', adapter: appAdapter }),
  cacheDir: process.env['GUEST_CACHE_DIR'] ?? '../../.build/cache/guest',
  build: { format: 'file', inlineStylesheets: 'always', serverEntry: 'entry.mjs' },
  session: false,
  image: { service: passthroughImageService() },
  devToolbar: { enabled: false },
  // The build carries all it needs, so that a page never depends on where the build lies.
  vite: {
    logLevel: 'warn',
    build: { cssTarget: ['chrome100', 'firefox100', 'safari15'] },
    ssr: { noExternal: true },
    optimizeDeps: { noDiscovery: true },
  },
});
