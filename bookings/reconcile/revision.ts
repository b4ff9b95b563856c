import type { Artefact, SpecHashes } from '../model/views.ts';
import type { ArtefactRecord, BookingRecord } from './ledger.ts';

/** The revision that a reservation of this target gives: the same on a retry, else the next. */
export const revisionFor = (record: BookingRecord | undefined, target: string): number =>
  record === undefined ? 1 : record.target === target ? record.revision : record.revision + 1;

/** The revision at which a view last changed, should it be applied now: kept while the view is the same. */
export function revisionOf(
  applied: ArtefactRecord | undefined,
  { hashes }: { readonly hashes: SpecHashes },
  artefact: Artefact,
  next: number,
): number {
  if (applied === undefined) return next;
  const known = applied.attempt ?? applied;
  return known.hash === hashes[artefact] ? known.revision : next;
}
