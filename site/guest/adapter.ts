import type { AstroAdapter, AstroIntegration } from 'astro';

const adapter: AstroAdapter = {
  name: 'bosun-app',
  entrypointResolution: 'auto',
  serverEntrypoint: new URL('./src/entry.ts', import.meta.url),
  supportedAstroFeatures: { serverOutput: 'stable', staticOutput: 'stable', sharpImageService: 'stable' },
};

/** A server build whose entry is Astro's own `App`: pages are rendered in-process, there is no server. */
export const appAdapter: AstroIntegration = {
  name: adapter.name,
  hooks: { 'astro:config:done': ({ setAdapter }) => setAdapter(adapter) },
};
