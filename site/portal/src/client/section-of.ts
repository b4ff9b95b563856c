import type { Entry } from '#functions/scc/entries/entry.ts';
import { foldEntries } from '#functions/scc/entries/fold.ts';
import type { Section, Unsent as Status } from '../views/section.ts';
import type { Charter } from './charter.ts';
import type { Unsent } from './queue.ts';

/** What a page shows of the entries that the server has, with those of this device that it has not. */
export function sectionOf(charter: Charter, entries: readonly Entry[], outbox: readonly Unsent[]): Section {
  const { entries: _entries, photosOrigin: _origin, isOver: _isOver, ...shared } = charter;
  const known = new Set(entries.map(({ id }) => id));
  // One that is in both was taken by the server just before this device could note it.
  const unsent = outbox.filter(
    ({ eventId, entry }) =>
      eventId === charter.eventId && entry.member === charter.me && !known.has(entry.id),
  );
  return {
    ...shared,
    state: foldEntries([...entries, ...unsent.map(({ entry }) => entry)]),
    unsent: new Map(unsent.map((each) => [each.entry.id, statusOf(each)])),
  };
}

const statusOf = ({ refusal }: Unsent): Status =>
  refusal === null ? { status: 'pending' } : { status: 'failed', reason: refusal };
