import { describe, expect, it } from 'vitest';
import { isOfType, MAGIC_LENGTH } from '#functions/photo-arrivals/magic-bytes.ts';
import { PHOTO_TYPES, type PhotoType } from '#functions/scc/photo-key.ts';
import { container, FOREIGN, PICTURES } from './pictures.ts';

const typesOf = (bytes: Uint8Array): PhotoType[] =>
  PHOTO_TYPES.filter((type) => isOfType(bytes.subarray(0, MAGIC_LENGTH), type));

describe('the first bytes of a file', () => {
  it.each<[keyof typeof PICTURES, PhotoType[]]>([
    ['jpeg', ['image/jpeg']],
    ['png', ['image/png']],
    ['webp', ['image/webp']],
    ['heic', ['image/heic', 'image/heif']],
    ['heif', ['image/heic', 'image/heif']],
  ])('show that a %s is %j and nothing else', (name, types) => {
    expect(typesOf(PICTURES[name])).toEqual(types);
  });

  it.each(Object.entries(FOREIGN))('show that a file of another kind (%s) is none of ours', (_, bytes) => {
    expect(typesOf(bytes)).toEqual([]);
  });

  it.each(['heic', 'heix', 'hevc', 'hevx', 'heim', 'heis', 'hevm', 'hevs', 'mif1', 'msf1'])(
    'take the brand %s for HEIF',
    (brand) => {
      expect(typesOf(container(brand, 'mif1'))).toEqual(['image/heic', 'image/heif']);
    },
  );

  it('show nothing when there are too few of them', () => {
    for (const bytes of Object.values(PICTURES)) {
      expect(typesOf(bytes.subarray(0, 2))).toEqual([]);
      expect(typesOf(new Uint8Array())).toEqual([]);
    }
    expect(typesOf(PICTURES.heic.subarray(0, 15))).toEqual([]);
  });

  it('do not show what is behind the first box', () => {
    const bytes = Buffer.from(container('heic', 'mif1'));
    bytes.write('avif', 24);
    expect(typesOf(bytes)).toEqual(['image/heic', 'image/heif']);
  });
});
