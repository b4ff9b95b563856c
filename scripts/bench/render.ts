import { readFile } from 'node:fs/promises';
import type { PageView } from '#bookings/model/views/page.ts';
import { manifestOf } from '#bookings/reconcile/manifest.ts';
import { createGuestSite } from '#site/guest-site.ts';
import { peakMebibytes } from './peak-memory.ts';

/** A process of its own: renders and hashes the pages of all views in a file, one after the other. */
const [buildDirectory, viewsFile] = process.argv.slice(2) as [string, string];
const origins = { guestUrl: 'https://guests.example', photosOrigin: 'https://photos.example' };
const [site, views] = await Promise.all([
  createGuestSite(buildDirectory, origins),
  readFile(viewsFile, 'utf8').then((text) => JSON.parse(text) as PageView[]),
]);
const milliseconds: number[] = [];
for (const view of views) {
  const start = performance.now();
  manifestOf(await site.render(view, 1));
  milliseconds.push(performance.now() - start);
}
process.stdout.write(JSON.stringify({ milliseconds, peakMebibytes: peakMebibytes() }));
