import type { AnswerFacts } from './answer-news.ts';
import type { PayOf } from './answers.ts';
import type { AssignmentStore } from './assignment-store.ts';
import type { CrewContact, CrewRegistry } from './crew-registry.ts';
import type { EntryStore } from './entries/entry-store.ts';
import type { ToldEvent } from './event-store.ts';

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

/** Everyone's pay as it was released: for versions of places, of which nothing can be read back. */
export async function readPay(
  { eventId, toldRevision }: ToldEvent,
  assignments: Pick<AssignmentStore, 'payHistory'>,
): Promise<PayOf> {
  const history = await assignments.payHistory(eventId);
  return (position) => history[position]?.[toldRevision] ?? null;
}
