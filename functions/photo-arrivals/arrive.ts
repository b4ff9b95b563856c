import { compareInstants, shiftInstant } from '#bookings/model/time.ts';
import { UPLOAD_SECONDS, type PhotoBucket } from '../adapters/photos-s3.ts';
import type { Log } from '../log.ts';
import type { Entry, EntryContent } from '../scc/entries/entry.ts';
import type { EntryStore } from '../scc/entries/entry-store.ts';
import { foldEntries } from '../scc/entries/fold.ts';
import { isTold, type EventStore, type StoredEvent, type ToldEvent } from '../scc/event-store.ts';
import { guestRoom, photosUntil } from '../scc/guest-gallery.ts';
import { GUEST } from '../scc/guest-photos.ts';
import { arrivalIdOf, isTaken } from '../scc/photo-entries.ts';
import {
  isPhotoType,
  readPhotoKey,
  THUMBNAIL_TYPE,
  type PhotoKey,
  type PhotoType,
} from '../scc/photo-key.ts';
import { isOfType, MAGIC_LENGTH } from './magic-bytes.ts';
import type { Upload } from './read-event.ts';

export interface ArriveDeps {
  readonly photos: PhotoBucket;
  readonly events: Pick<EventStore, 'find'>;
  readonly entries: EntryStore;
  readonly now: () => Date;
  readonly log: Log;
}

/**
 * Takes an upload into the event's log when it is the picture that it was announced as, and removes it otherwise.
 * Events repeat and overtake each other: each looks at the version that it is about, and its entry's id follows from
 * the key, so that a repetition changes nothing. Whose it is the key says, which scc-api signed for who had a place
 * then: they may have lost it since.
 */
export async function arrive(upload: Upload, deps: ArriveDeps): Promise<void> {
  const key = readPhotoKey(upload.key);
  const event = key && (await deps.events.find(key.eventId));
  // Nothing that scc-api signs is so: somebody with rights on the bucket put it there, and has to take it away.
  if (key === undefined || event === undefined)
    return deps.log.warn('an object that is no upload was left alone');
  const about = { eventId: key.eventId, kind: `${key.purpose} ${key.variant}` };
  const found = await deps.photos.peek(upload, MAGIC_LENGTH);
  if (found === undefined) return deps.log.info('upload is gone', about);
  const outcome = await record({ key, event, at: upload.at }, found, deps);
  if (outcome in REFUSALS) await deps.photos.remove(upload);
  deps.log.info(outcome in REFUSALS ? 'upload removed' : 'upload arrived', { ...about, state: outcome });
}

/** Why an upload does not stay. */
const REFUSALS = {
  'wrong type': 'a type that nobody was allowed to send',
  'wrong content': 'the bytes are not of the type',
  conflict: 'the id is that of another picture',
  'too late': 'a guest’s form was good until then at the latest',
  'too many': 'the guests of the charter have sent as many as fit',
} as const;
type Outcome = keyof typeof REFUSALS | 'stored' | 'duplicate';

interface Arrival {
  readonly key: PhotoKey;
  readonly event: StoredEvent;
  /** Instant. */
  readonly at: string;
}

async function record(
  arrival: Arrival,
  { bytes, type }: { bytes: Uint8Array; type: string },
  { entries, now }: ArriveDeps,
): Promise<Outcome> {
  const { key, at } = arrival;
  if (!isPhotoType(type) || (key.variant === 'thumbnail' && type !== THUMBNAIL_TYPE)) return 'wrong type';
  if (!isOfType(bytes, type)) return 'wrong content';
  const known = await entries.ofEvent(key.eventId);
  if (isTaken(known, key)) return 'conflict';
  const refusal = key.member === GUEST ? refuseGuests(arrival, known) : undefined;
  if (refusal !== undefined) return refusal;
  const entry: Entry = {
    id: arrivalIdOf(key),
    member: key.member,
    lamport: foldEntries(known).lamport + 1,
    at,
    receivedAt: now().toISOString(),
    ...contentOf(key, type),
  };
  return entries.append(key.eventId, entry);
}

/** As scc-api asked when it signed: but forms that it gave to several at once may be more than there is room for. */
function refuseGuests({ key, event, at }: Arrival, known: readonly Entry[]): Outcome | undefined {
  // Told again after the charter moved, what was taken stays.
  if (known.some(({ id }) => id === arrivalIdOf(key))) return undefined;
  if (!isTold(event) || compareInstants(at, lastForms(event)) > 0) return 'too late';
  const { more, left } = guestRoom(known, [key.photo]);
  return more > left ? 'too many' : undefined;
}

/** Until when the last forms of guests are good. */
const lastForms = (event: ToldEvent): string => shiftInstant(photosUntil(event), UPLOAD_SECONDS / 3600);

const contentOf = ({ purpose, photo, variant }: PhotoKey, type: PhotoType): EntryContent =>
  variant === 'thumbnail' ? { kind: 'thumbnail', photo } : { kind: purpose, photo, type };
