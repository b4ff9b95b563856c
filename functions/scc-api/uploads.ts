import { compareInstants, shiftInstant } from '#bookings/model/time.ts';
import type { PhotoSigner, UploadForm } from '../adapters/photos-s3.ts';
import { HttpProblem } from '../http.ts';
import type { Entry } from '../scc/entries/entry.ts';
import { foldEntries, type PhotoState } from '../scc/entries/fold.ts';
import { LINK_HOURS } from '../scc/links.ts';
import { arrivalIdOf, isTaken } from '../scc/photo-entries.ts';
import {
  MAX_SIZE,
  THUMBNAIL_TYPE,
  toPhotoKey,
  type PhotoKey,
  type PhotoType,
  type Purpose,
  type Variant,
} from '../scc/photo-key.ts';
import type { EventLog } from './event-log.ts';

export interface WantedUpload extends Pick<PhotoKey, 'purpose' | 'variant' | 'photo'> {
  readonly type: PhotoType;
}

/** `arrived`: it is there already, which is as good. `taken`: the id is that of another picture. */
export type UploadOutcome = Pick<PhotoKey, 'photo' | 'variant'> &
  (({ readonly status: 'ready' } & UploadForm) | { readonly status: 'arrived' | 'taken' });

/**
 * A form for each upload that has not arrived. A photo is of a charter that takes place; receipts are taken of a
 * cancelled one too, as it may have cost. 403 for who is not on board, 409 when it is too late or cancelled.
 */
export async function signUploads(
  log: EventLog,
  wanted: readonly WantedUpload[],
  { photos, now }: { readonly photos: PhotoSigner; readonly now: () => Date },
): Promise<UploadOutcome[]> {
  if (!log.isOnBoard) throw new HttpProblem(403, 'Only those on board send photos');
  const isOver = compareInstants(now().toISOString(), shiftInstant(log.view.endsAt, LINK_HOURS)) > 0;
  if (isOver) throw new HttpProblem(409, 'Too late for photos', 'the charter is over for more than a week');
  if (log.view.status !== 'confirmed' && wanted.some(({ purpose }) => purpose === 'photo'))
    throw new HttpProblem(409, 'This charter is not on', 'only receipts are taken');
  return signForms(log, wanted, photos);
}

/** A form for each upload that has not arrived; whether its sender may, and still may, was asked before. */
export const signForms = (
  log: UploadLog,
  wanted: readonly WantedUpload[],
  photos: PhotoSigner,
): Promise<UploadOutcome[]> => Promise.all(wanted.map((upload) => signUpload(log, upload, photos)));

/** Under whose name uploads are taken, and what is there already. */
export type UploadLog = Pick<EventLog, 'event' | 'member' | 'entries'>;

async function signUpload(
  { event, member, entries }: UploadLog,
  { type, ...upload }: WantedUpload,
  photos: PhotoSigner,
): Promise<UploadOutcome> {
  const key: PhotoKey = { ...upload, eventId: event.eventId, member };
  const { photo, variant } = key;
  if (isTaken(entries, key)) return { photo, variant, status: 'taken' };
  if (entries.some(({ id }) => id === arrivalIdOf(key))) return { photo, variant, status: 'arrived' };
  const form = await photos.signUpload({ key: toPhotoKey(key), type, maxSize: MAX_SIZE[variant] });
  return { photo, variant, status: 'ready', ...form };
}

/** Where a picture is, and as what it is shown: as the type that its arrival found, whatever the object says of itself. */
export interface ShownPhoto {
  readonly key: string;
  readonly type: string;
}

export const shownPhoto = (
  eventId: string,
  { member, photo, type }: Pick<PhotoState, 'member' | 'photo' | 'type'>,
  variant: Variant,
  purpose: Purpose = 'photo',
): ShownPhoto => ({
  key: toPhotoKey({ purpose, eventId, member, photo, variant }),
  type: variant === 'thumbnail' ? THUMBNAIL_TYPE : type,
});

/**
 * A picture of an event. Receipts are their owner's only; `member` is absent for the service. 404 for what is not (or
 * not yet) there, 410 for what was removed.
 */
export function findPhoto(
  entries: readonly Entry[],
  { eventId, photo, variant }: { eventId: string; photo: string; variant: Variant },
  member?: string,
): ShownPhoto {
  const arrival = entries.find(
    (entry) => (entry.kind === 'photo' || entry.kind === 'receipt') && entry.photo === photo,
  );
  const isVisible = arrival?.kind === 'photo' || member === undefined || arrival?.member === member;
  if (arrival === undefined || !isVisible || !('type' in arrival)) throw noPhoto();
  const { photos, receipts } = foldEntries(entries);
  const state = [...photos, ...receipts].find((one) => one.photo === photo);
  if (state === undefined) throw new HttpProblem(410, 'This photo was removed');
  if (variant === 'thumbnail' && !state.hasThumbnail) throw noPhoto();
  return shownPhoto(eventId, arrival, variant, arrival.kind);
}

const noPhoto = (): HttpProblem => new HttpProblem(404, 'There is no such photo');
