import type { EntryStore } from '../scc/entries/entry-store.ts';
import type { Entry } from '../scc/entries/entry.ts';
import { foldEntries, type Stamp } from '../scc/entries/fold.ts';
import type { EventStore } from '../scc/event-store.ts';
import { takenId } from './look.ts';
import { captainsCharter } from './own-charter.ts';
import type { Principal } from './principal.ts';

export interface CloseDeps {
  readonly events: Pick<EventStore, 'find'>;
  readonly entries: EntryStore;
  readonly now: () => Date;
}

/** Closes a charter, which makes its expenses final, or opens it again. Repeatable. Answers the close that holds then. */
export async function closeOrOpen(
  request: { eventId: string; principal: Principal | undefined; id: string; kind: 'close' | 'open' },
  deps: CloseDeps,
): Promise<Stamp | null> {
  const { eventId, principal, id, kind } = request;
  await captainsCharter(eventId, principal, deps.events);
  const member = principal?.kind === 'crew' ? principal.member.key : 'operator';
  const entries = await deps.entries.ofEvent(eventId);
  const { closed, lamport } = foldEntries(entries);
  const known = entries.find((entry) => entry.id === id);
  if (known !== undefined && (known.member !== member || known.kind !== kind)) throw takenId();
  // One that changes nothing is kept all the same: its late repetition must not undo what came after it.
  if (known !== undefined) return closed;
  const at = deps.now().toISOString();
  const entry: Entry = { id, member, lamport: lamport + 1, at, receivedAt: at, kind };
  if ((await deps.entries.append(eventId, entry)) === 'conflict') throw takenId();
  return foldEntries([...entries, entry]).closed;
}
