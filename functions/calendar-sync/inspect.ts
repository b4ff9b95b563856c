import { aheadOf, MISSING, toDrift, type Drift } from '#bookings/reconcile/drift.ts';
import { differences, type Difference } from '#bookings/model/differences.ts';
import type { RemoteEntry } from './calendars.ts';
import type { EntryBody, EntryContent } from './entry.ts';
import { shownTimes } from './listing.ts';

/**
 * How an entry is not what was written. All that is written counts; colours, reminders and what else people add for
 * themselves do not. `wanted` is null for an entry that should not be there.
 */
export function inspectEntry(entry: RemoteEntry | undefined, wanted: EntryBody | null): Drift | null {
  const isThere = entry !== undefined && !entry.isDeleted;
  if (wanted === null) return isThere ? toDrift([NOT_DELETED]) : null;
  if (!isThere) return MISSING;
  const { revision, ...marks } = wanted.extendedProperties.private;
  const { revision: theirs = '0', ...found } = entry.properties;
  return toDrift([
    ...differences(toShown(entry.content), toShown(wanted)),
    // What it says about itself is for this function alone.
    ...differences(found, marks).map(({ path }) => ({ path: `private.${path}`, from: null, to: null })),
    ...aheadOf(Number(revision), Number(theirs)),
  ]);
}

const NOT_DELETED: Difference = { path: 'status', from: 'present', to: 'deleted' };

/** An entry in the words of whoever looks at a calendar. */
const toShown = ({ summary, description, transparency, ...times }: EntryContent) => ({
  title: summary,
  description,
  ...shownTimes(times),
  free: transparency === 'transparent',
});
