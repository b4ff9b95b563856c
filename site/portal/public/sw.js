// Service worker of the crew pages: what was opened once can be read without network. It serves cached copies and
// never writes anything to the server; entries wait in the pages' own outbox. Plain JavaScript, which the build only makes
// smaller.

const PAGES = 'crew-pages-1';
const ASSETS = 'crew-assets-1';
const PATIENCE = 3000;
// Assets of earlier builds stay while pages that name them may be kept.
const MOST_ASSETS = 60;

// Client id → when the page that it shows was fetched, of pages from the cache. Asked for right after loading.
const shownFromCache = new Map();

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate' && isPage(url)) event.respondWith(answerPage(event, url));
  else if (isAsset(url.pathname)) event.respondWith(answerAsset(request));
});
self.addEventListener('message', (event) => {
  const { type, page, assets } = event.data ?? {};
  if (type !== 'keep') return;
  const keptAt = shownFromCache.get(event.source?.id) ?? null;
  event.ports[0]?.postMessage({ keptAt });
  // Without network the next visit keeps it.
  event.waitUntil(keep(new URL(page, self.location.origin), assets, keptAt !== null).catch(() => undefined));
});

async function takeOver() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith('crew-') && name !== PAGES && name !== ASSETS);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

// A notice is said once and is no part of the page; an address with anything else in it is not one of ours.
function isPage({ pathname, searchParams }) {
  return (
    /^\/crew(\/events\/[^/]+)?$/.test(pathname) && [...searchParams.keys()].every((key) => key === 'notice')
  );
}

function isAsset(path) {
  return path.startsWith('/crew-assets/');
}

async function answerPage(event, url) {
  const network = fetch(event.request);
  event.waitUntil(network.then((response) => remember(url, response.clone())).catch(() => undefined));
  const inTime = await Promise.race([network.catch(() => undefined), pause(PATIENCE)]);
  if (inTime !== undefined && inTime.status < 500) return inTime;
  const kept = await keptPage(url.pathname);
  if (kept === undefined) return network.catch(sayOffline);
  shownFromCache.set(event.resultingClientId, kept.headers.get(KEPT_AT));
  return kept;
}

const KEPT_AT = 'x-kept-at';

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function keptPage(path) {
  return (await caches.open(PAGES)).match(path);
}

// Without a session nothing of anybody stays; what is gone, goes; and only a whole page of the address itself is kept.
async function remember(url, response) {
  if (response.status === 401) return caches.delete(PAGES);
  const pages = await caches.open(PAGES);
  if (response.status === 404 || response.status === 410) return pages.delete(url.pathname);
  if (response.status !== 200 || response.redirected || url.search !== '') return undefined;
  const headers = new Headers(response.headers);
  headers.set(KEPT_AT, new Date().toISOString());
  return pages.put(url.pathname, new Response(await response.blob(), { headers }));
}

async function answerAsset(request) {
  const assets = await caches.open(ASSETS);
  const kept = await assets.match(request.url);
  if (kept !== undefined) return kept;
  const response = await fetch(request);
  if (response.status === 200) await assets.put(request.url, response.clone());
  return response;
}

// The page that asks was there before its worker, or came with a notice.
async function keep(page, assets, isFromCache) {
  await keepAssets(assets);
  if (isFromCache || !isPage(page)) return;
  if (page.search === '' && (await keptPage(page.pathname)) !== undefined) return;
  const plain = new URL(page.pathname, page);
  await remember(plain, await fetch(plain, { headers: { accept: 'text/html' }, redirect: 'manual' }));
}

async function keepAssets(addresses) {
  const cache = await caches.open(ASSETS);
  for (const address of addresses) {
    const { href, origin, pathname } = new URL(address, self.location.origin);
    if (origin !== self.location.origin || !isAsset(pathname) || (await cache.match(href))) continue;
    const response = await fetch(href);
    if (response.status === 200) await cache.put(href, response);
  }
  const all = await cache.keys();
  await Promise.all(all.slice(0, -MOST_ASSETS).map((request) => cache.delete(request)));
}

const sayOffline = () =>
  new Response(
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
      '<title>Offline</title><h1>You are offline</h1><p>This page was not opened on this device yet. ' +
      'Please try again when there is signal.</p><p><a href="/crew">My charters</a></p></html>',
    { status: 503, headers: { 'content-type': 'text/html; charset=utf-8' } },
  );
