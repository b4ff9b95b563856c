import type { Checklist } from '#bookings/model/views/event.ts';
import type { Entry } from './entries/entry.ts';

/**
 * The checklists of a release: those that somebody began keep the texts that they were begun with, and stay even when
 * the vessel has them no more; the others are as git has them now.
 */
export function pinnedChecklists(
  released: readonly Checklist[],
  current: readonly Checklist[],
  entries: readonly Entry[],
): Checklist[] {
  const begun = new Set(entries.flatMap((entry) => ('list' in entry ? [entry.list] : [])));
  const pinned = new Map(released.filter(({ key }) => begun.has(key)).map((list) => [list.key, list]));
  const kept = current.map((list) => pinned.get(list.key) ?? list);
  const isKept = new Set(kept.map(({ key }) => key));
  return [...kept, ...[...pinned.values()].filter(({ key }) => !isKept.has(key))];
}
