import { GUEST_REFUSALS } from '#functions/scc/guest-photos.ts';
import type { PhotoType, Variant } from '#functions/scc/photo-key.ts';
import type { Permit } from '#site/photos/bring-up.ts';
import type { PhotoReason } from './photo-texts.ts';

export interface Photo {
  readonly photo: string;
  readonly type: PhotoType;
  /** Addresses that are good for 5 minutes. */
  readonly original: string;
  readonly thumbnail: string | null;
}

export interface PhotoList {
  /** Oldest first. */
  readonly photos: readonly Photo[];
  readonly count: number;
  readonly limit: number;
}

/** One object that asks to be let in; `size` in bytes. */
export interface Wanted {
  readonly photo: string;
  readonly variant: Variant;
  readonly type: PhotoType;
  readonly size: number;
}

/** Rejects with nothing but a {@link PhotoRefusal}. */
export interface PhotoApi {
  list(): Promise<PhotoList>;
  permits(uploads: readonly Wanted[]): Promise<readonly Permit[]>;
}

/** `unavailable`: no network, or a server in trouble; the same may pass later. Any other reason holds. */
export class PhotoRefusal extends Error {
  declare readonly message: PhotoReason;
}

export function refuse(reason: PhotoReason): never {
  throw new PhotoRefusal(reason);
}

export const reasonOf = (error: unknown): PhotoReason =>
  error instanceof PhotoRefusal ? error.message : 'invalid';

/** What the upload key of a page's link lets its holder ask for. */
export function createPhotoApi(pageId: string, key: string): PhotoApi {
  const ask = async (path: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`/api/g/${pageId}/${path}`, {
      ...init,
      headers: { 'content-type': 'application/json', 'x-upload-key': key },
      signal: AbortSignal.timeout(LONGEST_WAIT),
    }).catch(() => undefined);
    // What a hotel's network answers in our place is no JSON.
    const body: unknown = await response?.json().catch(() => undefined);
    return response?.ok && body !== undefined
      ? body
      : refuse(response?.status === 401 ? 'wrong-link' : toReason(body));
  };
  return {
    list: () => ask('photos') as Promise<PhotoList>,
    async permits(uploads) {
      const reply = await ask('presign', { method: 'POST', body: JSON.stringify({ uploads }) });
      return (reply as { uploads: readonly Permit[] }).uploads;
    },
  };
}

/** Milliseconds. */
const LONGEST_WAIT = 20_000;

const toReason = (problem: unknown): PhotoReason =>
  GUEST_REFUSALS.find((code) => code === (problem as { code?: unknown } | undefined)?.code) ?? 'unavailable';
