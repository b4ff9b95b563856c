import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NOW, type SampleOptions } from '#test/functions/scc/samples.ts';
import { submit } from '../photo-arrivals/local-photos.ts';
import { FOREIGN, PICTURES } from '../photo-arrivals/pictures.ts';
import { asGuest, refusalOf, startGuestWorld, wanted, type GuestWorld, type Outcome } from './guest-world.ts';
import { ORIGIN_SECRET } from './local-api.ts';

let world: GuestWorld;
let page: string;
beforeAll(async () => {
  world = await startGuestWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  world.api.clock.now = NOW;
  page = await world.tell();
});

const one = (more: object = {}) => ({ uploads: [wanted(world.freshId(), more)] });
const forms = async (uploads: object[], of = page): Promise<Outcome[]> => {
  const answer = await world.presign(of, { uploads });
  expect(answer.status).toBe(200);
  return ((await answer.json()) as { uploads: Outcome[] }).uploads;
};
/** Uploads all the way, and gives the id. */
async function send(bytes: Uint8Array = PICTURES.jpeg, more: object = {}): Promise<string> {
  const upload = wanted(world.freshId(), more);
  const [outcome] = await forms([upload]);
  expect((await submit({ url: outcome!.url!, fields: outcome!.fields! }, bytes)).status).toBe(204);
  await world.arrived();
  return outcome!.photo;
}
const fill = async (count: number): Promise<void> => {
  await Promise.all(
    Array.from({ length: count }, () =>
      world.append(page, { kind: 'photo', photo: world.freshId(), type: 'image/jpeg' }),
    ),
  );
};

describe('a guest who sends photos', () => {
  it('gets a form for each, under the guests’ own key, whichever case the address is in', async () => {
    const asked = [
      wanted(world.freshId()),
      wanted(world.freshId(), { type: 'image/heic', size: 25 * 1024 ** 2 }),
      wanted(world.freshId(), { variant: 'thumbnail', size: 300 * 1024 }),
    ];
    const eventId = await world.eventOf(page);
    const keys = asked.map(({ photo, variant }) => `photo/${eventId}/guest/${photo}/${variant}`);
    for (const path of [page, page.toUpperCase(), `G${page.slice(1)}`]) {
      const answer = await world.presign(path, { uploads: asked }, asGuest(page));
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const { uploads } = (await answer.json()) as { uploads: Outcome[] };
      expect(uploads.map(({ fields }) => fields?.['key'])).toEqual(keys);
    }
  });

  it('sees them, at addresses that show what arrived', async () => {
    const [photo, heic] = [await send(), await send(PICTURES.heic, { type: 'image/heic' })];
    const [small] = await forms([wanted(photo, { variant: 'thumbnail' })]);
    await submit({ url: small!.url!, fields: small!.fields! }, PICTURES.jpeg);
    await world.arrived();
    const answer = await world.photosOf(page);
    expect(answer.headers.get('cache-control')).toBe('private, no-store');
    const { photos, ...rest } = await world.listing(page);
    expect(rest).toEqual({ count: 2, limit: 100, until: '2027-06-06T19:00:00Z' });
    expect(photos.map(({ photo: id, type, thumbnail }) => [id, type, thumbnail !== null])).toEqual([
      [photo, 'image/jpeg', true],
      [heic, 'image/heic', false],
    ]);
    const shown = await fetch(photos[1]!.original);
    expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/heic']);
    expect(Buffer.from(await shown.arrayBuffer()).equals(Buffer.from(PICTURES.heic))).toBe(true);
    expect((await fetch(photos[0]!.thumbnail!)).headers.get('content-type')).toBe('image/jpeg');
  });

  it('sends the same one only once, and never one under the id of the crew’s', async () => {
    const photo = await send();
    const crews = world.freshId();
    await world.append(page, { kind: 'photo', photo: crews, type: 'image/jpeg' }, { member: 'john' });
    const asked = [wanted(photo), wanted(crews), wanted(crews, { variant: 'thumbnail' })];
    expect((await forms(asked)).map(({ status }) => status)).toEqual(['arrived', 'taken', 'taken']);
    // Asked twice before it arrived, it has the same place.
    const again = wanted(world.freshId());
    const [first, second] = [await forms([again]), await forms([again])];
    expect(second[0]!.fields!['key']).toBe(first[0]!.fields!['key']);
  });

  it('sees what is no photo as little as if it had never been sent', async () => {
    await send(FOREIGN.html);
    await send(FOREIGN.svg);
    expect(await world.listing(page)).toMatchObject({ photos: [], count: 0 });
  });

  it('sees nothing that the crew added, and not what the captain took away', async () => {
    const [kept, gone, crews] = [await send(), await send(), world.freshId()];
    await world.append(page, { kind: 'photo', photo: crews, type: 'image/jpeg' }, { member: 'john' });
    await world.append(
      page,
      { kind: 'receipt', photo: world.freshId(), type: 'image/jpeg' },
      { member: 'john' },
    );
    await world.append(
      page,
      { kind: 'note', list: 'jada-before', item: 'fuel', text: 'secret' },
      { member: 'john' },
    );
    await world.append(page, { kind: 'photo-removed', photo: gone }, { member: 'mike' });
    const text = await (await world.photosOf(page)).text();
    const { photos, count } = JSON.parse(text) as { photos: { photo: string }[]; count: number };
    expect([photos.map(({ photo }) => photo), count]).toEqual([[kept], 1]);
    for (const private_ of [crews, gone, 'john', 'mike', 'secret', 'receipt'])
      expect(text).not.toContain(private_);
    expect(await forms([wanted(gone)])).toMatchObject([{ status: 'arrived' }]);
  });

  it('sees the photos of their own charter alone', async () => {
    await send();
    const other = await world.tell();
    expect(await world.listing(other)).toMatchObject({ photos: [], count: 0 });
  });
});

describe('the guests of a charter', () => {
  const saidBy = async (answer: Response) => (answer.ok ? '200' : refusalOf(answer));
  const both = async (of = page) => [
    await saidBy(await world.presign(of, one())),
    await saidBy(await world.photosOf(of)),
  ];
  const at = async (time: string) => {
    world.api.clock.now = new Date(time);
    return both();
  };

  it('may send and see photos until a week after its end, to the second', async () => {
    expect(await at('2026-12-01T00:00:00Z')).toEqual(['200', '200']);
    expect(await at('2027-06-06T19:00:00Z')).toEqual(['200', '200']);
    expect(await at('2027-06-06T19:00:01Z')).toEqual(['409 too-late', '409 too-late']);
    expect(await at('2028-06-06T19:00:01Z')).toEqual(['409 too-late', '409 too-late']);
  });

  it('have as much longer as the charter moved, once people were told', async () => {
    const moved = {
      page,
      revision: 2,
      view: { startsAt: '2027-06-30T16:00:00Z', endsAt: '2027-06-30T19:00:00Z' },
    };
    await world.put(moved);
    expect(await at('2027-06-06T19:00:01Z')).toEqual(['409 too-late', '409 too-late']);
    await world.tell(moved);
    expect(await at('2027-07-07T19:00:00Z')).toEqual(['200', '200']);
    expect((await world.listing(page)).until).toBe('2027-07-07T19:00:00Z');
    expect(await at('2027-07-07T19:00:01Z')).toEqual(['409 too-late', '409 too-late']);
  });

  it('may not when there is no charter, or people were not told of it yet', async () => {
    expect(await both('nosuchpage')).toEqual(['409 not-on', '409 not-on']);
    expect(await both(await world.put())).toEqual(['409 not-on', '409 not-on']);
  });

  it.each(['cancelled', 'on-hold'] as const)(
    'may not while it is %s, and may again when it is on',
    async (status) => {
      await send();
      await world.tell({ page, revision: 2, view: { status } });
      expect(await both()).toEqual(['409 not-on', '409 not-on']);
      await world.tell({ page, revision: 3 });
      expect(await both()).toEqual(['200', '200']);
      expect((await world.listing(page)).count).toBe(1);
    },
  );

  it('may when the booking was given anew with the same page', async () => {
    await world.tell({ page, revision: 2, view: { status: 'cancelled' } });
    const anew: SampleOptions = { bookingKey: `phone-${page}` };
    await world.tell({ page, ...anew });
    expect(await both()).toEqual(['200', '200']);
  });

  it('may send a hundred, of which thumbnails and what arrived are no others', async () => {
    await fill(97);
    const three = Array.from({ length: 3 }, () => world.freshId());
    const withThumbnails = three.flatMap((photo) => [wanted(photo), wanted(photo, { variant: 'thumbnail' })]);
    expect((await forms(withThumbnails)).every(({ status }) => status === 'ready')).toBe(true);
    const four = await world.presign(page, { uploads: [...three, world.freshId()].map((id) => wanted(id)) });
    expect(await four.clone().json()).toMatchObject({ detail: expect.stringContaining('3 more photos') });
    expect(await refusalOf(four)).toBe('409 too-many');
    await fill(2);
    const arrived = await send();
    expect(await refusalOf(await world.presign(page, one()))).toBe('409 too-many');
    expect(await forms([wanted(arrived), wanted(arrived, { variant: 'thumbnail' })])).toMatchObject([
      { status: 'arrived' },
      { status: 'ready' },
    ]);
    expect(await world.listing(page)).toMatchObject({ count: 100, limit: 100 });
    // What the captain takes away makes room.
    await world.append(page, { kind: 'photo-removed', photo: arrived }, { member: 'mike' });
    expect(await forms([wanted(world.freshId())])).toMatchObject([{ status: 'ready' }]);
    expect(
      await refusalOf(await world.presign(page, { uploads: [...one().uploads, ...one().uploads] })),
    ).toBe('409 too-many');
  });

  it('cannot get around the limit by thumbnails without photos', async () => {
    await fill(99);
    await world.append(page, { kind: 'thumbnail', photo: world.freshId() });
    expect(await refusalOf(await world.presign(page, one({ variant: 'thumbnail' })))).toBe('409 too-many');
  });

  it('see the first hundred of more that arrived at once, always the same ones', async () => {
    const late = { at: '2027-05-30T20:00:00.000Z' };
    const photos = ['photo-z', 'photo-b', 'photo-a'].map((id) => `${id}-of-the-last-moment`);
    for (const photo of photos)
      await world.append(
        page,
        { kind: 'photo', photo, type: 'image/jpeg' },
        { ...late, id: `photo-${photo}` },
      );
    await fill(98);
    const { photos: shown, count } = await world.listing(page);
    expect([shown.length, count]).toEqual([100, 100]);
    expect(shown.slice(-2).map(({ photo }) => photo)).toEqual([photos[2], photos[1]]);
  });
});

describe('a request of a guest is refused', () => {
  const refused = async (uploads: unknown) =>
    refusalOf(await world.presign(page, Array.isArray(uploads) ? { uploads } : uploads));

  it.each<[string, object, string]>([
    ['a type that is no picture', { type: 'text/html' }, '422 wrong-type'],
    ['a type that pages may run', { type: 'image/svg+xml' }, '422 wrong-type'],
    ['a GIF', { type: 'image/gif' }, '422 wrong-type'],
    ['no type', { type: undefined }, '422 wrong-type'],
    ['a thumbnail of another type', { variant: 'thumbnail', type: 'image/png' }, '422 wrong-type'],
    ['more than 25 MiB', { size: 25 * 1024 ** 2 + 1 }, '422 too-large'],
    ['a thumbnail over 300 KiB', { variant: 'thumbnail', size: 300 * 1024 + 1 }, '422 too-large'],
    ['more than a number holds', { size: 2 ** 60 }, '422 too-large'],
    ['a wrong type that is too large', { type: 'video/mp4', size: 2 ** 30 }, '422 wrong-type'],
    ['nothing', { size: 0 }, '422 invalid'],
    ['less than nothing', { size: -1 }, '422 invalid'],
    ['half a byte', { size: 1.5 }, '422 invalid'],
    ['a size in words', { size: '1000' }, '422 invalid'],
    ['a short id', { photo: 'short' }, '422 invalid'],
    ['an id that is a path', { photo: '../../../john/0123456789abcdef' }, '422 invalid'],
    ['another variant', { variant: 'large' }, '422 invalid'],
    ['a purpose', { purpose: 'receipt' }, '422 invalid'],
    ['a member', { member: 'john' }, '422 invalid'],
  ])('for %s', async (_, more, said) => {
    expect(await refused([wanted(world.freshId(), more)])).toBe(said);
  });

  it('for none, more than 20, the same one twice, or what is no request', async () => {
    const photo = world.freshId();
    const many = (count: number) => Array.from({ length: count }, () => wanted(world.freshId()));
    for (const uploads of [[], many(21), [wanted(photo), wanted(photo)], {}, { uploads: {} }, null])
      expect(await refused(uploads)).toBe('422 invalid');
    expect(await refused({ ...one(), page })).toBe('422 invalid');
    expect(await forms(many(20))).toHaveLength(20);
  });

  it('with all that is wrong', async () => {
    const answer = await world.presign(page, {
      uploads: [
        wanted('short'),
        wanted(world.freshId(), { size: 0 }),
        wanted(world.freshId(), { type: 'x' }),
      ],
    });
    const { problems } = (await answer.json()) as { problems: { path: string }[] };
    expect(problems.map(({ path }) => path)).toEqual([
      'uploads[0].photo',
      'uploads[1].size',
      'uploads[2].type',
    ]);
  });

  it('as a form, which leads nowhere', async () => {
    for (const type of [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
    ]) {
      const headers = { ...asGuest(page), 'content-type': type };
      expect(await refusalOf(await world.presign(page, 'photo=x', headers))).toBe('415');
    }
    const headers = { 'x-origin-secret': ORIGIN_SECRET, 'content-type': 'application/x-www-form-urlencoded' };
    expect(await refusalOf(await world.presign(page, 'photo=x', headers))).toBe('401');
  });
});
