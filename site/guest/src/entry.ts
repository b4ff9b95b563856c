import { createApp } from 'astro/app/entrypoint';

/** Renders every path of the guest site; a guest's page is made from `locals.page`. */
export const app = createApp({ streaming: false });

// Astro asks for a page's module at each render, and to be answered with one that is loaded takes Node a tenth of it.
const { pageMap } = app.manifest;
for (const [component, load] of pageMap ?? []) {
  let loaded: ReturnType<typeof load> | undefined;
  pageMap?.set(component, () => (loaded ??= load()));
}
