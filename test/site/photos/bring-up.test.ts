import { afterEach, describe, expect, it, vi } from 'vitest';
import { bringUp, toCarried, type Carried, type Permit } from '#site/photos/bring-up.ts';
import type { Rendition } from '#site/photos/picture.ts';

describe('an answer of the storage', () => {
  const xml = (code: string, message: string) =>
    `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  it.each<[string, number, string, Carried]>([
    ['204', 204, '', 'sent'],
    ['no answer', 0, '', 'unavailable'],
    ['trouble', 503, xml('SlowDown', 'Please reduce your request rate.'), 'unavailable'],
    [
      'an expired form',
      403,
      xml('AccessDenied', 'Invalid according to Policy: Policy expired.'),
      'unavailable',
    ],
    ['expired credentials', 400, xml('ExpiredToken', 'The provided token has expired.'), 'unavailable'],
    [
      'too slow an upload',
      400,
      xml('RequestTimeout', 'Your socket connection was not read from'),
      'unavailable',
    ],
    ['too large a file', 400, xml('EntityTooLarge', 'Your proposed upload exceeds the maximum'), 'too-large'],
    [
      'a file that was not announced',
      403,
      xml(
        'AccessDenied',
        'Invalid according to Policy: Policy Condition failed: ["eq", "$Content-Type", "image/png"]',
      ),
      'wrong-type',
    ],
  ])('of %s is told apart', (_name, status, text, carried) => {
    expect(toCarried({ status, text })).toBe(carried);
  });
});

describe('what is brought up', () => {
  afterEach(() => void vi.unstubAllGlobals());

  const RENDITIONS: readonly Rendition[] = [
    { variant: 'thumbnail', type: 'image/jpeg', blob: new Blob(['t'.repeat(20)]) },
    { variant: 'original', type: 'image/jpeg', blob: new Blob(['o'.repeat(80)]) },
  ];
  const ready = (variant: Permit['variant']): Permit => ({
    variant,
    status: 'ready',
    url: 'https://photos.test/',
    fields: { key: variant },
  });

  /** Uploads as to a storage that answers with these statuses, one after the other. */
  async function bring(permits: readonly Permit[], ...statuses: number[]) {
    const keys: unknown[] = [];
    const parts: number[] = [];
    class Storage extends EventTarget {
      readonly upload = new EventTarget();
      readonly responseText = '';
      readonly open = () => {};
      status = 0;
      send(body: FormData) {
        keys.push(body.get('key'));
        const { size } = body.get('file') as Blob;
        // Of a form, more is carried than the file.
        this.upload.dispatchEvent(Object.assign(new Event('progress'), { loaded: size + 500 }));
        this.status = statuses.shift()!;
        this.dispatchEvent(new Event('loadend'));
      }
    }
    vi.useFakeTimers();
    vi.stubGlobal('XMLHttpRequest', Storage);
    const carried = await bringUp(RENDITIONS, permits, (part) => parts.push(part));
    vi.useRealTimers();
    return { carried, keys, parts };
  }

  it('goes up in order, as parts of one whole', async () => {
    expect(await bring([ready('original'), ready('thumbnail')], 204, 204)).toEqual({
      carried: 'sent',
      keys: ['thumbnail', 'original'],
      parts: [0.2, 1],
    });
  });

  it('is only what is not there yet', async () => {
    const permits: Permit[] = [{ variant: 'thumbnail', status: 'arrived' }, ready('original')];
    expect(await bring(permits, 204)).toEqual({ carried: 'sent', keys: ['original'], parts: [1] });
  });

  it('ends with the first that does not get through', async () => {
    const { carried, keys } = await bring([ready('thumbnail'), ready('original')], 503);
    expect({ carried, keys }).toEqual({ carried: 'unavailable', keys: ['thumbnail'] });
  });
});
