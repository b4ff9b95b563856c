import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Entry } from '#functions/scc/entries/entry.ts';
import { foldEntries } from '#functions/scc/entries/fold.ts';
import { MAX_SIZE, toPhotoKey, type PhotoKey } from '#functions/scc/photo-key.ts';
import { NOW } from '#test/functions/scc/samples.ts';
import { BUCKET, startPhotos, submit, toldEvent, type LocalPhotos } from './local-photos.ts';
import { FOREIGN, PICTURES } from './pictures.ts';

/** Every event is delivered twice, as S3 may. */
let world: LocalPhotos;
beforeAll(async () => {
  world = await startPhotos({ duplicateEvery: 1 });
});
afterAll(() => world.close());

let bookings = 0;
let eventId: string;
let photos = 0;
beforeEach(() => {
  const event = toldEvent({ bookingKey: `boatsetter-photos${++bookings}` });
  eventId = event.eventId;
  world.events.set(eventId, event);
  world.logged.length = 0;
  world.handed.length = 0;
});

const keyOf = (more: Partial<PhotoKey> = {}): PhotoKey => ({
  purpose: 'photo',
  eventId,
  member: 'john',
  photo: `photo-of-this-test-${++photos}`,
  variant: 'original',
  ...more,
});

/** Uploads as a browser does, and waits until S3 has told of it. */
async function upload(key: PhotoKey, type: string, bytes: Uint8Array): Promise<void> {
  const form = await world.signer.signUpload({
    key: toPhotoKey(key),
    type,
    maxSize: MAX_SIZE[key.variant],
  });
  expect((await submit(form, bytes)).status).toBe(204);
  await world.arrived();
}

const entries = () => world.scc.entries.ofEvent(eventId);
const isStored = (key: PhotoKey) => world.stored(toPhotoKey(key)) !== undefined;

describe('a picture that arrives', () => {
  it.each([
    ['image/jpeg', PICTURES.jpeg],
    ['image/png', PICTURES.png],
    ['image/webp', PICTURES.webp],
    ['image/heic', PICTURES.heic],
    ['image/heif', PICTURES.heif],
    // Phones call both by either name.
    ['image/heif', PICTURES.heic],
    ['image/heic', PICTURES.heif],
  ])('as %s is in the log of the event, once, whoever tells it again', async (type, bytes) => {
    const key = keyOf();
    await upload(key, type, bytes);
    expect(world.handed).toHaveLength(2);
    const [entry, ...more] = await entries();
    expect(more).toEqual([]);
    expect(entry).toEqual({
      id: `photo-${key.photo}`,
      kind: 'photo',
      photo: key.photo,
      type,
      member: 'john',
      lamport: 1,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
      receivedAt: NOW.toISOString(),
    });
    expect(isStored(key)).toBe(true);
  });

  it('has a thumbnail when that arrives, before it or after', async () => {
    const first = keyOf();
    await upload({ ...first, variant: 'thumbnail' }, 'image/jpeg', PICTURES.jpeg);
    await upload(first, 'image/heic', PICTURES.heic);
    const second = keyOf();
    await upload(second, 'image/png', PICTURES.png);
    await upload({ ...second, variant: 'thumbnail' }, 'image/jpeg', PICTURES.jpeg);
    const state = foldEntries(await entries());
    expect(state.photos.map(({ photo, type, hasThumbnail }) => [photo, type, hasThumbnail])).toEqual([
      [first.photo, 'image/heic', true],
      [second.photo, 'image/png', true],
    ]);
  });

  it('is a receipt when it was sent as one, and then no photo', async () => {
    const key = keyOf({ purpose: 'receipt' });
    await upload(key, 'image/jpeg', PICTURES.jpeg);
    const { photos: gallery, receipts } = foldEntries(await entries());
    expect(gallery).toEqual([]);
    expect(receipts).toMatchObject([{ photo: key.photo, member: 'john', type: 'image/jpeg' }]);
  });

  it('comes after all that is in the log', async () => {
    const before: Entry = {
      id: 'an-entry-of-a-device-1',
      kind: 'reopen',
      list: 'jada-before',
      member: 'john',
      lamport: 41,
      at: NOW.toISOString(),
      receivedAt: NOW.toISOString(),
    };
    await world.scc.entries.append(eventId, before);
    await upload(keyOf(), 'image/jpeg', PICTURES.jpeg);
    expect((await entries()).map(({ lamport }) => lamport).toSorted()).toEqual([41, 42]);
  });

  it('is still of who sent it when they have lost their place since', async () => {
    await upload(keyOf({ member: 'gone' }), 'image/jpeg', PICTURES.jpeg);
    expect(await entries()).toMatchObject([{ member: 'gone', kind: 'photo' }]);
  });

  it('may be sent again by who sent it', async () => {
    const key = keyOf();
    await upload(key, 'image/jpeg', PICTURES.jpeg);
    await upload(key, 'image/jpeg', PICTURES.jpeg);
    expect(await entries()).toHaveLength(1);
    expect(isStored(key)).toBe(true);
  });

  it('may be a guest’s', async () => {
    await upload(keyOf({ member: 'guest' }), 'image/jpeg', PICTURES.jpeg);
    expect(await entries()).toMatchObject([{ member: 'guest', kind: 'photo' }]);
  });
});

describe('an upload is removed, and the log says nothing of it,', () => {
  it.each(Object.entries(FOREIGN))(
    'when it is another kind of file (%s) under the name of a picture',
    async (_, bytes) => {
      const key = keyOf();
      await upload(key, 'image/jpeg', bytes);
      expect(isStored(key)).toBe(false);
      expect(await entries()).toEqual([]);
      expect(world.logged.map((line) => JSON.parse(line) as object)).toMatchObject([
        { message: 'upload removed', eventId, kind: 'photo original', state: 'wrong content' },
        { message: 'upload is gone', eventId },
      ]);
    },
  );

  it('when it is a picture of another type than it was announced as', async () => {
    for (const [type, bytes] of [
      ['image/jpeg', PICTURES.png],
      ['image/png', PICTURES.jpeg],
      ['image/heic', PICTURES.webp],
      ['image/webp', PICTURES.heic],
    ] as const) {
      const key = keyOf();
      await upload(key, type, bytes);
      expect(isStored(key)).toBe(false);
    }
    expect(await entries()).toEqual([]);
  });

  it('when it has a type that scc-api signs nothing for', async () => {
    const [page, thumbnail] = [keyOf(), keyOf({ variant: 'thumbnail' })];
    await upload(page, 'text/html', FOREIGN.html);
    await upload(thumbnail, 'image/png', PICTURES.png);
    expect([isStored(page), isStored(thumbnail)]).toEqual([false, false]);
    expect(await entries()).toEqual([]);
  });

  it('when its id is that of somebody else’s picture, which stays', async () => {
    const key = keyOf();
    await upload(key, 'image/jpeg', PICTURES.jpeg);
    const others = ['original', 'thumbnail'].flatMap((variant) =>
      ['photo', 'receipt'].map((purpose) => ({ ...key, member: 'mia', purpose, variant }) as PhotoKey),
    );
    for (const other of others) await upload(other, 'image/jpeg', PICTURES.jpeg);
    expect(others.filter(isStored)).toEqual([]);
    expect(isStored(key)).toBe(true);
    expect(await entries()).toMatchObject([{ member: 'john', kind: 'photo' }]);
  });

  it('when its id is that of a picture for another purpose', async () => {
    const key = keyOf();
    await upload(key, 'image/jpeg', PICTURES.jpeg);
    const receipt = { ...key, purpose: 'receipt' } as const;
    await upload(receipt, 'image/jpeg', PICTURES.jpeg);
    expect([isStored(receipt), (await entries()).length]).toEqual([false, 1]);
  });

  it('when it would replace a picture, which comes back', async () => {
    const key = keyOf();
    await upload(key, 'image/jpeg', PICTURES.jpeg);
    const good = world.stored(toPhotoKey(key))?.versionId;
    await upload(key, 'image/jpeg', FOREIGN.gif);
    await upload(key, 'image/png', PICTURES.png);
    expect(world.stored(toPhotoKey(key))?.versionId).toBe(good);
    expect(await entries()).toMatchObject([{ type: 'image/jpeg' }]);
  });

  it('without a name in the logs', async () => {
    const key = keyOf({ member: 'somebody-with-a-name' });
    await upload(key, 'image/jpeg', FOREIGN.gif);
    await upload(key, 'image/jpeg', PICTURES.jpeg);
    expect(world.logged.length).toBeGreaterThan(0);
    expect(world.logged.join('')).not.toContain('somebody');
  });
});

describe('a photo of guests', () => {
  const guests = (more: Partial<PhotoKey> = {}) => keyOf({ member: 'guest', ...more });
  /** S3 tells that it arrived at this time. */
  const arriveAt = async (key: PhotoKey, eventTime: string) => {
    const kept = world.events.get(eventId)!;
    world.events.delete(eventId);
    await upload(key, 'image/jpeg', PICTURES.jpeg);
    world.events.set(eventId, kept);
    const object = { key: toPhotoKey(key), versionId: world.stored(toPhotoKey(key))!.versionId };
    const s3 = { bucket: { name: BUCKET }, object };
    await world.handle({
      Records: [{ eventSource: 'aws:s3', eventName: 'ObjectCreated:Post', eventTime, s3 }],
    });
  };
  const fill = (count: number, member = 'guest') =>
    Promise.all(
      Array.from({ length: count }, () => {
        const { photo } = keyOf();
        const stamp = { member, lamport: 1, at: NOW.toISOString(), receivedAt: NOW.toISOString() };
        const entry: Entry = { ...stamp, id: `photo-${photo}`, kind: 'photo', photo, type: 'image/jpeg' };
        return world.scc.entries.append(eventId, entry);
      }),
    );
  const settled = () => world.logged.map((line) => (JSON.parse(line) as { state?: string }).state);

  it('is taken as long as the last form of the last moment was good, and removed after that', async () => {
    const [inTime, late, small] = [guests(), guests(), guests({ variant: 'thumbnail' })];
    await arriveAt(inTime, '2027-06-06T19:15:00.000Z');
    await arriveAt(late, '2027-06-06T19:15:01.000Z');
    await arriveAt(small, '2027-06-06T19:15:01.000Z');
    expect([inTime, late, small].map(isStored)).toEqual([true, false, false]);
    expect(await entries()).toMatchObject([{ photo: inTime.photo }]);
    // The crew has its own rules.
    const crews = keyOf();
    await arriveAt(crews, '2027-06-06T19:15:01.000Z');
    expect(isStored(crews)).toBe(true);
    expect(settled()).toContain('too late');
  });

  it('stays when it is told again after the charter moved to an earlier day', async () => {
    const key = guests();
    await upload(key, 'image/jpeg', PICTURES.jpeg);
    const [event] = world.handed;
    const bookingKey = `boatsetter-photos${bookings}`;
    world.events.set(eventId, toldEvent({ bookingKey, view: { endsAt: '2020-01-01T00:00:00Z' } }));
    await world.handle(event);
    expect(isStored(key)).toBe(true);
    const next = guests();
    await upload(next, 'image/jpeg', PICTURES.jpeg);
    expect(isStored(next)).toBe(false);
  });

  it('is removed of a charter that nobody was told of', async () => {
    world.events.set(eventId, { ...world.events.get(eventId)!, told: null, toldRevision: null });
    const key = guests();
    await upload(key, 'image/jpeg', PICTURES.jpeg);
    expect([isStored(key), await entries()]).toEqual([false, []]);
  });

  it('is taken of a charter that was cancelled after its form was signed', async () => {
    const bookingKey = `boatsetter-photos${bookings}`;
    world.events.set(eventId, toldEvent({ bookingKey, view: { status: 'cancelled' } }));
    const key = guests();
    await upload(key, 'image/jpeg', PICTURES.jpeg);
    expect(isStored(key)).toBe(true);
  });

  it('is the hundredth at most, told twice as once; a thumbnail is no other one', async () => {
    await fill(50, 'john');
    await fill(99);
    const [last, beyond] = [guests(), guests()];
    await upload(last, 'image/jpeg', PICTURES.jpeg);
    await upload(beyond, 'image/jpeg', PICTURES.jpeg);
    await upload({ ...beyond, variant: 'thumbnail' }, 'image/jpeg', PICTURES.jpeg);
    await upload({ ...last, variant: 'thumbnail' }, 'image/jpeg', PICTURES.jpeg);
    await upload(last, 'image/jpeg', PICTURES.jpeg);
    const all = [
      last,
      beyond,
      { ...beyond, variant: 'thumbnail' },
      { ...last, variant: 'thumbnail' },
    ] as const;
    expect(all.map(isStored)).toEqual([true, false, false, true]);
    expect(settled()).toContain('too many');
    expect((await entries()).filter(({ member }) => member === 'guest')).toHaveLength(101);
    expect((await entries()).filter((entry) => 'photo' in entry && entry.photo === last.photo)).toHaveLength(
      2,
    );
    // The crew is not counted among the guests.
    const crews = keyOf();
    await upload(crews, 'image/jpeg', PICTURES.jpeg);
    expect(isStored(crews)).toBe(true);
  });

  it('has room again when the captain took one away', async () => {
    await fill(99);
    const gone = guests();
    await upload(gone, 'image/jpeg', PICTURES.jpeg);
    const removal = { id: 'a-removal-by-the-captain', member: 'mike', lamport: 9, photo: gone.photo };
    const stamp = { at: NOW.toISOString(), receivedAt: NOW.toISOString() };
    await world.scc.entries.append(eventId, { ...removal, ...stamp, kind: 'photo-removed' });
    const next = guests();
    await upload(next, 'image/jpeg', PICTURES.jpeg);
    expect(isStored(next)).toBe(true);
  });
});

describe('an object', () => {
  const put = async (Key: string) => {
    await world.server.pipeline.send(
      new PutObjectCommand({
        Bucket: BUCKET,
        Key,
        Body: Buffer.from(FOREIGN.gif),
        ContentType: 'image/jpeg',
      }),
    );
    await world.arrived();
  };

  it.each([
    'readme.txt',
    'photo/x/john/0123456789abcdef/original',
    'photo/00000000000000000000/JOHN/0123456789abcdef/original',
    'photo/00000000000000000000/john/short/original',
    'photo/00000000000000000000/john/0123456789abcdef/large',
    'other/00000000000000000000/john/0123456789abcdef/original',
    'photo/00000000000000000000/john/0123456789abcdef/original/more',
    // An event that does not exist.
    'photo/00000000000000000000/john/0123456789abcdef/original',
  ])('that scc-api never signs for (%s) is left alone', async (key) => {
    await put(key);
    expect(world.stored(key)).toBeDefined();
    expect(world.logged.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 'warn' },
      { level: 'warn' },
    ]);
  });

  it('that is gone when its event comes is forgotten', async () => {
    const key = keyOf();
    await upload(key, 'image/jpeg', PICTURES.jpeg);
    const [event] = world.handed;
    const gone = {
      Bucket: BUCKET,
      Key: toPhotoKey(key),
      VersionId: world.stored(toPhotoKey(key))?.versionId,
    };
    await world.server.pipeline.send(new DeleteObjectCommand(gone));
    await world.handle(event);
    expect(JSON.parse(world.logged.at(-1)!)).toMatchObject({ message: 'upload is gone' });
  });
});
