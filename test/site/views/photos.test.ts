import { describe, expect, it } from 'vitest';
import { renderPhotos } from '#site/portal/src/views/photos.ts';
import { entriesOf, formsOf, sectionOf, textOf } from './sample.ts';

const entries = entriesOf(
  ['john', { kind: 'photo', photo: 'p-jpeg', type: 'image/jpeg' }],
  ['maria', { kind: 'photo', photo: 'p-heic', type: 'image/heic' }],
  ['maria', { kind: 'photo', photo: 'p-heic-small', type: 'image/heic' }],
  ['maria', { kind: 'thumbnail', photo: 'p-heic-small' }],
  ['maria', { kind: 'photo', photo: 'p-gone', type: 'image/jpeg' }],
  ['maria', { kind: 'photo-removed', photo: 'p-gone' }],
);

describe('the gallery', () => {
  it('links small pictures to the originals, and says whose they are', () => {
    const markup = renderPhotos(sectionOf(entries));
    expect(Array.from(markup.matchAll(/href="([^"]+)"/g), ([, href]) => href)).toEqual([
      '/api/events/e1/photos/p-jpeg/original',
      '/api/events/e1/photos/p-heic/original',
      '/api/events/e1/photos/p-heic-small/original',
    ]);
    expect(markup).toContain('src="/api/events/e1/photos/p-heic-small/thumbnail"');
    expect(markup).toContain('alt="Photo by John Reyes, May 30, 8:00 AM"');
  });

  it('says of a guest’s photo that it is one', () => {
    const guests = entriesOf(['guest', { kind: 'photo', photo: 'p-guest', type: 'image/jpeg' }]);
    const markup = renderPhotos(sectionOf(guests));
    expect(markup).toContain('alt="Photo by Guest, May 30, 8:00 AM"');
    expect(textOf(markup)).toBe('Photos Guest, May 30, 8:00 AM');
    expect(textOf(renderPhotos(sectionOf(guests, { isCaptain: true })))).toContain('Remove photo by Guest');
  });

  it('has a tile where no browser could show the picture', () => {
    const markup = renderPhotos(sectionOf(entries));
    expect(textOf(markup)).toContain('HEIC photo : Photo by Maria Lopez');
    expect(markup).not.toContain('src="/api/events/e1/photos/p-heic/');
  });

  it('lets one remove one’s own', () => {
    expect(formsOf(renderPhotos(sectionOf(entries)))).toMatchObject([
      { kind: 'photo-removed', photo: 'p-jpeg' },
    ]);
  });

  it('lets the captain remove each', () => {
    const photos = formsOf(renderPhotos(sectionOf(entries, { isCaptain: true }))).map(({ photo }) => photo);
    expect(photos).toEqual(['p-jpeg', 'p-heic', 'p-heic-small']);
  });

  it('says so when there is none', () => {
    expect(textOf(renderPhotos(sectionOf([])))).toBe('Photos None yet.');
  });
});
