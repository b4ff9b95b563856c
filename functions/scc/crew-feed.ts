import { effectiveView } from './answers.ts';
import type { Former, ToldEvent } from './event-store.ts';
import type { FeedEntry } from './feed.ts';
import { placeOf } from './place.ts';

/** Undefined when it is none of the member's, now or formerly. */
export function feedEntryOf(event: ToldEvent, member: string): FeedEntry | undefined {
  const { told, signUpChanges } = event;
  const view = effectiveView(event);
  const base = { eventId: event.eventId, vessel: view.vessel.name, berth: view.berth, at: told.at };
  const place = placeOf(view, member);
  if (place !== undefined) {
    const { start, end, zone, startsAt, endsAt, status, notes } = view;
    const { role } = place.position;
    const when = { start, end, zone, startsAt, endsAt };
    const sequence = told.eventRevision + signUpChanges;
    return { ...base, ...when, status, notes, invited: place.invited, role, sequence };
  }
  const former = formerOf(event, member);
  if (former === undefined) return undefined;
  const { revision, ...when } = former;
  const sequence = revision + signUpChanges;
  return { ...base, ...when, status: 'former', invited: false, role: null, sequence };
}

/** Also of an invitation that a colleague was faster to accept: what was in the calendar has to be taken out. */
function formerOf({ told }: ToldEvent, member: string): Former | undefined {
  if (told.former[member] !== undefined || told.places[member] === undefined) return told.former[member];
  const { start, end, zone, startsAt, endsAt } = told.event;
  return { revision: told.eventRevision, start, end, zone, startsAt, endsAt };
}
