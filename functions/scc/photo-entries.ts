import type { Entry } from './entries/entry.ts';
import type { PhotoKey } from './photo-key.ts';

/** Id of the entry that says that an upload arrived, so that it can arrive only once: `thumbnail-<photo>`. */
export const arrivalIdOf = ({ purpose, photo, variant }: PhotoKey): string =>
  `${variant === 'thumbnail' ? variant : purpose}-${photo}`;

/** Whether a photo's id is already that of another upload: one id is one picture, of one person, for one purpose. */
export const isTaken = (entries: readonly Entry[], { purpose, member, photo }: PhotoKey): boolean =>
  entries.some(
    (entry) =>
      'photo' in entry &&
      entry.photo === photo &&
      ARRIVALS.has(entry.kind) &&
      (entry.member !== member || (entry.kind !== 'thumbnail' && entry.kind !== purpose)),
  );

const ARRIVALS: ReadonlySet<Entry['kind']> = new Set(['photo', 'receipt', 'thumbnail']);
