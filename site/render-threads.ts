import { availableParallelism } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Manifest } from '#bookings/reconcile/ledger.ts';
import type { PageToRender } from '#bookings/reconcile/ports.ts';
import type { GuestOrigins } from './guest-site.ts';

/** What a thread is started with: a build, and where its site will be. */
export interface ThreadOptions extends GuestOrigins {
  readonly buildDirectory: string;
}

export type ThreadReply = { readonly manifests: readonly Manifest[] } | { readonly failure: unknown };

type RenderHere = (page: PageToRender) => Promise<Manifest>;
type RenderSome = (pages: readonly PageToRender[]) => Promise<readonly Manifest[]>;

/** Pages that pass between threads together. */
const CHUNK = 40;
/** To start a thread takes as long as rendering this many pages. */
const WORTH_A_THREAD = 400;
const MOST_THREADS = 4;

/** Manifests of pages in their order, made by this thread and, when they are many, by others beside it. */
export async function renderInThreads(
  pages: readonly PageToRender[],
  renderHere: RenderHere,
  options: ThreadOptions,
): Promise<Manifest[]> {
  const wanted = Math.min(availableParallelism(), MOST_THREADS, Math.ceil(pages.length / WORTH_A_THREAD)) - 1;
  const threads = Array.from({ length: Math.max(0, wanted) }, () => startThread(options));
  const here: RenderSome = async (some) => {
    const manifests: Manifest[] = [];
    for (const page of some) manifests.push(await renderHere(page));
    // Lets in what the other threads have sent.
    await turn();
    return manifests;
  };
  try {
    // Each thread has its next chunk before it is through with one.
    return await share(pages, [here, ...threads.flatMap(({ render }) => [render, render])]);
  } finally {
    await Promise.all(threads.map(({ stop }) => stop()));
  }
}

/** Whoever is free takes the next chunk. */
async function share(pages: readonly PageToRender[], renderers: readonly RenderSome[]): Promise<Manifest[]> {
  const done: (readonly Manifest[])[] = [];
  let next = 0;
  const work = async (render: RenderSome) => {
    while (next * CHUNK < pages.length) {
      const chunk = next++;
      done[chunk] = await render(pages.slice(chunk * CHUNK, (chunk + 1) * CHUNK));
    }
  };
  await Promise.all(renderers.map(work));
  return done.flat();
}

/** Pages are garbage as soon as they are hashed: with little room for it, it is collected before it becomes much. */
const YOUNG_MEBIBYTES = 16;

interface Thread {
  readonly render: RenderSome;
  stop(): Promise<unknown>;
}

function startThread(options: ThreadOptions): Thread {
  const worker = new Worker(new URL('render-thread.ts', import.meta.url), {
    workerData: options,
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEBIBYTES },
  });
  /** In the order in which chunks were sent, which is that of the replies. */
  const waiting: PromiseWithResolvers<readonly Manifest[]>[] = [];
  worker.on('message', (reply: ThreadReply) => {
    const asked = waiting.shift();
    if ('failure' in reply) asked?.reject(reply.failure);
    else asked?.resolve(reply.manifests);
  });
  worker.on('error', (error) => waiting.splice(0).forEach(({ reject }) => reject(error)));
  return {
    render(pages) {
      const asked = Promise.withResolvers<readonly Manifest[]>();
      waiting.push(asked);
      worker.postMessage(pages);
      return asked.promise;
    },
    stop: () => worker.terminate(),
  };
}
