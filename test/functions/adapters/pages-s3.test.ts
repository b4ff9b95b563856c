import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { sha256 } from '#bookings/model/canonical.ts';
import {
  StaleRevision,
  type SharedFile,
  type SiteName,
  type SiteObject,
  type Version,
} from '#bookings/reconcile/ports.ts';
import { closePages, name, startPages as start } from './start-pages.ts';

afterEach(closePages);

const page = (body: string, key = 'g/xhqgmdh.html'): SiteObject => ({
  key,
  body,
  contentType: 'text/html; charset=utf-8',
  cacheControl: 'public, max-age=60',
});
const shared = (body: string, key: string, site: SiteName = 'guest'): SharedFile => ({
  ...page(body, key),
  site,
});
const at = (revision: number, fence = 1): Version => ({ revision, fence });
const write = (s3: S3Client, body: string, revision: number) =>
  s3.send(
    new PutObjectCommand({
      Bucket: name,
      Key: 'g/xhqgmdh.html',
      Body: body,
      ContentType: page(body).contentType,
      CacheControl: page(body).cacheControl,
      Metadata: { revision: String(revision), sha256: sha256(body) },
    }),
  );
/** Does something once. */
const once = (work: (s3: S3Client) => Promise<unknown>) => {
  let done = false;
  return async (s3: S3Client) => {
    if (done) return;
    done = true;
    await work(s3);
  };
};

describe('storing a page', () => {
  it('keeps revision, hash and how it is served', async () => {
    const { pages, stored } = await start();
    await pages.put(page('one — ñ'), at(1));
    expect(stored('g/xhqgmdh.html')).toMatchObject({
      metadata: { revision: '1', fence: '1', sha256: sha256('one — ñ') },
      headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'public, max-age=60' },
      sha256: sha256('one — ñ'),
    });
  });

  it('replaces an older revision', async () => {
    const { pages, stored } = await start();
    await pages.put(page('one'), at(1));
    await pages.put(page('two'), at(2));
    expect(stored('g/xhqgmdh.html')?.metadata).toEqual({ revision: '2', fence: '1', sha256: sha256('two') });
  });

  it('writes the same bytes under a new revision, so that older work is refused afterwards', async () => {
    const { pages, stored } = await start();
    await pages.put(page('one'), at(1));
    await pages.put(page('one'), at(2));
    expect(stored('g/xhqgmdh.html')?.metadata['revision']).toBe('2');
    await expect(pages.put(page('late'), at(1))).rejects.toThrow(StaleRevision);
  });

  it('refuses other bytes of an older lease under the same revision', async () => {
    const { pages, stored } = await start();
    await pages.put(page('new build'), at(1, 2));
    await expect(pages.put(page('old build'), at(1, 1))).rejects.toThrow(StaleRevision);
    expect(stored('g/xhqgmdh.html')?.sha256).toBe(sha256('new build'));
  });

  it('replaces what is known to be there, and makes what is not, without a look', async () => {
    const { pages, stored, commands } = await start();
    const first = await pages.put(page('one'), at(1), '');
    const second = await pages.put(page('two'), at(2), first);
    expect(commands).toEqual(['PutObject', 'PutObject']);
    expect([first, second]).toEqual([first, `"${stored('g/xhqgmdh.html')!.etag}"`]);
    expect(stored('g/xhqgmdh.html')?.sha256).toBe(sha256('two'));
  });

  it.each(['', '"0123456789abcdef0123456789abcdef"'])(
    'looks when something else is there than was known (%s), and never overwrites what is newer',
    async (known) => {
      const { pages, stored, commands } = await start();
      await pages.put(page('one'), at(2), '');
      await pages.put(page('two'), at(3), known);
      expect(commands).toEqual(['PutObject', 'PutObject', 'HeadObject', 'PutObject']);
      await expect(pages.put(page('late'), at(2), known)).rejects.toThrow(StaleRevision);
      expect(stored('g/xhqgmdh.html')?.sha256).toBe(sha256('two'));
    },
  );

  it('makes what was known and is gone', async () => {
    const { pages, stored } = await start();
    await pages.put(page('one'), at(1), '"0123456789abcdef0123456789abcdef"');
    expect(stored('g/xhqgmdh.html')?.sha256).toBe(sha256('one'));
  });

  it('writes nothing when it is there already', async () => {
    const { pages, writes } = await start();
    await pages.put(page('one'), at(1));
    await pages.put(page('one'), at(1));
    expect(writes).toHaveLength(1);
  });

  it.each([
    ['other bytes', { Body: 'Sold!' }],
    ['another content type', { ContentType: 'binary/octet-stream' }],
    ['another life in caches', { CacheControl: 'no-store' }],
  ])('writes again what somebody replaced by %s, keeping what is said about it', async (_, change) => {
    const { pages, stored } = await start({
      meanwhile: once(async (s3) => {
        const { contentType: ContentType, cacheControl: CacheControl, body: Body } = page('one');
        const Metadata = { revision: '1', fence: '1', sha256: sha256('one') };
        const kept = { Bucket: name, Key: 'g/xhqgmdh.html', Body, ContentType, CacheControl, Metadata };
        await s3.send(new PutObjectCommand({ ...kept, ...change }));
      }),
    });
    await pages.put(page('one'), at(1));
    expect(stored('g/xhqgmdh.html')).toMatchObject({
      sha256: sha256('one'),
      headers: { 'content-type': page('').contentType, 'cache-control': page('').cacheControl },
    });
  });

  it('corrects other bytes under the same revision', async () => {
    const { pages, stored } = await start();
    await pages.put(page('one'), at(1));
    await pages.put(page('other build'), at(1));
    expect(stored('g/xhqgmdh.html')?.sha256).toBe(sha256('other build'));
  });

  it('refuses when a newer revision is there', async () => {
    const { pages, stored, writes } = await start();
    await pages.put(page('three'), at(3));
    await expect(pages.put(page('two'), at(2))).rejects.toThrow(
      'g/xhqgmdh.html is already at revision 3; ours is 2',
    );
    expect(stored('g/xhqgmdh.html')?.sha256).toBe(sha256('three'));
    expect(writes).toHaveLength(1);
  });

  it.each([
    ['creates the page', []],
    ['changes the page', [1]],
  ])('refuses when somebody %s with a newer revision in between', async (_, before) => {
    const seeded = once((s3) => write(s3, 'newer', 9));
    let armed = false;
    const { pages, stored } = await start({ meanwhile: async (s3) => (armed ? seeded(s3) : undefined) });
    for (const revision of before) await pages.put(page('before'), at(revision));
    armed = true;
    await expect(pages.put(page('ours'), at(2))).rejects.toThrow(StaleRevision);
    expect(stored('g/xhqgmdh.html')?.sha256).toBe(sha256('newer'));
  });

  it('looks again and writes when somebody stored an older revision in between', async () => {
    const { pages, stored } = await start({ meanwhile: once((s3) => write(s3, 'older', 1)) });
    await pages.put(page('ours'), at(2));
    expect(stored('g/xhqgmdh.html')?.metadata['revision']).toBe('2');
  });

  it('is content when its own write came through and only the reply was lost', async () => {
    const { pages, writes } = await start({ meanwhile: once((s3) => write(s3, 'ours', 2)) });
    await pages.put(page('ours'), at(2));
    expect(writes).toHaveLength(1);
  });

  it('gives up when others keep writing', async () => {
    let round = 0;
    const { pages } = await start({ meanwhile: async (s3) => void (await write(s3, `round ${++round}`, 1)) });
    await expect(pages.put(page('ours'), at(2))).rejects.toThrow('g/xhqgmdh.html kept changing');
  });
});

describe('storing a shared file', () => {
  it.each(['_astro/page.B1x.css', 'crew/_astro/app.C2y.js', 'assets/logo.D3z.svg'])(
    'never overwrites the hashed file %s',
    async (key) => {
      const { pages, stored } = await start();
      await pages.putShared(shared('first', key));
      await pages.putShared(shared('second', key));
      expect(stored(key)?.sha256).toBe(sha256('first'));
    },
  );

  it('puts back a hashed file that somebody altered', async () => {
    const { pages, stored } = await start();
    const file = shared('first', '_astro/page.B1x.css');
    expect(await pages.isInPlace(file)).toBe(false);
    await pages.putShared(shared('by hand', file.key));
    expect(await pages.isInPlace(file)).toBe(false);
    await pages.putShared(file, true);
    expect(await pages.isInPlace(file)).toBe(true);
    expect(stored(file.key)?.sha256).toBe(sha256('first'));
  });

  it('replaces other files only when their bytes differ', async () => {
    const { pages, stored, writes } = await start();
    await pages.putShared(shared('first', '404.html'));
    await pages.putShared(shared('first', '404.html'));
    expect(writes).toHaveLength(1);
    await pages.putShared(shared('second', '404.html'));
    expect(stored('404.html')?.sha256).toBe(sha256('second'));
  });

  it('goes to the bucket of its site', async () => {
    const { pages, stored } = await start();
    await pages.putShared(shared('of guests', '404.html'));
    await pages.putShared(shared('of the crew', '404.html', 'crew'));
    expect(stored('404.html', 'guest')?.sha256).toBe(sha256('of guests'));
    expect(stored('404.html', 'crew')?.sha256).toBe(sha256('of the crew'));
  });

  it('stores bytes as they are', async () => {
    const { pages, stored } = await start();
    const body = new Uint8Array([0xff, 0xd8, 0x00, 0x10]);
    await pages.putShared({ ...shared('', 'berth.jpg'), body });
    expect(stored('berth.jpg')?.sha256).toBe(sha256(body));
  });
});

describe('inspecting a page', () => {
  const manifest = { 'g/xhqgmdh.html': sha256('one'), 'g/xhqgmdh.es.html': sha256('uno') };
  const both = [page('one'), page('uno', 'g/xhqgmdh.es.html')];
  const served: Record<string, string> = { '/g/xhqgmdh': 'one', '/g/xhqgmdh/es': 'uno' };

  async function publish(site: Record<string, string>, objects = both) {
    const { pages } = await start({
      site: async ({ url }) => {
        const body = site[new URL(url).pathname];
        return new Response(body ?? null, { status: body === undefined ? 404 : 200 });
      },
    });
    for (const object of objects) await pages.put(object, at(1));
    return pages.inspect(manifest);
  }
  const differing = (key: string, from: string) => ({
    found: 'changed',
    fields: [{ path: key, from, to: 'as rendered' }],
  });

  it('finds nothing where all objects are stored and served as rendered', async () => {
    expect(await publish(served)).toBeNull();
  });

  it('finds what is stored no more, or otherwise, while caches still serve it', async () => {
    expect(await publish(served, both.slice(0, 1))).toEqual(differing('g/xhqgmdh.es.html', 'missing'));
    const sold = [page('Sold!'), both[1]!];
    expect(await publish(served, sold)).toEqual(differing('g/xhqgmdh.html', 'other content'));
  });

  it('finds what is served no more, or otherwise, although it is stored', async () => {
    const { '/g/xhqgmdh': _, ...others } = served;
    expect(await publish(others)).toEqual(differing('g/xhqgmdh.html', 'missing'));
    const stale = { ...served, '/g/xhqgmdh/es': 'dos' };
    expect(await publish(stale)).toEqual(differing('g/xhqgmdh.es.html', 'other content'));
  });

  it('looks at what is served as fast as it may, and at what is stored at once', async () => {
    let turns = 0;
    const { pages } = await start({
      site: async ({ url }) => new Response(served[new URL(url).pathname]),
      pace: (task) => {
        turns++;
        return task();
      },
    });
    for (const object of both) await pages.put(object, at(1));
    expect(await pages.inspect(manifest)).toBeNull();
    expect(await pages.fetchHash('g/xhqgmdh.html')).toBe(sha256('one'));
    expect(turns).toBe(3);
  });

  it('says nothing of a site that does not answer', async () => {
    const { pages } = await start({ site: async () => new Response(null, { status: 503 }) });
    for (const object of both) await pages.put(object, at(1));
    await expect(pages.inspect(manifest)).rejects.toThrow('answered 503');
  });
});
