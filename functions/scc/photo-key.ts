/** `receipt`: of an expense, for its owner only. */
export const PURPOSES = ['photo', 'receipt'] as const;
export type Purpose = (typeof PURPOSES)[number];

export const VARIANTS = ['original', 'thumbnail'] as const;
export type Variant = (typeof VARIANTS)[number];

/** Where an upload is kept in the bucket of photos, and whose it is. */
export interface PhotoKey {
  readonly purpose: Purpose;
  readonly eventId: string;
  /** Who was allowed to upload it: member key, or `guest`. */
  readonly member: string;
  readonly photo: string;
  readonly variant: Variant;
}

/** `photo/<eventId>/<member>/<photo>/<original|thumbnail>`. */
export const toPhotoKey = ({ purpose, eventId, member, photo, variant }: PhotoKey): string =>
  [purpose, eventId, member, photo, variant].join('/');

/** The parts of an object's key; undefined for a key that {@link toPhotoKey} does not make. */
export function readPhotoKey(key: string): PhotoKey | undefined {
  const { purpose, eventId, member, photo, variant } = KEY.exec(key)?.groups ?? {};
  if (!eventId || !member || !photo) return undefined;
  return { purpose: purpose as Purpose, eventId, member, photo, variant: variant as Variant };
}

const KEY = new RegExp(
  `^(?<purpose>${PURPOSES.join('|')})/(?<eventId>[0-9a-v]{20})/(?<member>[a-z][a-z0-9-]{0,39})` +
    `/(?<photo>[A-Za-z0-9_-]{16,64})/(?<variant>${VARIANTS.join('|')})$`,
);

/** What a camera or a phone makes, and a browser may show. */
export const PHOTO_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/heif'] as const;
export type PhotoType = (typeof PHOTO_TYPES)[number];
export const isPhotoType = (type: string): type is PhotoType =>
  (PHOTO_TYPES as readonly string[]).includes(type);

/** Bytes. */
export const MAX_SIZE: Readonly<Record<Variant, number>> = {
  original: 25 * 1024 * 1024,
  thumbnail: 300 * 1024,
};
/** Thumbnails are made by the browser, from a canvas. */
export const THUMBNAIL_TYPE = 'image/jpeg';
