import { createHash } from 'node:crypto';
import { canonicalJson } from '#bookings/model/canonical.ts';
import { base32hex } from '#bookings/model/ids.ts';
import { HttpProblem } from '../http.ts';
import type { EntryStore } from '../scc/entries/entry-store.ts';
import type { Entry, EntryOf } from '../scc/entries/entry.ts';
import { foldEntries } from '../scc/entries/fold.ts';
import type { EventStore } from '../scc/event-store.ts';
import { shownOf } from '../scc/seen.ts';
import { ownCharter, type OwnCharter } from './own-charter.ts';

export interface LookDeps {
  readonly events: Pick<EventStore, 'find'>;
  readonly entries: EntryStore;
  readonly now: () => Date;
}

/** A member says that they have seen the charter as it is now. Repeatable. */
export async function look(
  { eventId, member, id }: { eventId: string; member: string; id: string },
  deps: LookDeps,
): Promise<void> {
  const charter = await ownCharter(eventId, member, deps.events);
  const entries = await deps.entries.ofEvent(eventId);
  const known = entries.find((entry) => entry.id === id);
  if (known === undefined) return appendLook({ charter, member, id, entries }, deps);
  if (known.member !== member || known.kind !== 'seen') throw takenId();
}

/** An answer is a look as well. */
export const lookIdOf = (answer: string): string =>
  `seen-${base32hex(createHash('sha256').update(answer).digest()).slice(0, 32)}`;

/** Nothing is written when the last look saw the same. */
export async function appendLook(
  look: { charter: OwnCharter; member: string; id: string; entries: readonly Entry[] },
  { entries, now }: Pick<LookDeps, 'entries' | 'now'>,
): Promise<void> {
  const { charter, member, id } = look;
  const { lamport, seen } = foldEntries(look.entries);
  const content = {
    kind: 'seen' as const,
    revision: charter.event.toldRevision,
    shown: shownOf(charter.view, charter.place.position),
  };
  if (isSame(seen[member], content)) return;
  const at = now().toISOString();
  const entry: Entry = { id, member, lamport: lamport + 1, at, receivedAt: at, ...content };
  await entries.append(charter.event.eventId, entry);
}

export const takenId = (): HttpProblem =>
  new HttpProblem(409, 'The id is taken', 'by another entry of this charter', { notice: 'refused' });

const isSame = (
  last: EntryOf<'seen'> | undefined,
  { revision, shown }: Pick<EntryOf<'seen'>, 'revision' | 'shown'>,
): boolean =>
  last !== undefined && canonicalJson([last.revision, last.shown]) === canonicalJson([revision, shown]);
