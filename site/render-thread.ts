import { parentPort, workerData } from 'node:worker_threads';
import type { Manifest } from '#bookings/reconcile/ledger.ts';
import { manifestOf } from '#bookings/reconcile/manifest.ts';
import type { PageToRender } from '#bookings/reconcile/ports.ts';
import { createGuestSite } from './guest-site.ts';
import type { ThreadOptions, ThreadReply } from './render-threads.ts';

/** A thread of its own: renders and hashes the pages that it is sent, chunk by chunk, and answers with their manifests. */
const { buildDirectory, ...origins } = workerData as ThreadOptions;
const site = createGuestSite(buildDirectory, origins);
let last: Promise<void> = Promise.resolve();

parentPort!.on('message', (pages: readonly PageToRender[]) => {
  last = last.then(() => render(pages)).then(answer, (failure: unknown) => answer({ failure }));
});

async function render(pages: readonly PageToRender[]): Promise<ThreadReply> {
  const { render: renderPage } = await site;
  const manifests: Manifest[] = [];
  for (const { view, revision } of pages) manifests.push(manifestOf(await renderPage(view, revision)));
  return { manifests };
}

const answer = (reply: ThreadReply): void => parentPort!.postMessage(reply);
