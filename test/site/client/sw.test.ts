import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

const source = readFileSync(new URL('../../../site/portal/public/sw.js', import.meta.url), 'utf8');
const ORIGIN = 'https://sailjada.test';
const PAGE = '/crew/events/event-1';
const ASSET = '/crew-assets/page.abc.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const html = (body: string, status = 200) => new Response(body, { status });
/** As a browser marks what it followed a redirect for; a copy is marked, too. */
const redirected = (body: string): Response =>
  Object.defineProperties(html(body), {
    redirected: { value: true },
    clone: { value: () => redirected(body) },
  });
const noNetwork = () => Promise.reject(new TypeError('Failed to fetch'));

describe('a page', () => {
  it('comes from the network while there is one, and is kept for later', async () => {
    const phone = startWorker();
    phone.network = () => html('new');
    expect(await phone.navigate(PAGE)).toBe('200 new');
    phone.network = noNetwork;
    expect(await phone.navigate(PAGE)).toBe('200 new');
    expect(await phone.navigate(`${PAGE}?notice=saved`)).toBe('200 new');
  });

  it('that was never opened says that there is no network', async () => {
    const phone = startWorker();
    phone.network = noNetwork;
    expect(await phone.navigate(PAGE)).toMatch(/^503 .*You are offline/);
  });

  it('is shown as kept after three seconds of waiting, and as it is now next time', async () => {
    const phone = startWorker();
    phone.network = () => html('old');
    await phone.navigate(PAGE);
    let answer = (_response: Response) => {};
    phone.network = () => new Promise((resolve) => (answer = resolve));
    const shown = phone.navigate(PAGE);
    await vi.advanceTimersByTimeAsync(3001);
    expect(await shown).toBe('200 old');
    answer(html('new'));
    await phone.settle();
    phone.network = noNetwork;
    expect(await phone.navigate(PAGE)).toBe('200 new');
  });

  it('is waited for as long as it takes when none is kept', async () => {
    const phone = startWorker();
    let answer = (_response: Response) => {};
    phone.network = () => new Promise((resolve) => (answer = resolve));
    const shown = phone.navigate(PAGE);
    await vi.advanceTimersByTimeAsync(10_000);
    answer(html('late'));
    expect(await shown).toBe('200 late');
  });

  it('is shown as kept while the server is in trouble', async () => {
    const phone = startWorker();
    phone.network = () => html('good');
    await phone.navigate(PAGE);
    phone.network = () => html('trouble', 503);
    expect(await phone.navigate(PAGE)).toBe('200 good');
  });

  it('that is gone is no longer kept, and others are', async () => {
    const phone = startWorker();
    phone.network = () => html('mine');
    await phone.navigate(PAGE);
    await phone.navigate('/crew');
    phone.network = () => html('gone', 410);
    expect(await phone.navigate(PAGE)).toBe('410 gone');
    expect(phone.kept()).toEqual(['/crew']);
  });

  it('without a session leaves nothing of anybody', async () => {
    const phone = startWorker();
    phone.network = () => html('mine');
    await phone.navigate(PAGE);
    await phone.navigate('/crew');
    phone.network = () => html('who?', 401);
    expect(await phone.navigate('/crew')).toBe('401 who?');
    expect(phone.kept()).toEqual([]);
  });

  it('is kept without the notice that it showed once', async () => {
    const phone = startWorker();
    phone.network = () => html('saved!');
    await phone.navigate(`${PAGE}?notice=saved`);
    expect(phone.kept()).toEqual([]);
    phone.network = (url) => html(url.search === '' ? 'plain' : 'saved!');
    await phone.keep(`${PAGE}?notice=saved`);
    phone.network = noNetwork;
    expect(await phone.navigate(PAGE)).toBe('200 plain');
  });

  it('that leads elsewhere is not kept', async () => {
    const phone = startWorker();
    phone.network = () => redirected('other');
    expect(await phone.navigate(PAGE)).toBe('200 other');
    expect(phone.kept()).toEqual([]);
  });
});

describe('the first visit', () => {
  it('has the page and what it loaded kept, by the page’s wish', async () => {
    const phone = startWorker();
    phone.network = (url) => html(url.pathname);
    expect(await phone.keep(PAGE, [ORIGIN + ASSET])).toEqual({ keptAt: null });
    phone.network = noNetwork;
    expect(await phone.navigate(PAGE)).toBe(`200 ${PAGE}`);
    expect(await phone.load(ASSET)).toBe(`200 ${ASSET}`);
  });

  it('keeps nothing else, whatever the page wishes', async () => {
    const phone = startWorker();
    phone.network = (url) => html(url.pathname);
    await phone.keep('/api/session', [`${ORIGIN}/api/session`, 'https://elsewhere.test/crew-assets/x.js']);
    expect(phone.kept()).toEqual([]);
  });

  it('learns later when what it shows was fetched', async () => {
    const phone = startWorker();
    vi.setSystemTime('2027-05-30T16:41:00Z');
    phone.network = () => html('mine');
    await phone.navigate(PAGE);
    expect(await phone.keep(PAGE)).toEqual({ keptAt: null });
    phone.network = noNetwork;
    await phone.navigate(PAGE);
    expect(await phone.keep(PAGE)).toEqual({ keptAt: '2027-05-30T16:41:00.000Z' });
  });
});

describe('an asset', () => {
  it('is asked for once, as its name changes with its content', async () => {
    const phone = startWorker();
    phone.network = () => html('script');
    await phone.load(ASSET);
    phone.network = noNetwork;
    expect(await phone.load(ASSET)).toBe('200 script');
  });

  it('that is missing is asked for again', async () => {
    const phone = startWorker();
    phone.network = () => html('no', 404);
    await phone.load(ASSET);
    phone.network = () => html('script');
    expect(await phone.load(ASSET)).toBe('200 script');
  });
});

describe('what the worker leaves alone', () => {
  it.each([
    ['a write', `${ORIGIN}${PAGE}`, { method: 'POST', mode: 'navigate' }],
    ['the API', `${ORIGIN}/api/events/event-1/log`, {}],
    ['a photo', `${ORIGIN}/api/events/event-1/photos/p/original`, { mode: 'navigate' }],
    ['a magic link', `${ORIGIN}/crew/enter?t=token`, { mode: 'navigate' }],
    ['a page with another query', `${ORIGIN}${PAGE}?t=token`, { mode: 'navigate' }],
    ['a script’s request for a page', `${ORIGIN}${PAGE}`, { mode: 'cors' }],
    ['another site’s picture', 'https://photos.test/crew-assets/p.jpg?X-Amz-Signature=1', {}],
    ['the worker itself', `${ORIGIN}/sw.js`, {}],
  ])('%s', (_name, url, request) => {
    const phone = startWorker();
    expect(phone.isAnswered(url, request)).toBe(false);
  });
});

describe('a new worker', () => {
  it('drops what earlier ones kept, and nothing of others', async () => {
    const phone = startWorker(['crew-pages-0', 'crew-pages-1', 'crew-assets-1', 'another-app']);
    await phone.activate();
    expect(phone.cacheNames()).toEqual(['crew-pages-1', 'crew-assets-1', 'another-app']);
  });
});

type Network = (url: URL) => Response | Promise<Response>;

/** The worker in a browser of a few lines. */
function startWorker(cacheNames: readonly string[] = []) {
  const stores = new Map(cacheNames.map((name) => [name, new Map<string, Response>()]));
  const listeners = new Map<string, (event: object) => void>();
  const work: Promise<unknown>[] = [];
  let network: Network = noNetwork;
  const absolute = (address: string | { url: string } | URL) =>
    new URL(address instanceof URL ? address : typeof address === 'string' ? address : address.url, ORIGIN);
  const open = (name: string) => {
    const store = stores.get(name) ?? new Map<string, Response>();
    stores.set(name, store);
    return Promise.resolve({
      match: (address: string) => Promise.resolve(store.get(absolute(address).href)?.clone()),
      put: (address: string, response: Response) =>
        Promise.resolve(store.set(absolute(address).href, response)),
      delete: (address: string | { url: string }) => Promise.resolve(store.delete(absolute(address).href)),
      keys: () => Promise.resolve([...store.keys()].map((url) => ({ url }))),
    });
  };
  const self = {
    location: { origin: ORIGIN },
    clients: { claim: () => Promise.resolve() },
    skipWaiting: () => Promise.resolve(),
    addEventListener: (type: string, listener: (event: object) => void) => listeners.set(type, listener),
  };
  const caches = {
    open,
    keys: () => Promise.resolve([...stores.keys()]),
    delete: (name: string) => Promise.resolve(stores.delete(name)),
  };
  const context = createContext({
    self,
    caches,
    fetch: async (address: string | URL | { url: string }) => network(absolute(address)),
    Response,
    Headers,
    URL,
    setTimeout,
    Date,
  });
  runInContext(source, context);

  const send = (url: string, request: object) => {
    let answer: Promise<Response> | undefined;
    listeners.get('fetch')!({
      request: { url, method: 'GET', mode: 'no-cors', ...request },
      resultingClientId: 'client',
      respondWith: (response: Promise<Response>) => (answer = response),
      waitUntil: (promise: Promise<unknown>) => work.push(promise),
    });
    return answer;
  };
  const settle = async () => {
    for (const each of work.splice(0)) await each;
  };
  const read = async (answer: Promise<Response> | undefined, isWaiting: boolean) => {
    const response = await answer;
    if (!isWaiting) await settle();
    return response && `${response.status} ${await response.text()}`;
  };
  return {
    set network(value: Network) {
      network = value;
    },
    settle,
    // While the network has not answered there is nothing to wait for.
    navigate: (path: string) => read(send(ORIGIN + path, { mode: 'navigate' }), true),
    load: (path: string) => read(send(ORIGIN + path, {}), false),
    isAnswered: (url: string, request: object) => send(url, request) !== undefined,
    async keep(page: string, assets: readonly string[] = []) {
      await settle();
      let reply: unknown;
      listeners.get('message')!({
        data: { type: 'keep', page, assets },
        source: { id: 'client' },
        ports: [{ postMessage: (message: unknown) => (reply = message) }],
        waitUntil: (promise: Promise<unknown>) => work.push(promise),
      });
      await settle();
      return reply;
    },
    async activate() {
      listeners.get('activate')!({ waitUntil: (promise: Promise<unknown>) => work.push(promise) });
      await settle();
    },
    kept: () =>
      [...stores.values()].flatMap((store) => [...store.keys()].map((url) => new URL(url).pathname)),
    cacheNames: () => [...stores.keys()],
  };
}
