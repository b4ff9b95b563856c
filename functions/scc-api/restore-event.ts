import { canonicalJson } from '#bookings/model/canonical.ts';
import type { Drift } from '#bookings/reconcile/drift.ts';
import type { NotificationTable } from '../adapters/notification-table.ts';
import { HttpProblem } from '../http.ts';
import type { AssignmentStore } from '../scc/assignment-store.ts';
import type { CrewRegistry } from '../scc/crew-registry.ts';
import type { EntryStore } from '../scc/entries/entry-store.ts';
import type { Entry } from '../scc/entries/entry.ts';
import { eventDrift, toldAs, type ReleasedEvent } from '../scc/event-drift.ts';
import type { EventStore, ReadEvent, RestoredEvent, StoredEvent } from '../scc/event-store.ts';
import { retold } from '../scc/retold.ts';
import { staleRevision } from '../stale-revision.ts';
import { putEvent, type EventPut } from './put-event.ts';

export interface RestoreDeps {
  readonly events: EventStore;
  readonly assignments: AssignmentStore;
  readonly entries: Pick<EntryStore, 'ofEvent'>;
  readonly notifications: Pick<NotificationTable, 'ofEvent'>;
  readonly registry: Pick<CrewRegistry, 'list'>;
  readonly now: () => Date;
}

/** How an event is not as it was released. */
export async function inspectEvent(wanted: ReleasedEvent, deps: RestoreDeps): Promise<Drift | null> {
  const { eventId } = wanted.event.view;
  const [read, assignments, entries] = await Promise.all([
    deps.events.read(eventId),
    deps.assignments.itemsOf(eventId),
    deps.entries.ofEvent(eventId),
  ]);
  return eventDrift(wanted, { ...read, assignments, entries });
}

/**
 * A PUT that says what people were last told, as the pipeline knows it. Where that is lost here, it is put back first, so
 * that nobody is told anew. A PUT of the very same asks for nothing else: the event as it was released.
 */
export async function putKnowing(known: ReleasedEvent, put: EventPut, deps: RestoreDeps): Promise<void> {
  const isRestoration = isSame([put.event, put.summary], [known.event, known.summary]);
  if (isRestoration || (await isForgotten(known, await deps.events.read(put.event.view.eventId), deps)))
    await restoreEvent(known, deps);
  if (!isRestoration) await putEvent(put, deps);
}

const isSame = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

/** Whether SCC has lost what people were last told, or somebody changed it: a release would tell them wrongly. */
async function isForgotten(
  known: ReleasedEvent,
  { item, event }: ReadEvent,
  { entries }: Pick<RestoreDeps, 'entries'>,
): Promise<boolean> {
  if (item === undefined || event === undefined) return true;
  // What SCC learnt since is no mistake.
  if (event.revision > known.revision) return false;
  if (event.told === null) return true;
  const as = toldAs(event.told, known, []);
  if (isSame(as, event.told)) return false;
  return !isSame(toldAs(event.told, known, await entries.ofEvent(known.event.view.eventId)), event.told);
}

/**
 * Puts back an event that was released, with what people know of it, and tells nobody. Assignments come first: an event
 * without them could not be released any more, should this process die between. Repeatable.
 */
async function restoreEvent(known: ReleasedEvent, deps: RestoreDeps): Promise<void> {
  const { view, createdTimestamp } = known.event;
  for (let round = 0; round < ROUNDS; round++) {
    const read = await deps.events.read(view.eventId);
    if (read.event !== undefined && read.event.revision > known.revision)
      throw staleRevision(
        { ours: known.revision, theirs: read.event.revision },
        'a newer revision is stored',
      );
    if (read.item !== undefined && read.item['created_timestamp'] !== createdTimestamp)
      throw new HttpProblem(409, 'The event exists', 'with another createdTimestamp, which is fixed');
    const revision = read.event?.revision ?? known.revision;
    await deps.assignments.store(known.event, revision);
    const entries = await deps.entries.ofEvent(view.eventId);
    const released = { ...known, revision };
    const restored = read.event?.told
      ? toldAgain(read.event, released, entries)
      : await toldAnew(read, released, entries, deps);
    if (await deps.events.restore(restored, read)) return;
  }
  throw new HttpProblem(503, 'The crew is signing up right now', 'try again in a moment');
}

/** How often it starts over because somebody signed up or declined meanwhile. */
const ROUNDS = 3;

const base = ({ revision, event, summary }: ReleasedEvent) => ({
  createdTimestamp: event.createdTimestamp,
  revision,
  view: event.view,
  summary,
});

function toldAgain(stored: StoredEvent, known: ReleasedEvent, entries: readonly Entry[]): RestoredEvent {
  const { signUps, released, told } = stored;
  return {
    ...base(known),
    told: toldAs(told!, known, entries),
    released: withRevision(released, known.revision),
    signUps,
    counters: {},
  };
}

const withRevision = (released: readonly number[], revision: number): number[] =>
  [...new Set([...released, revision])].toSorted((one, other) => one - other);

async function toldAnew(
  { event: stored }: ReadEvent,
  known: ReleasedEvent,
  entries: readonly Entry[],
  { notifications, registry, now }: RestoreDeps,
): Promise<RestoredEvent> {
  const names = new Map((await registry.list()).map(({ key, name }) => [key, name]));
  const { told, signUps, signUpChanges, released } = retold(
    { revision: known.revision, event: known.event.view, summary: known.summary },
    {
      intents: await notifications.ofEvent(known.event.view.eventId),
      entries,
      nameOf: (member) => names.get(member) ?? member,
      now: now().toISOString(),
    },
  );
  if (stored !== undefined) return { ...base(known), told, released, signUps: stored.signUps, counters: {} };
  const hasExpenses = entries.some(({ kind }) => kind === 'expense');
  // Counted per expense, so that seconds are above all that it can have been: the board refuses a lower one.
  const expenses = hasExpenses ? Math.floor(now().getTime() / 1000) : 0;
  const counters = { sign_up_changes: signUpChanges, expenses_version: expenses };
  return { ...base(known), told, released, signUps, counters };
}
