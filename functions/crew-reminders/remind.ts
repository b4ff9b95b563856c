import type { Log } from '../log.ts';
import { readFactsToTell, type AnswerFactsDeps } from '../scc/answer-facts.ts';
import { newsOfAnswers } from '../scc/answer-news.ts';
import type { CrewContact } from '../scc/crew-registry.ts';
import { isTold, type EventStore } from '../scc/event-store.ts';
import { tell, type TellDeps } from '../scc/tell.ts';
import { dueReminders } from './due-reminders.ts';

export interface RemindDeps extends AnswerFactsDeps, TellDeps {
  readonly events: Pick<EventStore, 'startingBetween' | 'find'>;
  readonly log: Log;
}

/**
 * Creates the reminders that are due, and whatever follows from answers and was lost. Nothing is scheduled before: each
 * run decides from how things are. One charter's failure does not stop the others, and fails the run at its end.
 * Returns how many notifications were new.
 */
export async function remind(deps: RemindDeps): Promise<number> {
  const ids = await chartersAround(deps);
  const contacts = await deps.registry.list();
  const errors: unknown[] = [];
  let count = 0;
  for (const eventId of ids) {
    try {
      count += await remindOf(eventId, contacts, deps);
    } catch (error) {
      deps.log.error('a charter failed', { eventId, error });
      errors.push(error);
    }
  }
  if (errors.length > 0)
    throw new AggregateError(errors, `${errors.length} of ${ids.length} charters failed`);
  return count;
}

/** A charter of ten days may still be on. */
const BACK_DAYS = 10;
/** What a crash lost of answers to later charters comes when they are that near. */
const AHEAD_DAYS = 60;
const DAY = 86_400_000;

/** The soonest first. */
async function chartersAround({ events, now }: RemindDeps): Promise<string[]> {
  const at = now().getTime();
  const from = new Date(at - BACK_DAYS * DAY);
  const to = new Date(at + AHEAD_DAYS * DAY);
  const found = (await events.startingBetween(from, to)).filter(isTold);
  return found
    .toSorted((one, other) => (one.told.event.startsAt < other.told.event.startsAt ? -1 : 1))
    .map(({ eventId }) => eventId);
}

/** The index lags behind, and an answer of a moment ago must not be answered by a reminder: so it is read again. */
async function remindOf(
  eventId: string,
  contacts: readonly CrewContact[],
  deps: RemindDeps,
): Promise<number> {
  const facts = await readFactsToTell(eventId, deps, contacts);
  if (facts?.event.told.event.status !== 'confirmed') return 0;
  return tell(facts.event, [...newsOfAnswers(facts), ...dueReminders(facts)], deps);
}
