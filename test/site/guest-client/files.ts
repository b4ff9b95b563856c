import type { Photo, PhotoList } from '#site/guest/src/client/photo-api.ts';

export const file = (name: string, type = 'image/jpeg', content = name): File =>
  new File([content], name, { type });

export const photo = (id: string, change: Partial<Photo> = {}): Photo => ({
  photo: id,
  type: 'image/jpeg',
  original: `https://photos.test/${id}/original`,
  thumbnail: `https://photos.test/${id}/thumbnail`,
  ...change,
});

export const listOf = (ids: readonly string[], limit = 100): PhotoList => ({
  photos: ids.map((id) => photo(id)),
  count: ids.length,
  limit,
});
