import { reasonOf, type PhotoApi, type PhotoList } from './photo-api.ts';
import type { PhotoReason } from './photo-texts.ts';

/** What the server last said of the photos. */
export interface PhotoLists {
  /** Asks again; false when there was no list to be had. */
  look(): Promise<boolean>;
  last(): PhotoList | undefined;
  /** Whether the addresses in the last list may lead nowhere by now, or are older than that; in milliseconds. */
  isStale(after?: number): boolean;
}

export function createPhotoLists(
  api: Pick<PhotoApi, 'list'>,
  heard: { readonly list: (list: PhotoList) => void; readonly refusal: (reason: PhotoReason) => void },
): PhotoLists {
  let last: PhotoList | undefined;
  let askedAt = 0;
  let asking: Promise<boolean> | undefined;
  const ask = async (): Promise<boolean> => {
    const now = Date.now();
    try {
      last = await api.list();
      askedAt = now;
    } catch (error) {
      heard.refusal(reasonOf(error));
      return false;
    } finally {
      asking = undefined;
    }
    heard.list(last);
    return true;
  };
  return {
    // Many pictures may miss their addresses at once.
    look: () => (asking ??= ask()),
    last: () => last,
    isStale: (after = GOOD_FOR) => Date.now() - askedAt > after,
  };
}

/** A little less than the 5 minutes that addresses live. */
const GOOD_FOR = 4.5 * 60_000;
