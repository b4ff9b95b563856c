import { allCandidates, withActiveCandidates } from '#bookings/model/candidates.ts';
import { canonicalJson } from '#bookings/model/canonical.ts';
import type { Telling } from '#bookings/model/notifications.ts';
import type { Checklist, EventView, Pay } from '#bookings/model/views/event.ts';
import { HttpProblem } from '../http.ts';
import { payAt, type AssignmentStore, type PayHistory } from '../scc/assignment-store.ts';
import type { CrewRegistry } from '../scc/crew-registry.ts';
import type { EntryStore } from '../scc/entries/entry-store.ts';
import type { StoredEvent } from '../scc/event-store.ts';
import { pinnedChecklists } from '../scc/pinned-checklists.ts';

export interface TellingDeps {
  readonly assignments: AssignmentStore;
  readonly registry: CrewRegistry;
  readonly entries: Pick<EntryStore, 'ofEvent'>;
}

/**
 * What people know and what is true now. An open position invites active members only, so `told` is stored with
 * those who really were invited: who becomes active later is then new, and nobody hears of a place never offered.
 */
export async function tellings(
  event: StoredEvent,
  deps: TellingDeps,
): Promise<{ told: Telling | null; view: Telling }> {
  const history = await deps.assignments.payHistory(event.eventId);
  const pay = payAt(history, event.view.crew, event.revision);
  if (pay === undefined)
    throw new HttpProblem(409, 'The event is not complete', 'its PUT was interrupted: repeat it first');
  const { told, toldRevision } = event;
  const invitable = { active: await activeCandidates(event, deps.registry), signUps: event.signUps };
  const current = { ...event.view, checklists: await checklistsOf(event, deps) };
  const view = { event: withActiveCandidates(current, invitable), pay, summary: event.summary };
  if (told === null || toldRevision === null) return { told: null, view };
  const knownPay = toldPay(history, told.event, toldRevision);
  const known = withActiveCandidates(told.event, invitable);
  return { told: { event: known, pay: knownPay, summary: told.summary }, view };
}

function toldPay(history: PayHistory, told: EventView, revision: number): Pay {
  const pay = payAt(history, told.crew, revision);
  if (pay === undefined) throw new Error(`pay of told revision ${revision} of ${told.eventId} is gone`);
  return pay;
}

/** Entries are asked for only when git has other checklists than people have. */
async function checklistsOf({ eventId, view, told }: StoredEvent, deps: TellingDeps): Promise<Checklist[]> {
  if (told === null || canonicalJson(told.event.checklists) === canonicalJson(view.checklists))
    return view.checklists;
  return pinnedChecklists(told.event.checklists, view.checklists, await deps.entries.ofEvent(eventId));
}

async function activeCandidates(
  { view, told }: StoredEvent,
  registry: CrewRegistry,
): Promise<ReadonlySet<string>> {
  const candidates = allCandidates(told === null ? [view] : [view, told.event]);
  const inactive = new Set(await unreachable(candidates, registry));
  return new Set(candidates.filter((member) => !inactive.has(member)));
}

/** Those who cannot be mailed: not in the registry, or not active. */
export async function unreachable(members: readonly string[], registry: CrewRegistry): Promise<string[]> {
  const each = [...new Set(members)].toSorted();
  const contacts = await Promise.all(each.map((member) => registry.find(member)));
  return each.filter((_, index) => contacts[index]?.active !== true);
}
