import type { Invoke } from '../adapters/lambda-invoke.ts';
import {
  expensesReplySchema,
  type ExpensesOutcome,
  type ExpensesRequest,
} from '../dashboard-api/expenses-contract.ts';
import type { Log } from '../log.ts';
import type { EntryStore } from '../scc/entries/entry-store.ts';
import { expenseTotals } from '../scc/entries/expense-totals.ts';
import { foldEntries } from '../scc/entries/fold.ts';
import type { EventStore, StoredEvent } from '../scc/event-store.ts';

export interface ExpenseSyncDeps {
  readonly events: Pick<EventStore, 'expensesDue' | 'expensesSent'>;
  readonly entries: Pick<EntryStore, 'ofEvent'>;
  /** Calls dashboard-api. */
  readonly invoke: Invoke;
  /** Most events of one run; the next run takes the rest. */
  readonly limit: number;
  readonly log: Log;
}

/**
 * Brings the totals of expenses to the revenue board. An event stays due until a run finds that the board has them: the
 * mark comes before the entry that it is for, so that one look may have been too early, but not one of a later run.
 * What fails stays due as well, holds nobody else up, and is thrown at the end.
 */
export async function syncExpenses(deps: ExpenseSyncDeps): Promise<void> {
  const errors: unknown[] = [];
  const due = await deps.events.expensesDue(deps.limit);
  for (const { event, version } of due) {
    try {
      await syncEvent(event, version, deps);
    } catch (error) {
      errors.push(error);
      deps.log.error('expenses', { bookingKey: event.bookingKey, state: 'failed', error });
    }
  }
  if (errors.length > 0) throw new AggregateError(errors, `${errors.length} of ${due.length} not synced`);
}

async function syncEvent(event: StoredEvent, version: number, deps: ExpenseSyncDeps): Promise<void> {
  const { bookingKey, eventId } = event;
  // Read after the version: at worst they are newer than it says, and the next run sends them again.
  const totals = expenseTotals(foldEntries(await deps.entries.ofEvent(eventId)));
  const state = await send({ bookingKey, totals, entriesVersion: version }, deps.invoke);
  if (isThere(state)) await deps.events.expensesSent(event, version);
  const report = state === 'unknown' ? deps.log.warn : deps.log.info;
  report('expenses', { bookingKey, state });
}

/** `stale`: the board has heard of a later version. */
const isThere = (state: ExpensesOutcome): boolean => state === 'unchanged' || state === 'stale';

async function send(request: ExpensesRequest, invoke: Invoke): Promise<ExpensesOutcome> {
  const reply = expensesReplySchema.parse(await invoke(request));
  if (reply.ok) return reply.outcome;
  throw new Error(`dashboard-api does not take the expenses: ${reply.problems.join('; ')}`);
}
