import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { MAX_SIZE } from '#functions/scc/photo-key.ts';
import type { Wanted } from '#site/guest/src/client/photo-api.ts';
import { PhotoRefusal } from '#site/guest/src/client/photo-api.ts';
import { photoIdOf, sendPhoto, type Means, type News } from '#site/guest/src/client/send-photo.ts';
import type { Carried, Permit } from '#site/photos/bring-up.ts';
import type { Rendition } from '#site/photos/picture.ts';
import { file } from './files.ts';

const SMALL: readonly Rendition[] = [
  { variant: 'thumbnail', type: 'image/jpeg', blob: new Blob(['t']) },
  { variant: 'original', type: 'image/jpeg', blob: new Blob(['small']) },
];

/** A phone, a server and a storage that do as told. */
function given(options: {
  readonly renditions?: readonly Rendition[];
  readonly status?: Permit['status'];
  readonly carried?: Carried;
  readonly isThere?: boolean;
  readonly hasRoom?: boolean;
  readonly refusal?: PhotoRefusal;
}) {
  const { status = 'ready', carried = 'sent', refusal } = options;
  const asked: Wanted[] = [];
  const news: News[] = [];
  const means: Means = {
    api: {
      permits(uploads) {
        asked.push(...uploads);
        if (refusal !== undefined) return Promise.reject(refusal);
        const form = { url: 'https://photos.test/', fields: {} };
        return Promise.resolve(
          uploads.map(({ variant }): Permit =>
            status === 'ready' ? { variant, status, ...form } : { variant, status },
          ),
        );
      },
    },
    render: (blob, type) =>
      Promise.resolve(options.renditions ?? (blob.size > 0 ? SMALL : untouched(blob, type))),
    bring: (_renditions, _permits, progress) => {
      progress(0.5);
      return Promise.resolve(carried);
    },
  };
  const send = (picture: File): Promise<string> =>
    sendPhoto(
      picture,
      {
        isThere: () => options.isThere ?? false,
        hasRoom: () => options.hasRoom ?? true,
        note: (one) => void news.push(one),
      },
      means,
    ).catch((error: unknown) => {
      if (error instanceof PhotoRefusal) return `refused: ${error.message}`;
      throw error;
    });
  return { asked, news, send };
}
const untouched = (blob: Blob, type: Rendition['type']): readonly Rendition[] => [
  { variant: 'original', type, blob },
];
const heic = file('IMG_1.HEIC', '');

describe('a picture', () => {
  it('goes up small, under an id of its bytes, with its thumbnail, and says how far it is', async () => {
    const { asked, news, send } = given({});
    expect(await send(file('a.jpg'))).toBe('sent');
    const photo = await photoIdOf(file('a.jpg'));
    expect(asked).toEqual([
      { photo, variant: 'thumbnail', type: 'image/jpeg', size: 1 },
      { photo, variant: 'original', type: 'image/jpeg', size: 5 },
    ]);
    expect(news).toEqual([{ photo }, { state: 'sending', isUntouched: false }, { part: 0.5 }]);
  });

  it('that only the camera can read goes up as it is, and says so', async () => {
    const { asked, news, send } = given({ renditions: untouched(heic, 'image/heic') });
    expect(await send(heic)).toBe('sent');
    expect(asked.map(({ variant, type }) => [variant, type])).toEqual([['original', 'image/heic']]);
    expect(news).toContainEqual({ state: 'sending', isUntouched: true });
  });

  it.each<[string, Parameters<typeof given>[0], File, string]>([
    ['no picture', {}, file('letter.pdf', 'application/pdf'), 'refused: wrong-type'],
    ['in the gallery', { isThere: true }, file('a.jpg'), 'there'],
    ['one too many', { hasRoom: false }, file('a.jpg'), 'refused: too-many'],
    [
      'unreadable, and would go up with its place',
      { renditions: untouched(file('a.jpg'), 'image/jpeg') },
      file('a.jpg'),
      'refused: invalid',
    ],
    [
      'too large',
      { renditions: untouched(new Blob([new Uint8Array(MAX_SIZE.original + 1)]), 'image/heic') },
      heic,
      'refused: too-large',
    ],
  ])('that is %s is not even asked for', async (_name, situation, picture, outcome) => {
    const { asked, send } = given(situation);
    expect(await send(picture)).toBe(outcome);
    expect(asked).toEqual([]);
  });

  it.each<[string, Parameters<typeof given>[0], string]>([
    ['has it', { status: 'arrived' }, 'there'],
    ['has another by its id', { status: 'taken' }, 'refused: taken'],
    ['takes none', { refusal: new PhotoRefusal('too-late') }, 'refused: too-late'],
    ['does not answer', { refusal: new PhotoRefusal('unavailable') }, 'refused: unavailable'],
  ])('is not sent when the server %s', async (_name, situation, outcome) => {
    const { news, send } = given(situation);
    expect(await send(file('a.jpg'))).toBe(outcome);
    expect(news).not.toContainEqual({ part: 0.5 });
  });

  it.each<Carried>(['unavailable', 'too-large', 'wrong-type'])(
    'is not through when the storage says %s',
    async (carried) => {
      expect(await given({ carried }).send(file('a.jpg'))).toBe(`refused: ${carried}`);
    },
  );
});

describe('the id of a picture', () => {
  it('is the start of its SHA-256, fit for a key, whatever the file is called', async () => {
    const bytes = 'æøå ÿþ 123';
    const expected = createHash('sha256').update(bytes).digest('base64url').slice(0, 32);
    expect(await photoIdOf(file('a.jpg', 'image/jpeg', bytes))).toBe(expected);
    expect(await photoIdOf(file('b.png', 'image/png', bytes))).toBe(expected);
    const ids = await Promise.all(Array.from({ length: 50 }, (_, at) => photoIdOf(file('x', '', `${at}`))));
    expect(new Set(ids).size).toBe(50);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9_-]{32}$/);
  });
});
