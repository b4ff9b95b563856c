import { createApp } from 'astro/app/entrypoint';

/** Renders every path of the guest site; a guest's page is made from `locals.page`. */
export const app = createApp({ streaming: false });
