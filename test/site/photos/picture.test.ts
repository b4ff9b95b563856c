import { describe, expect, it } from 'vitest';
import { PHOTO_TYPES } from '#functions/scc/photo-key.ts';
import { pictureType } from '#site/photos/picture-type.ts';
import { fit, renditionsOf } from '#site/photos/picture.ts';

describe('a picture’s type', () => {
  it.each(PHOTO_TYPES)('%s is taken by its name or by what the phone says', (type) => {
    expect(pictureType({ name: `IMG_1.${type.slice('image/'.length)}`, type: '' })).toBe(type);
    expect(pictureType({ name: 'IMG_1', type: type.toUpperCase() })).toBe(type);
  });

  it.each([
    ['IMG_1.HEIC', '', 'image/heic'],
    ['IMG_1.heif', 'application/octet-stream', 'image/heif'],
    ['photo.JPEG', 'image/jpeg', 'image/jpeg'],
    ['photo', 'image/png', 'image/png'],
    ['photo.png', 'image/webp', 'image/webp'],
    ['letter.pdf', 'application/pdf', undefined],
    ['movie', 'video/mp4', undefined],
    ['drawing.svg', 'image/svg+xml', undefined],
  ])('of %s (%s) is %s', (name, type, expected) => {
    expect(pictureType({ name, type })).toBe(expected);
  });
});

describe('a picture’s size', () => {
  it.each([
    [4032, 3024, 2048, 1536],
    [3024, 4032, 1536, 2048],
    [800, 600, 800, 600],
    [10_000, 1, 2048, 1],
  ])('%i × %i becomes %i × %i', (width, height, newWidth, newHeight) => {
    expect(fit({ width, height }, 2048)).toEqual({ width: newWidth, height: newHeight });
  });
});

describe('a picture that cannot be read here', () => {
  it('goes up as it is, and has no thumbnail', async () => {
    const blob = new Blob(['ftypheic']);
    expect(await renditionsOf(blob, 'image/heic')).toEqual([
      { variant: 'original', type: 'image/heic', blob },
    ]);
  });
});
