import { compareInstants, shiftInstant } from '#bookings/model/time.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import { isCaptainOf } from '../scc/captain-view.ts';
import type { EntryStore } from '../scc/entries/entry-store.ts';
import { foldEntries } from '../scc/entries/fold.ts';
import { WRITABLE_HOURS, type EntryContext } from '../scc/entries/refusal.ts';
import type { EventStore, ToldEvent } from '../scc/event-store.ts';
import { ownCharter } from './own-charter.ts';

export interface EntryDeps {
  readonly events: Pick<EventStore, 'find' | 'markExpenses'>;
  readonly entries: EntryStore;
  readonly now: () => Date;
}

/** A charter's entries as a member of its crew finds them. */
export interface EventLog extends EntryContext {
  readonly event: ToldEvent;
  /** What the crew sees. */
  readonly view: EventView;
  /** On board, and not merely invited: may write. */
  readonly isOnBoard: boolean;
}

/** 403 for who has neither a place nor an invitation, and just so when there is no such event. */
export async function openLog(
  { eventId, member }: { eventId: string; member: string },
  { events, entries, now }: EntryDeps,
): Promise<EventLog> {
  const { event, view, place } = await ownCharter(eventId, member, events);
  const all = await entries.ofEvent(eventId);
  const until = shiftInstant(view.endsAt, WRITABLE_HOURS);
  return {
    event,
    view,
    member,
    isOnBoard: !place.invited,
    isCaptain: isCaptainOf(view, member),
    checklists: view.checklists,
    isOver: compareInstants(now().toISOString(), until) > 0,
    entries: all,
    state: foldEntries(all),
  };
}
