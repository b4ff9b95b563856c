/** As the worker names them. */
const PAGES_PREFIX = 'crew-pages-';

/**
 * Starts the service worker and has it keep this page and what it loaded, so that one visit is enough. Resolves to when
 * the page that is shown was fetched, or to null when it comes from the network.
 */
export async function keepOffline(): Promise<string | null> {
  if (!('serviceWorker' in navigator)) return null;
  await navigator.serviceWorker.register('/sw.js', { scope: '/crew', updateViaCache: 'none' });
  const { active } = await navigator.serviceWorker.ready;
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise<string | null>((resolve) => {
    port1.addEventListener('message', ({ data }: MessageEvent<{ keptAt: string | null }>) =>
      resolve(data.keptAt),
    );
    port1.start();
  });
  const page = location.pathname + location.search;
  active?.postMessage({ type: 'keep', page, assets: loadedAssets() }, [port2]);
  return answer;
}

const loadedAssets = (): string[] =>
  performance
    .getEntriesByType('resource')
    .map(({ name }) => name)
    .filter((name) => new URL(name).pathname.startsWith('/crew-assets/'));

/** Removes every kept page of this device: they show one member's pay and charters. */
export async function dropPages(): Promise<void> {
  if (!('caches' in globalThis)) return;
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PAGES_PREFIX)).map((name) => caches.delete(name)));
}
