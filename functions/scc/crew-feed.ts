import { effectiveView } from './answers.ts';
import type { ToldEvent } from './event-store.ts';
import type { FeedEntry } from './feed.ts';
import { placeOf } from './place.ts';

/** Undefined when it is none of the member's, now or formerly. */
export function feedEntryOf(event: ToldEvent, member: string): FeedEntry | undefined {
  const { told } = event;
  const view = effectiveView(event);
  const base = { eventId: event.eventId, vessel: view.vessel.name, berth: view.berth, at: told.at };
  const place = placeOf(view, member);
  if (place !== undefined) {
    const { start, end, zone, startsAt, endsAt, status, notes } = view;
    const { role } = place.position;
    const when = { start, end, zone, startsAt, endsAt };
    return { ...base, ...when, status, notes, invited: place.invited, role, sequence: told.eventRevision };
  }
  const former = told.former[member];
  if (former === undefined) return undefined;
  const { revision, ...when } = former;
  return { ...base, ...when, status: 'former', invited: false, role: null, sequence: revision };
}
