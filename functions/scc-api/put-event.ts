import { canonicalJson } from '#bookings/model/canonical.ts';
import type { EventSpec } from '#bookings/model/views/event.ts';
import type { SummaryView } from '#bookings/model/views/summary.ts';
import { HttpProblem } from '../http.ts';
import { payAt, type AssignmentStore, type PayHistory } from '../scc/assignment-store.ts';
import type { EventStore, StoredEvent } from '../scc/event-store.ts';
import { staleRevision } from '../stale-revision.ts';

export interface EventPut {
  readonly revision: number;
  readonly event: EventSpec;
  readonly summary: SummaryView;
}

/**
 * Stores an event beside what people were last told; tells nobody. Repeatable after a crash at any point: the
 * event goes first and claims the revision, the assignments follow, and a release asks that all of them are there.
 */
export async function putEvent(
  { revision, event, summary }: EventPut,
  { events, assignments }: { events: EventStore; assignments: AssignmentStore },
): Promise<void> {
  const { view, createdTimestamp } = event;
  const stored = await events.find(view.eventId);
  if (stored !== undefined) {
    // Only a released revision needs its pay compared.
    const history = stored.toldRevision === revision ? await assignments.payHistory(view.eventId) : {};
    refuseConflict(stored, { revision, event, summary }, history);
  }
  if (!(await events.store({ createdTimestamp, revision, view, summary })))
    throw await newerRevision(view.eventId, revision, events);
  await assignments.store(event, revision);
  const now = await events.find(view.eventId);
  if (now?.revision !== revision) throw await newerRevision(view.eventId, revision, events);
}

function refuseConflict(
  stored: StoredEvent,
  { revision, event, summary }: EventPut,
  history: PayHistory,
): void {
  if (stored.createdTimestamp !== event.createdTimestamp)
    throw new HttpProblem(409, 'The event exists', 'with another createdTimestamp, which is fixed');
  // Told once is told: the same revision cannot come to mean something else afterwards.
  const pay = payAt(history, stored.view.crew, revision);
  const held = canonicalJson([stored.view, stored.summary, pay]);
  const same = held === canonicalJson([event.view, summary, event.pay]);
  if (stored.toldRevision === revision && !same)
    throw staleRevision(
      { ours: revision, theirs: stored.revision },
      'this revision was released with other content',
    );
}

async function newerRevision(eventId: string, ours: number, events: EventStore): Promise<HttpProblem> {
  const theirs = (await events.find(eventId))?.revision ?? ours;
  return staleRevision({ ours, theirs }, 'a newer revision is stored');
}
