import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GUEST_REFUSALS } from '#functions/scc/guest-photos.ts';
import { createPhotoApi } from '#site/guest/src/client/photo-api.ts';
import { createPhotoLists } from '#site/guest/src/client/photo-lists.ts';
import { listOf } from './files.ts';

let asked: { path: string; init: RequestInit }[] = [];
let reply: () => Promise<Response>;
beforeEach(() => {
  asked = [];
  reply = () => Promise.resolve(Response.json(listOf(['a'])));
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push({ path, init });
    return reply();
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const api = createPhotoApi('xhqgmdh', 'the-key');
const answer = (status: number, body: unknown) => () => Promise.resolve(Response.json(body, { status }));
const reasonOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: Error) => error.message,
  );

describe('the photos of a page', () => {
  it('are asked for with the key in a header, and nowhere else', async () => {
    expect(await api.list()).toEqual(listOf(['a']));
    expect(asked).toHaveLength(1);
    expect(asked[0]!.path).toBe('/api/g/xhqgmdh/photos');
    expect(new Headers(asked[0]!.init.headers).get('x-upload-key')).toBe('the-key');
  });

  it('are permitted by what is posted', async () => {
    const uploads = [{ photo: 'a', variant: 'original', type: 'image/jpeg', size: 3 } as const];
    reply = answer(200, { uploads: [{ photo: 'a', variant: 'original', status: 'arrived' }] });
    expect(await api.permits(uploads)).toEqual([{ photo: 'a', variant: 'original', status: 'arrived' }]);
    expect(asked[0]!.init.method).toBe('POST');
    expect(JSON.parse(asked[0]!.init.body as string)).toEqual({ uploads });
  });

  it.each(GUEST_REFUSALS)('are refused as %s by the code, whatever the status', async (code) => {
    reply = answer(409, { title: 'No', detail: 'because', code });
    expect(await reasonOf(api.list())).toBe(code);
    reply = answer(422, { code });
    expect(await reasonOf(api.permits([]))).toBe(code);
  });

  it.each<[string, () => Promise<Response>, string]>([
    ['a key that opens nothing', answer(401, { title: 'Unauthorized', code: 'too-late' }), 'wrong-link'],
    ['a server in trouble', answer(503, {}), 'unavailable'],
    ['too many requests', answer(429, { code: 'throttled' }), 'unavailable'],
    ['no network', () => Promise.reject(new TypeError('Failed to fetch')), 'unavailable'],
    ['a page in place of an answer', () => Promise.resolve(new Response('<p>Sign in')), 'unavailable'],
    [
      'our own page for what is not there',
      () => Promise.resolve(new Response('', { status: 404 })),
      'unavailable',
    ],
  ])('are not to be had for %s', async (_name, given, reason) => {
    reply = given;
    expect(await reasonOf(api.list())).toBe(reason);
  });
});

describe('the list', () => {
  const heard: string[] = [];
  const open = () =>
    createPhotoLists(api, {
      list: ({ count }) => void heard.push(`${count} photos`),
      refusal: (reason) => void heard.push(reason),
    });
  beforeEach(() => void (heard.length = 0));

  it('is asked for once by all who ask at once', async () => {
    const lists = open();
    expect(await Promise.all([lists.look(), lists.look(), lists.look()])).toEqual([true, true, true]);
    expect(asked).toHaveLength(1);
    await lists.look();
    expect(asked).toHaveLength(2);
    expect(heard).toEqual(['1 photos', '1 photos']);
  });

  it('that is not to be had leaves the last one, and may be asked for again', async () => {
    const lists = open();
    await lists.look();
    reply = answer(503, {});
    expect(await lists.look()).toBe(false);
    expect(lists.last()).toEqual(listOf(['a']));
    reply = answer(200, listOf(['a', 'b']));
    expect(await lists.look()).toBe(true);
    expect(heard).toEqual(['1 photos', 'unavailable', '2 photos']);
  });

  it('is stale shortly before its addresses are 5 minutes old', async () => {
    vi.useFakeTimers({ now: 0, toFake: ['Date'] });
    const lists = open();
    expect(lists.isStale(-1)).toBe(true);
    await lists.look();
    vi.setSystemTime(4 * 60_000);
    expect(lists.isStale()).toBe(false);
    expect(lists.isStale(10_000)).toBe(true);
    vi.setSystemTime(4.6 * 60_000);
    expect(lists.isStale()).toBe(true);
  });
});
