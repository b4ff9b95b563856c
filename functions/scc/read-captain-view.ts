import { readPay } from './answer-facts.ts';
import type { AssignmentStore } from './assignment-store.ts';
import { captainView, timesAround, type CaptainView } from './captain-view.ts';
import type { CrewRegistry } from './crew-registry.ts';
import type { EntryStore } from './entries/entry-store.ts';
import { foldEntries } from './entries/fold.ts';
import { isTold, type EventStore, type ToldEvent } from './event-store.ts';

export interface CaptainViewDeps {
  readonly events: Pick<EventStore, 'startingBetween'>;
  readonly assignments: Pick<AssignmentStore, 'payHistory'>;
  readonly entries: Pick<EntryStore, 'ofEvent'>;
  readonly registry: Pick<CrewRegistry, 'list'>;
}

/** What everyone said to a charter: for its captain and the operator only. */
export async function readCaptainView(event: ToldEvent, deps: CaptainViewDeps): Promise<CaptainView> {
  const { from, to } = timesAround(event);
  const [entries, payOf, contacts, others] = await Promise.all([
    deps.entries.ofEvent(event.eventId),
    readPay(event, deps.assignments),
    deps.registry.list(),
    deps.events.startingBetween(from, to),
  ]);
  return captainView({
    event,
    state: foldEntries(entries),
    payOf,
    contacts,
    others: others.filter(isTold),
  });
}
