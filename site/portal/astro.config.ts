import { fileURLToPath } from 'node:url';
import node from '@astrojs/node';
import type { AstroIntegration } from 'astro';
import { defineConfig, passthroughImageService } from 'astro/config';

const NO_IMAGES = fileURLToPath(new URL('./src/no-images.ts', import.meta.url));

export default defineConfig({
  output: 'server',
  adapter: onLambda(node({ mode: 'middleware' })),
  cacheDir: '../../.build/cache/portal',
  build: {
    server: './lambda/',
    serverEntry: 'index.mjs',
    assets: 'crew-assets',
    inlineStylesheets: 'always',
  },
  session: false,
  // The gate refuses all that is not a read.
  security: { checkOrigin: false },
  // Astro's own image endpoint would fetch pictures at a caller's wish, and holds paths of the build.
  image: { service: passthroughImageService(), endpoint: { route: '/_image', entrypoint: NO_IMAGES } },
  devToolbar: { enabled: false },
  vite: {
    logLevel: 'warn',
    // Pictures stay files, since the pages' policy allows no data: URLs.
    build: { assetsInlineLimit: 0, cssTarget: ['chrome100', 'firefox100', 'safari15'] },
    // The Lambda is this folder and nothing else: no node_modules beside it.
    ssr: { noExternal: true },
    optimizeDeps: { noDiscovery: true },
  },
});

/** The Node adapter with our own entry around its request handler. */
function onLambda(adapter: AstroIntegration): AstroIntegration {
  const setUp = adapter.hooks['astro:config:done'];
  return {
    ...adapter,
    hooks: {
      ...adapter.hooks,
      'astro:config:done': (options) =>
        setUp?.({
          ...options,
          setAdapter: ({ name, adapterFeatures, supportedAstroFeatures }) =>
            options.setAdapter({
              name,
              ...(adapterFeatures && { adapterFeatures }),
              supportedAstroFeatures,
              entrypointResolution: 'auto',
              serverEntrypoint: new URL('./src/lambda.ts', import.meta.url),
            }),
        }),
    },
  };
}
