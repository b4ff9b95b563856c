import { HttpProblem } from '../http.ts';
import { latestPay, type AssignmentStore } from '../scc/assignment-store.ts';
import type { EventStore } from '../scc/event-store.ts';
import { staleRevision } from '../stale-revision.ts';
import { putEvent } from './put-event.ts';

/**
 * Cancels an event by hand, when the pipeline cannot. It is a PUT of the stored event with another status, so all
 * of its rules hold; git stays the source, and its next change of the booking has to take a higher revision.
 */
export async function cancelEvent(
  { eventId, revision }: { eventId: string; revision: number },
  deps: { events: EventStore; assignments: AssignmentStore },
): Promise<{ eventId: string; revision: number }> {
  const stored = await deps.events.find(eventId);
  if (stored === undefined) throw new HttpProblem(404, 'There is no such event');
  const repeated = stored.revision === revision && stored.view.status === 'cancelled';
  if (stored.revision >= revision && !repeated)
    throw staleRevision({ ours: revision, theirs: stored.revision }, 'take a revision above the stored one');
  const history = await deps.assignments.payHistory(eventId);
  const pay = latestPay(history, stored.view.crew, revision);
  if (pay === undefined)
    throw new HttpProblem(409, 'The event is not complete', 'its PUT was interrupted: repeat it first');
  const view = { ...stored.view, status: 'cancelled' as const };
  const summary = { ...stored.summary, status: 'cancelled' as const };
  await putEvent(
    { revision, event: { createdTimestamp: stored.createdTimestamp, view, pay }, summary },
    deps,
  );
  return { eventId, revision };
}
