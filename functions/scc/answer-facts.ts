import type { AnswerFacts } from './answer-news.ts';
import type { PayOf } from './answers.ts';
import type { AssignmentStore } from './assignment-store.ts';
import type { CrewContact, CrewRegistry } from './crew-registry.ts';
import type { EntryStore } from './entries/entry-store.ts';
import { findTold, type EventStore, type ToldEvent } from './event-store.ts';

export interface AnswerFactsDeps {
  readonly assignments: Pick<AssignmentStore, 'payHistory'>;
  readonly entries: Pick<EntryStore, 'ofEvent'>;
  readonly registry: Pick<CrewRegistry, 'list'>;
  readonly now: () => Date;
}

/** What there is to know of a charter's answers. `contacts` spare the reading of the registry for each of many charters. */
export async function readAnswerFacts(
  event: ToldEvent,
  deps: AnswerFactsDeps,
  contacts?: readonly CrewContact[],
): Promise<AnswerFacts> {
  const [entries, payOf, crew] = await Promise.all([
    deps.entries.ofEvent(event.eventId),
    readPay(event, deps.assignments),
    contacts ?? deps.registry.list(),
  ]);
  const active = new Set(crew.filter((contact) => contact.active).map(({ key }) => key));
  return {
    event,
    entries,
    payOf,
    isActive: (member) => active.has(member),
    now: deps.now().toISOString(),
  };
}

/**
 * The same to tell people by; undefined of what nobody was told of. Entries are read before the event: who accepts is
 * written there first, so that no acceptance is found whose sign-up is not.
 */
export async function readFactsToTell(
  eventId: string,
  deps: AnswerFactsDeps & { readonly events: Pick<EventStore, 'find'> },
  contacts?: readonly CrewContact[],
): Promise<AnswerFacts | undefined> {
  const entries = await deps.entries.ofEvent(eventId);
  const event = await findTold(eventId, deps.events);
  if (event === undefined) return undefined;
  return readAnswerFacts(event, { ...deps, entries: { ofEvent: async () => entries } }, contacts);
}

/** Everyone's pay as it was released: for versions of places, of which nothing can be read back. */
export async function readPay(
  { eventId, toldRevision }: ToldEvent,
  assignments: Pick<AssignmentStore, 'payHistory'>,
): Promise<PayOf> {
  const history = await assignments.payHistory(eventId);
  return (position) => history[position]?.[toldRevision] ?? null;
}
