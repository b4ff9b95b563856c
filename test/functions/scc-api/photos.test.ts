import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { UploadForm } from '#functions/adapters/photos-s3.ts';
import { createApi } from '#functions/http.ts';
import { createLog } from '#functions/log.ts';
import { resolvePrincipal, type SccEnv } from '#functions/scc-api/principal.ts';
import { addPhotoRoutes } from '#functions/scc-api/routes/photos.ts';
import type { EntryContent } from '#functions/scc/entries/entry.ts';
import { SESSION_COOKIE } from '#functions/scc/links.ts';
import { john, NOW, openSkipper, type SampleOptions } from '#test/functions/scc/samples.ts';
import { startPhotos, submit, toldEvent, type LocalPhotos } from '../photo-arrivals/local-photos.ts';
import { FOREIGN, PICTURES } from '../photo-arrivals/pictures.ts';

const log = createLog('scc-api', () => undefined);
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const SERVICE = { 'x-service-key': 'service' };
/** The browser of a member; who it is, the session says by itself here. */
const as = (member: string) => ({ 'x-origin-secret': 'origin', cookie: `${SESSION_COOKIE}=${member}` });

let world: LocalPhotos;
let app: ReturnType<typeof createApi<SccEnv>>;
let now: Date;
beforeAll(async () => {
  world = await startPhotos();
  app = createApi<SccEnv>({ title: 'Photos', version: '1', log });
  app.use(
    resolvePrincipal({
      serviceKeyHashes: [sha256('service')],
      originSecretHashes: [sha256('origin')],
      linkKeys: { read: async () => [], reread: async () => [] },
      memberOf: async (session) => (session === undefined ? undefined : { key: session, name: 'Somebody' }),
      now: () => now,
    }),
  );
  addPhotoRoutes(app, {
    events: {
      find: async (eventId) => world.events.get(eventId),
      markExpenses: async () => expect.unreachable('photos are no expenses'),
    },
    entries: world.scc.entries,
    photos: world.signer,
    now: () => now,
  });
});
afterAll(() => world.close());

let bookings = 0;
let ids = 0;
let eventId: string;
const charter = (options: SampleOptions = {}): string => {
  const event = toldEvent({ bookingKey: `boatsetter-upload${++bookings}`, ...options });
  world.events.set(event.eventId, event);
  return event.eventId;
};
const mia = { ...john, key: 'mia', member: 'mia', name: 'Mia Chen' };
beforeEach(() => {
  now = NOW;
  eventId = charter({ view: { crew: [john, mia, { ...openSkipper, candidates: ['ana'] }] } });
});

const freshId = () => `a-fresh-photo-id-${++ids}`;
const wanted = (more: object = {}) => ({
  photo: freshId(),
  purpose: 'photo',
  variant: 'original',
  type: 'image/jpeg',
  size: 1000,
  ...more,
});

interface Asked {
  readonly member?: string;
  readonly event?: string;
}
const post = (uploads: unknown, { member = 'john', event = eventId }: Asked = {}) =>
  app.request(`/api/events/${event}/uploads`, {
    method: 'POST',
    headers: { ...as(member), 'content-type': 'application/json' },
    body: JSON.stringify(Array.isArray(uploads) ? { uploads } : uploads),
  });
type Outcome = { photo: string; variant: string; status: string } & Partial<UploadForm>;
const forms = async (uploads: object[], asked: Asked = {}): Promise<Outcome[]> => {
  const answer = await post(uploads, asked);
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { uploads: Outcome[] }).uploads;
};
const formOf = ({ status, url, fields }: Outcome): UploadForm => {
  expect(status).toBe('ready');
  return { url: url!, fields: fields! };
};
/** Uploads all the way, and gives the id. */
async function send(
  more: Record<string, unknown> = {},
  bytes = PICTURES.jpeg,
  asked: Asked = {},
): Promise<string> {
  const upload = wanted(more);
  const [outcome] = await forms([upload], asked);
  expect((await submit(formOf(outcome!), bytes)).status).toBe(204);
  await world.arrived();
  return upload.photo;
}

const see = (photo: string, { member = 'john', event = eventId, variant = 'original' } = {}) =>
  app.request(`/api/events/${event}/photos/${photo}/${variant}`, { headers: as(member) });

const append = (content: EntryContent, member = 'john') =>
  world.scc.entries.append(eventId, {
    id: freshId(),
    member,
    lamport: 99,
    at: NOW.toISOString(),
    receivedAt: NOW.toISOString(),
    ...content,
  });

describe('asking for uploads', () => {
  it('gives a form for each, under the asker’s own key', async () => {
    const asked = [
      wanted(),
      wanted({ type: 'image/heic' }),
      wanted({ purpose: 'receipt', type: 'image/png' }),
      wanted({ variant: 'thumbnail', size: 300 * 1024 }),
    ];
    const outcomes = await forms(asked);
    expect(outcomes.map(({ fields }) => [fields?.['key'], fields?.['Content-Type']])).toEqual(
      asked.map(({ purpose, photo, variant, type }) => [
        `${purpose}/${eventId}/john/${photo}/${variant}`,
        type,
      ]),
    );
  });

  it('lets the browser send just what was announced', async () => {
    const [small, thumbnail] = await forms([
      wanted({ size: 25 * 1024 * 1024 }),
      wanted({ variant: 'thumbnail', size: 1 }),
    ]);
    const bytes = (size: number) => Buffer.concat([PICTURES.jpeg, Buffer.alloc(size - PICTURES.jpeg.length)]);
    expect(await submit(formOf(small!), bytes(25 * 1024 * 1024 + 1))).toMatchObject({
      code: 'EntityTooLarge',
    });
    expect(await submit(formOf(small!), bytes(25 * 1024 * 1024))).toMatchObject({ status: 204 });
    expect(await submit(formOf(thumbnail!), bytes(300 * 1024 + 1))).toMatchObject({ code: 'EntityTooLarge' });
    expect(
      await submit(formOf(thumbnail!), PICTURES.png, { fields: { 'Content-Type': 'image/png' } }),
    ).toMatchObject({ code: 'AccessDenied' });
    await world.arrived();
  });

  it('says of an upload that arrived that it did, and gives no second form', async () => {
    const photo = await send();
    const outcomes = await forms([
      wanted({ photo }),
      wanted({ photo, variant: 'thumbnail' }),
      wanted({ photo: freshId() }),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['arrived', 'ready', 'ready']);
    expect(outcomes[0]).not.toHaveProperty('fields');
  });

  it('gives nobody the id of somebody else’s picture, or of one for another purpose', async () => {
    const photo = await send();
    const statuses = async (more: object, member?: string) =>
      (await forms([wanted({ photo, ...more })], member === undefined ? {} : { member }))[0]!.status;
    expect(await statuses({}, 'mia')).toBe('taken');
    expect(await statuses({ variant: 'thumbnail' }, 'mia')).toBe('taken');
    expect(await statuses({ purpose: 'receipt' })).toBe('taken');
    expect(await statuses({ purpose: 'receipt', variant: 'thumbnail' })).toBe('taken');
  });

  it('is open from the first release until a week after the end', async () => {
    const at = async (time: string) => {
      now = new Date(time);
      return (await post([wanted()])).status;
    };
    expect(await at('2027-05-01T00:00:00Z')).toBe(200);
    expect(await at('2027-06-06T19:00:00Z')).toBe(200);
    expect(await at('2027-06-06T19:00:01Z')).toBe(409);
    const { told: _told, ...event } = toldEvent({ bookingKey: 'boatsetter-untold' });
    world.events.set(event.eventId, { ...event, told: null, toldRevision: null });
    expect((await post([wanted()], { event: event.eventId })).status).toBe(403);
  });

  it.each(['cancelled', 'on-hold'] as const)(
    'takes receipts but no photos of a charter that is %s',
    async (status) => {
      const event = charter({ view: { status } });
      expect((await post([wanted()], { event })).status).toBe(409);
      expect((await post([wanted({ purpose: 'receipt' }), wanted()], { event })).status).toBe(409);
      expect((await post([wanted({ purpose: 'receipt' })], { event })).status).toBe(200);
    },
  );

  it.each([
    ['a stranger', 'ivan'],
    ['who is merely invited', 'ana'],
  ])('is refused to %s, and just so for an event that does not exist', async (_, member) => {
    expect((await post([wanted()], { member })).status).toBe(403);
    expect((await post([wanted()], { member, event: '0'.repeat(20) })).status).toBe(403);
  });

  it('is refused without a session, and to the service', async () => {
    const path = `/api/events/${eventId}/uploads`;
    const init = { method: 'POST', body: JSON.stringify({ uploads: [wanted()] }) };
    const json = { 'content-type': 'application/json' };
    expect((await app.request(path, { ...init, headers: json })).status).toBe(401);
    expect(
      (await app.request(path, { ...init, headers: { ...json, cookie: as('john').cookie } })).status,
    ).toBe(401);
    expect((await app.request(path, { ...init, headers: { ...json, ...SERVICE } })).status).toBe(403);
  });

  it('gives one who signed up for an open position what all on board have', async () => {
    const stored = world.events.get(eventId)!;
    const signUp = { role: 'skipper', member: 'ana', name: 'Ana', entry: 'an-entry-that-accepts' };
    world.events.set(eventId, { ...stored, signUps: [signUp] });
    expect((await post([wanted()], { member: 'ana' })).status).toBe(200);
  });

  it.each<[string, object, string]>([
    ['a type that is no picture', { type: 'text/html' }, 'uploads[0].type'],
    [
      'what a phone says of a file that it does not know',
      { type: 'application/octet-stream' },
      'uploads[0].type',
    ],
    ['no type', { type: '' }, 'uploads[0].type'],
    ['a type that pages may run', { type: 'image/svg+xml' }, 'uploads[0].type'],
    ['a GIF', { type: 'image/gif' }, 'uploads[0].type'],
    ['more than 25 MiB', { size: 25 * 1024 * 1024 + 1 }, 'uploads[0].size'],
    ['nothing', { size: 0 }, 'uploads[0].size'],
    ['a thumbnail over 300 KiB', { variant: 'thumbnail', size: 300 * 1024 + 1 }, 'uploads[0].size'],
    ['a thumbnail that is no JPEG', { variant: 'thumbnail', type: 'image/png' }, 'uploads[0].type'],
    ['a short id', { photo: 'short' }, 'uploads[0].photo'],
    ['an id that is a path', { photo: '../../../mia/0123456789abcdef' }, 'uploads[0].photo'],
    ['another purpose', { purpose: 'public' }, 'uploads[0].purpose'],
    ['another variant', { variant: 'large' }, 'uploads[0].variant'],
    ['a member', { member: 'mia' }, 'uploads[0]'],
  ])('is refused for %s', async (_, more, path) => {
    const answer = await post([wanted(more)]);
    expect(answer.status).toBe(422);
    const { problems } = (await answer.json()) as { problems: { path: string }[] };
    expect(problems.map((problem) => problem.path).join()).toContain(path.replace(/\[0\]/, '[0]'));
  });

  it('is refused for none, more than 20, or the same one twice; and says all that is wrong', async () => {
    const photo = freshId();
    expect((await post([])).status).toBe(422);
    expect((await post(Array.from({ length: 21 }, () => wanted()))).status).toBe(422);
    expect((await post(Array.from({ length: 20 }, () => wanted()))).status).toBe(200);
    expect((await post([wanted({ photo }), wanted({ photo })])).status).toBe(422);
    const receipt = { photo, purpose: 'receipt', variant: 'thumbnail' };
    expect((await post([wanted({ photo }), wanted(receipt)])).status).toBe(422);
    expect((await post({ uploads: [wanted()], more: 1 })).status).toBe(422);
    const answer = await post([wanted({ type: 'x' }), wanted({ size: -1 })]);
    expect(((await answer.json()) as { problems: unknown[] }).problems).toHaveLength(2);
  });
});

describe('a photo', () => {
  it('is shown to all on board, at an address that lives a little longer than browsers keep it', async () => {
    const photo = await send({ type: 'image/heic' }, PICTURES.heic);
    for (const member of ['john', 'mia']) {
      const answer = await see(photo, { member });
      expect(answer.status).toBe(302);
      expect(answer.headers.get('cache-control')).toBe('private, max-age=240');
      const picture = await fetch(answer.headers.get('location')!);
      expect(picture.headers.get('content-type')).toBe('image/heic');
      expect(picture.headers.get('content-disposition')).toBe('inline');
      expect(Buffer.from(await picture.arrayBuffer()).equals(Buffer.from(PICTURES.heic))).toBe(true);
    }
    const service = await app.request(`/api/events/${eventId}/photos/${photo}/original`, {
      headers: SERVICE,
    });
    expect(service.status).toBe(302);
  });

  it('has a thumbnail once that arrived, which is a JPEG whatever the photo is', async () => {
    const photo = await send({ type: 'image/heic' }, PICTURES.heic);
    expect((await see(photo, { variant: 'thumbnail' })).status).toBe(404);
    await send({ photo, variant: 'thumbnail' });
    const answer = await see(photo, { variant: 'thumbnail', member: 'mia' });
    const picture = await fetch(answer.headers.get('location')!);
    expect([picture.status, picture.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
  });

  it('does not exist before it arrived, nor when it was no picture', async () => {
    const upload = wanted();
    await forms([upload]);
    expect((await see(upload.photo)).status).toBe(404);
    const gif = await send({}, FOREIGN.gif);
    expect((await see(gif)).status).toBe(404);
    expect((await see(gif, { variant: 'thumbnail' })).status).toBe(404);
  });

  it('is gone when it was removed', async () => {
    const photo = await send();
    await append({ kind: 'photo-removed', photo });
    const answer = await see(photo, { member: 'mia' });
    expect(answer.status).toBe(410);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect((await see(photo, { variant: 'thumbnail' })).status).toBe(410);
    // Its id is not free again.
    expect(await forms([wanted({ photo })])).toMatchObject([{ status: 'arrived' }]);
  });

  it('is not shown to a stranger, to who is merely invited, or without a session', async () => {
    const photo = await send();
    for (const member of ['ivan', 'ana']) expect((await see(photo, { member })).status).toBe(403);
    const path = `/api/events/${eventId}/photos/${photo}/original`;
    expect((await app.request(path)).status).toBe(401);
    expect((await app.request(path, { headers: { cookie: as('john').cookie } })).status).toBe(401);
  });

  it('cannot be reached through another event, by whatever combination of ids', async () => {
    const photo = await send();
    const receipt = await send({ purpose: 'receipt' });
    const other = charter({ view: { crew: [{ ...john, key: 'ivan', member: 'ivan' }] } });
    const asked = [
      photo,
      receipt,
      `${photo}%2F..%2F${receipt}`,
      encodeURIComponent(`../../${eventId}/john/${photo}`),
    ];
    for (const id of asked) {
      for (const variant of ['original', 'thumbnail']) {
        const through = await see(id, { event: other, member: 'ivan', variant });
        expect([404, 422]).toContain(through.status);
        expect((await see(id, { event: eventId, member: 'ivan', variant })).status).not.toBe(302);
        expect((await see(id, { event: other, member: 'john', variant })).status).not.toBe(302);
      }
    }
    expect((await see(photo, { event: `${other}%2F..%2F${eventId}`, member: 'ivan' })).status).toBe(403);
  });
});

describe('a receipt', () => {
  it('is shown to its owner and the service, and does not exist for anybody else', async () => {
    const photo = await send({ purpose: 'receipt' });
    await send({ photo, purpose: 'receipt', variant: 'thumbnail' });
    for (const variant of ['original', 'thumbnail']) {
      expect((await see(photo, { variant })).status).toBe(302);
      expect((await see(photo, { variant, member: 'mia' })).status).toBe(404);
      const path = `/api/events/${eventId}/photos/${photo}/${variant}`;
      expect((await app.request(path, { headers: SERVICE })).status).toBe(302);
    }
  });

  it('stays hidden from others when it was removed', async () => {
    const photo = await send({ purpose: 'receipt' });
    await append({ kind: 'photo-removed', photo });
    expect((await see(photo)).status).toBe(410);
    expect((await see(photo, { member: 'mia' })).status).toBe(404);
  });
});
