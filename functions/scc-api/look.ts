import { createHash } from 'node:crypto';
import { canonicalJson } from '#bookings/model/canonical.ts';
import { base32hex } from '#bookings/model/ids.ts';
import { HttpProblem } from '../http.ts';
import { readPay } from '../scc/answer-facts.ts';
import type { PayOf } from '../scc/answers.ts';
import type { AssignmentStore } from '../scc/assignment-store.ts';
import type { EntryStore } from '../scc/entries/entry-store.ts';
import type { Entry, EntryOf } from '../scc/entries/entry.ts';
import { foldEntries } from '../scc/entries/fold.ts';
import type { EventStore } from '../scc/event-store.ts';
import { lookOf, shownOf } from '../scc/seen.ts';
import { ownCharter, type OwnCharter } from './own-charter.ts';

export interface LookDeps {
  readonly events: Pick<EventStore, 'find'>;
  readonly assignments: Pick<AssignmentStore, 'payHistory'>;
  readonly entries: EntryStore;
  readonly now: () => Date;
}

export interface LookRequest {
  readonly eventId: string;
  readonly member: string;
  readonly id: string;
  /** What was shown, by {@link lookOf}. */
  readonly look: string;
}

/** A member says that they have seen the charter as it is now; 409 when their page showed another. Repeatable. */
export async function look(request: LookRequest, deps: LookDeps): Promise<void> {
  const { eventId, member, id } = request;
  const charter = await ownCharter(eventId, member, deps.events);
  const [entries, payOf] = await Promise.all([
    deps.entries.ofEvent(eventId),
    readPay(charter.event, deps.assignments),
  ]);
  const known = entries.find((entry) => entry.id === id);
  if (known !== undefined) {
    if (known.member !== member || known.kind !== 'seen') throw takenId();
    return;
  }
  if (request.look !== currentLook(charter, payOf)) throw changedSince();
  await appendLook({ charter, member, id, entries }, deps);
}

export const currentLook = ({ view, place: { position } }: OwnCharter, payOf: PayOf): string =>
  lookOf(view, position, payOf(position.key));

export const changedSince = (): HttpProblem =>
  new HttpProblem(409, 'This charter changed', 'look at it again', { notice: 'changed' });

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
