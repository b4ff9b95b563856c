import { afterEach, describe, expect, it } from 'vitest';
import { sha256 } from '#bookings/model/canonical.ts';
import type { Fetch } from '#scripts/stack/stand-in.ts';
import { closePages, startPages as start } from './start-pages.ts';

afterEach(closePages);

describe('invalidating', () => {
  it('covers an object’s own path and the one that viewers ask for', async () => {
    const { pages, batches } = await start();
    await pages.invalidate('guest', [
      'g/xhqgmdh.html',
      'g/xhqgmdh.es.html',
      'g/xhqgmdh.ics',
      'index.html',
      'about/index.html',
      '404.html',
      'pictures/el niño.jpg',
    ]);
    expect(batches).toEqual([
      [
        '/',
        '/404.html',
        '/about/',
        '/about/index.html',
        '/g/xhqgmdh',
        '/g/xhqgmdh.es.html',
        '/g/xhqgmdh.html',
        '/g/xhqgmdh.ics',
        '/g/xhqgmdh/es',
        '/index.html',
        '/pictures/el%20ni%C3%B1o.jpg',
      ],
    ]);
  });

  it('takes one wildcard for very many pages', async () => {
    const { pages, batches } = await start();
    const keys = Array.from({ length: 501 }, (_, number) => `g/page${1000 + number}.html`);
    await pages.invalidate('guest', keys.slice(0, 500));
    await pages.invalidate('guest', [...keys, '404.html']);
    expect(batches.map((paths) => paths.length)).toEqual([1000, 2]);
    expect(batches[1]).toEqual(['/g/*', '/404.html']);
  });

  it('returns when the invalidation is complete, and not before', async () => {
    const gate = Promise.withResolvers<void>();
    const { pages, waits } = await start({ invalidate: () => gate.promise });
    let isDone = false;
    const invalidated = pages.invalidate('guest', ['g/xhqgmdh.html']).then(() => (isDone = true));
    while (waits.length < 3) await new Promise(setImmediate);
    expect(isDone).toBe(false);
    gate.resolve();
    await invalidated;
    expect(waits.slice(0, 3)).toEqual([200, 300, 450]);
  });

  it('gives up after ten minutes', async () => {
    const { pages, waits } = await start({ invalidate: () => new Promise(() => undefined) });
    await expect(pages.invalidate('guest', ['g/xhqgmdh.html'])).rejects.toThrow(
      'is not complete after 10 minutes',
    );
    expect(waits.reduce((sum, one) => sum + one)).toBeGreaterThan(600_000);
    expect(Math.max(...waits)).toBe(10_000);
  });

  it('does the same paths a second time, as their objects may have changed since', async () => {
    const { pages, batches } = await start();
    await pages.invalidate('guest', ['g/xhqgmdh.html']);
    await pages.invalidate('guest', ['g/xhqgmdh.html']);
    expect(batches).toHaveLength(2);
  });

  it('reaches the distribution of the site that is meant', async () => {
    const { pages, distributions } = await start();
    await pages.invalidate('crew', ['manifest.json']);
    await pages.invalidate('guest', ['g/xhqgmdh.html']);
    expect(distributions).toEqual(['ECREW', 'EGUEST']);
  });

  it('does nothing for nothing', async () => {
    const { pages, batches } = await start();
    await pages.invalidate('guest', []);
    expect(batches).toEqual([]);
  });
});

describe('fetching a page back', () => {
  it.each([
    ['g/xhqgmdh.html', '/g/xhqgmdh'],
    ['g/xhqgmdh.en.html', '/g/xhqgmdh/en'],
    ['g/xhqgmdh.ics', '/g/xhqgmdh.ics'],
    ['index.html', '/'],
    ['_astro/page.B1x.css', '/_astro/page.B1x.css'],
  ])('asks for %s under %s', async (key, path) => {
    const site: Fetch = async (request) =>
      new Response(`body of ${new URL(request.url).pathname}`, { headers: { 'content-type': 'text/html' } });
    const { pages } = await start({ site });
    expect(await pages.fetchHash(key)).toBe(sha256(`body of ${path}`));
  });

  it('knows when there is no page', async () => {
    const { pages } = await start({ site: async () => new Response('not found', { status: 404 }) });
    expect(await pages.fetchHash('g/xhqgmdh.html')).toBeNull();
  });

  it('tries again when the site fails in passing', async () => {
    const answers = [new Response('busy', { status: 503 }), new Response('page')];
    const { pages } = await start({ site: async () => answers.shift()! });
    expect(await pages.fetchHash('g/xhqgmdh.html')).toBe(sha256('page'));
  });

  it.each([301, 403, 500])('takes a %i for no page of ours', async (status) => {
    const site: Fetch = async () =>
      new Response('elsewhere', { status, headers: { location: '/elsewhere' } });
    const { pages } = await start({ site });
    await expect(pages.fetchHash('g/xhqgmdh.html')).rejects.toThrow(`GET /g/xhqgmdh answered ${status}`);
  });
});
