import { compareInstants, type Instant } from '#bookings/model/time.ts';
import type { EntryStore } from '../scc/entries/entry-store.ts';
import { isTold, type EventStore, type ToldEvent } from '../scc/event-store.ts';
import { guestRoom, photosUntil } from '../scc/guest-gallery.ts';
import { GUEST } from '../scc/guest-photos.ts';
import { guestRefusal } from './guest-refusal.ts';
import type { UploadLog } from './uploads.ts';

export interface GuestLogDeps {
  readonly events: Pick<EventStore, 'findByPage'>;
  readonly entries: Pick<EntryStore, 'ofEvent'>;
  readonly now: () => Date;
}

/** A charter's entries as its guests find them: they see of it what guests sent, and nothing else. */
export interface GuestLog extends UploadLog {
  readonly until: Instant;
}

/** 409 while the charter is not on, as people were told, and a week after its end. */
export async function openGuestLog(
  pageId: string,
  { events, entries, now }: GuestLogDeps,
): Promise<GuestLog> {
  const event = (await events.findByPage(pageId)).filter(isTold).find((one) => isOn(one, pageId));
  if (event === undefined) throw guestRefusal('not-on');
  const until = photosUntil(event);
  if (compareInstants(now().toISOString(), until) > 0) throw guestRefusal('too-late');
  return { event, member: GUEST, until, entries: await entries.ofEvent(event.eventId) };
}

const isOn = ({ told: { event } }: ToldEvent, pageId: string): boolean =>
  event.pageId === pageId && event.status === 'confirmed';

/** Throws when these photos would be more than a charter takes; those that arrived already take no room. */
export function refuseTooMany({ entries }: GuestLog, photos: readonly string[]): void {
  const { more, left } = guestRoom(entries, photos);
  if (more <= left) return;
  if (left === 0) throw guestRefusal('too-many');
  const room = left === 1 ? 'one more photo' : `${left} more photos`;
  throw guestRefusal('too-many', { detail: `There is room for ${room} of this charter, and no more.` });
}
