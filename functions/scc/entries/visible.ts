import type { Entry } from './entry.ts';

/**
 * What a member of the crew may read of an event's entries: all but the expenses, receipts, answers and looks of
 * others. The captain's overview of answers is apart.
 */
export function visibleEntries(entries: readonly Entry[], member: string): Entry[] {
  const photos = new Set(entries.filter(({ kind }) => kind === 'photo').map(photoOf));
  return entries.filter((entry) => {
    if (entry.member === member) return true;
    if (OWN.has(entry.kind)) return false;
    // A thumbnail may be of a receipt, and may come before it.
    return !OF_EITHER.has(entry.kind) || photos.has(photoOf(entry));
  });
}

const OWN: ReadonlySet<Entry['kind']> = new Set(['expense', 'receipt', 'answer', 'seen']);
const OF_EITHER: ReadonlySet<Entry['kind']> = new Set(['thumbnail', 'photo-removed']);

const photoOf = (entry: Entry): string | undefined => ('photo' in entry ? entry.photo : undefined);
