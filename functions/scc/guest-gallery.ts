import { shiftInstant, type Instant } from '#bookings/model/time.ts';
import type { Entry } from './entries/entry.ts';
import { foldEntries, type PhotoState } from './entries/fold.ts';
import type { ToldEvent } from './event-store.ts';
import { GUEST, GUEST_PHOTO_LIMIT, PHOTO_HOURS } from './guest-photos.ts';

/** Until when guests send photos of a charter and see them: it moves with the charter. */
export const photosUntil = ({ told }: ToldEvent): Instant => shiftInstant(told.event.endsAt, PHOTO_HOURS);

/**
 * What guests see: the photos of guests, in order of arrival. Of uploads that arrive at the same moment all may find room
 * for one, so the log can have a few more than the limit: of those the first ones are shown, and the rest to no guest.
 */
export const guestPhotos = (entries: readonly Entry[]): PhotoState[] =>
  foldEntries(entries)
    .photos.filter(({ member }) => member === GUEST)
    .toSorted(byArrival)
    .slice(0, GUEST_PHOTO_LIMIT);

const byArrival = (one: PhotoState, other: PhotoState): number =>
  Date.parse(one.at) - Date.parse(other.at) || (one.entry < other.entry ? -1 : 1);

export interface GuestRoom {
  /** Of those asked about, how many would come on top of what is there. */
  readonly more: number;
  /** How many still fit. */
  readonly left: number;
}

/**
 * What photos with these ids take of the room that a charter has for its guests. A thumbnail counts as its photo, also
 * while that is on the way; what the crew took away leaves its room to others, and its id does not count again.
 */
export function guestRoom(entries: readonly Entry[], photos: readonly string[] = []): GuestRoom {
  const arrived = idsOf(entries, ({ kind, member }) => member === GUEST && ARRIVALS.has(kind));
  const removed = idsOf(entries, ({ kind }) => kind === 'photo-removed');
  const count = [...arrived].filter((photo) => !removed.has(photo)).length;
  return {
    more: [...new Set(photos)].filter((photo) => !arrived.has(photo)).length,
    left: Math.max(0, GUEST_PHOTO_LIMIT - count),
  };
}

const ARRIVALS: ReadonlySet<Entry['kind']> = new Set(['photo', 'thumbnail']);

const idsOf = (entries: readonly Entry[], isMeant: (entry: Entry) => boolean): Set<string> =>
  new Set(entries.flatMap((entry) => ('photo' in entry && isMeant(entry) ? entry.photo : [])));
