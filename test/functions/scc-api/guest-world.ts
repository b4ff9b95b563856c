import { expect } from 'vitest';
import { eventIdOf, uploadKeyOf } from '#bookings/model/ids.ts';
import type { UploadForm } from '#functions/adapters/photos-s3.ts';
import { createApp } from '#functions/scc-api/app.ts';
import { putEvent } from '#functions/scc-api/put-event.ts';
import { release } from '#functions/scc-api/release.ts';
import type { EntryContent } from '#functions/scc/entries/entry.ts';
import { startPhotos } from '#test/functions/photo-arrivals/local-photos.ts';
import { NOW, samplePut, type SampleOptions } from '#test/functions/scc/samples.ts';
import { createLocalApi, LINK_KEYS, ORIGIN_SECRET } from './local-api.ts';

export const keyTo = (page: string, { key } = LINK_KEYS[1]!): string => uploadKeyOf(key, page);

/** What the browser of a guest sends from the page. */
export const asGuest = (page: string): Record<string, string> => ({
  'x-origin-secret': ORIGIN_SECRET,
  'x-upload-key': keyTo(page),
  origin: 'https://guest.example.test',
});

export interface Listing {
  readonly photos: {
    readonly photo: string;
    readonly at: string;
    readonly type: string;
    readonly original: string;
    readonly thumbnail: string | null;
  }[];
  readonly count: number;
  readonly limit: number;
  readonly until: string;
}
export type Outcome = { photo: string; variant: string; status: string } & Partial<UploadForm>;

/** scc-api with a bucket of photos and what looks at arrivals, and charters with guest pages. */
export async function startGuestWorld() {
  const photos = await startPhotos();
  const api = createLocalApi(photos.scc);
  const app = createApp({ ...api.deps, photos: photos.signer });
  let pages = 0;
  let ids = 0;
  const freshId = () => `a-picture-of-a-guest-${++ids}`;
  const world = {
    ...photos,
    api,
    app,
    freshId,
    /** Stores a charter as a commit does; a page id and a booking key of its own unless told. Gives the page id. */
    async put({
      page = `guest${String(++pages).padStart(3, '0')}`,
      ...more
    }: SampleOptions & { page?: string } = {}) {
      await putEvent(samplePut(sampleOf(page, more)), photos.scc);
      return page;
    },
    /** The same, and tells people of it. */
    async tell(options: SampleOptions & { page?: string } = {}) {
      const page = await world.put(options);
      const { bookingKey } = sampleOf(page, options);
      const told = { eventId: eventIdOf(bookingKey), revision: options.revision ?? 1 };
      await release(told, { ...photos.scc, publish: async () => {}, now: () => NOW });
      return page;
    },
    request: (method: string, path: string, headers: Record<string, string>, body?: unknown) =>
      app.request(path, {
        method,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    presign: (page: string, body: unknown, headers = asGuest(page)) =>
      world.request('POST', `/api/g/${page}/presign`, headers, body),
    photosOf: (page: string, headers = asGuest(page)) =>
      world.request('GET', `/api/g/${page}/photos`, headers),
    listing: async (page: string) => (await (await world.photosOf(page)).json()) as Listing,
    eventOf: async (page: string) => (await photos.scc.events.findByPage(page))[0]!.eventId,
    /** As if it had come by itself. */
    async append(
      page: string,
      content: EntryContent,
      { member = 'guest', at = NOW.toISOString(), id = freshId() } = {},
    ) {
      const entry = { id, member, lamport: 1, at, receivedAt: at, ...content };
      await photos.scc.entries.append(await world.eventOf(page), entry);
      return id;
    },
  };
  return world;
}
export type GuestWorld = Awaited<ReturnType<typeof startGuestWorld>>;

const sampleOf = (page: string, { view, ...more }: SampleOptions) => ({
  bookingKey: `boatsetter-${page}`,
  ...more,
  view: { pageId: page, ...view },
});

export const wanted = (photo: string, more: object = {}) => ({
  photo,
  variant: 'original',
  type: 'image/jpeg',
  size: 1000,
  ...more,
});

/** Status and code, and a problem that says something to a guest. */
export async function refusalOf(answer: Response): Promise<string> {
  expect(answer.headers.get('content-type')).toBe('application/problem+json');
  const { status, code, detail } = (await answer.json()) as Record<string, unknown>;
  if (code !== undefined) expect(detail).toMatch(/^[A-Z][^{}[\]]{20,100}\.$/);
  return [status, ...(code === undefined ? [] : [code])].join(' ');
}
