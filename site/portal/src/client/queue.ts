import { compareEntries, type Entry } from '#functions/scc/entries/entry.ts';

/** An entry of this device that the server has not taken. */
export interface Unsent {
  readonly eventId: string;
  readonly entry: Entry;
  /** Why the server refused it; null while it waits to be sent. */
  readonly refusal: string | null;
}

export interface Batch {
  readonly eventId: string;
  /** All of one member, in entry order. */
  readonly entries: readonly Entry[];
}

/** What the server said to a batch. */
export type Verdict =
  | { readonly kind: 'results'; readonly results: readonly Result[] }
  /** The request as a whole was refused, and the same request would be again. */
  | { readonly kind: 'refused'; readonly status: number; readonly reason: string };

export interface Result {
  readonly id: string;
  readonly status: 'stored' | 'duplicate' | 'refused';
  readonly reason?: string | undefined;
}

export interface Settlement {
  /** At the server, by this request or an earlier one. */
  readonly taken: readonly Entry[];
  /** By entry id. */
  readonly refusals: ReadonlyMap<string, string>;
}

export const MOST_IN_BATCH = 100;

/** What to send next: the waiting entries of the event that has the earliest; none of another member. */
export function nextBatch(queue: readonly Unsent[], member: string, most = MOST_IN_BATCH): Batch | undefined {
  const waiting = queue
    .filter(({ entry, refusal }) => entry.member === member && refusal === null)
    .sort((one, other) => compareEntries(one.entry, other.entry));
  const eventId = waiting[0]?.eventId;
  if (eventId === undefined) return undefined;
  const entries = waiting.filter((each) => each.eventId === eventId).map(({ entry }) => entry);
  return { eventId, entries: entries.slice(0, most) };
}

/**
 * What a verdict means for the batch. Undefined when it settles nothing: an entry without a word about it stays
 * in the queue, and of a refused batch nobody knows which entry is at fault until they are sent one by one; but that
 * the event is none of theirs concerns all of it.
 */
export function settle({ entries }: Batch, verdict: Verdict): Settlement | undefined {
  if (verdict.kind === 'refused') {
    if (entries.length > 1 && verdict.status !== 403) return undefined;
    return { taken: [], refusals: new Map(entries.map(({ id }) => [id, verdict.reason])) };
  }
  const results = new Map(verdict.results.map((result) => [result.id, result]));
  const told = (isRefused: boolean) =>
    entries.filter(({ id }) => {
      const status = results.get(id)?.status;
      return status !== undefined && (status === 'refused') === isRefused;
    });
  const taken = told(false);
  const refused = told(true);
  if (taken.length + refused.length === 0) return undefined;
  return { taken, refusals: new Map(refused.map(({ id }) => [id, results.get(id)?.reason ?? NO_REASON])) };
}

const NO_REASON = 'The server refused it.';
