import { candidatesOf, withCandidates } from '#bookings/model/candidates.ts';
import { differences, type Difference } from '#bookings/model/differences.ts';
import type { EventSpec, EventView } from '#bookings/model/views/event.ts';
import type { SummaryView } from '#bookings/model/views/summary.ts';
import { aheadOf, MISSING, toDrift, type Drift } from '#bookings/reconcile/drift.ts';
import { assignmentDrift, type AssignmentItem } from './assignment-store.ts';
import type { Entry } from './entries/entry.ts';
import { storing } from './event-expressions.ts';
import type { ReadEvent, StoredEvent, Told } from './event-store.ts';
import { pinnedChecklists } from './pinned-checklists.ts';

/** An event as it was stored and released. */
export interface ReleasedEvent {
  readonly revision: number;
  readonly event: EventSpec;
  readonly summary: SummaryView;
}

/** All that there is of an event. */
export interface EventRemains extends ReadEvent {
  readonly assignments: readonly AssignmentItem[];
  readonly entries: readonly Entry[];
}

/** How a stored event is not as it was released. Nobody's pay is in it, only that it differs. Pure. */
export function eventDrift(wanted: ReleasedEvent, remains: EventRemains): Drift | null {
  const { item, event: stored } = remains;
  if (item === undefined) return MISSING;
  if (stored === undefined) return toDrift([{ path: 'item', from: 'unreadable', to: 'as released' }]);
  const { event, summary, revision } = wanted;
  const own = [
    ...differences(stored.view, event.view, 'view'),
    ...differences(stored.summary, summary, 'summary'),
  ];
  const paths = new Set(own.map(({ path }) => path.replace(/^view\./, '')));
  return toDrift([
    ...own,
    ...toldDrift(stored, wanted, remains.entries).filter(
      ({ path }) => !paths.has(path.replace(/^told\./, '')),
    ),
    ...indexDrift(item, wanted),
    ...assignmentDrift(event, stored.revision, remains.assignments),
    ...aheadOf(revision, stored.revision),
  ]);
}

/** What people see, which has to be what git says but for what SCC decides: whom it invites, and lists that were begun. */
export function toldAs(told: Told, { event, summary }: ReleasedEvent, entries: readonly Entry[]): Told {
  const checklists = pinnedChecklists(told.event.checklists, event.view.checklists, entries);
  const view = withCandidates({ ...event.view, checklists }, invitedOf(told.event, event.view));
  return { ...told, event: view, summary };
}

/** Nobody whom git does not name. */
function invitedOf(told: EventView, view: EventView) {
  const known = candidatesOf(told);
  return Object.fromEntries(
    Object.entries(candidatesOf(view)).map(([key, members]) => [
      key,
      members.filter((member) => known[key]?.includes(member)),
    ]),
  );
}

function toldDrift(stored: StoredEvent, wanted: ReleasedEvent, entries: readonly Entry[]): Difference[] {
  const { told, toldRevision, revision, released } = stored;
  if (told === null || toldRevision !== revision || !released.includes(revision))
    return [{ path: 'told', from: toldRevision, to: revision }];
  const as = toldAs(told, wanted, entries);
  return [
    ...differences(told.event, as.event, 'told'),
    ...differences(told.summary, as.summary, 'told.summary'),
  ];
}

/** Attributes beside the view, by which others find the event. */
function indexDrift(item: EventRemains['item'], wanted: ReleasedEvent): Difference[] {
  const {
    view: _view,
    summary: _summary,
    revision: _revision,
    ...values
  } = storing({
    ...wanted,
    createdTimestamp: wanted.event.createdTimestamp,
    view: wanted.event.view,
  }).values!;
  const attributes = Object.entries(values).map(([name, to]): Difference => {
    const attribute = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return { path: `attributes.${attribute}`, from: item?.[attribute], to };
  });
  return attributes.filter(({ from, to }) => from !== to);
}
