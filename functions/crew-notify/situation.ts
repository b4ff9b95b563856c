import type { EventView } from '#bookings/model/views/event.ts';
import { standings } from '../email/crew-list.ts';
import type { CaptainNews } from '../email/captain-letters.ts';
import { timeLeft } from '../email/wording.ts';
import { crewAnswers, effectiveView, type CrewAnswer, type PayOf } from '../scc/answers.ts';
import type { AssignmentStore } from '../scc/assignment-store.ts';
import { isCaptainOf } from '../scc/captain-view.ts';
import { readPay } from '../scc/answer-facts.ts';
import type { Entry } from '../scc/entries/entry.ts';
import type { EntryStore } from '../scc/entries/entry-store.ts';
import { foldEntries, type EventState } from '../scc/entries/fold.ts';
import type { ToldEvent } from '../scc/event-store.ts';

/** A charter as it is at the moment when a mail about it is made. */
export interface Situation {
  readonly event: ToldEvent;
  /** What was last released, never a stored view that waits for its release; with sign-ups. */
  readonly view: EventView;
  readonly entries: readonly Entry[];
  readonly state: EventState;
  readonly answers: readonly CrewAnswer[];
  readonly payOf: PayOf;
  readonly now: Date;
}

export interface SituationDeps {
  readonly assignments: AssignmentStore;
  readonly entries: Pick<EntryStore, 'ofEvent'>;
  readonly now: () => Date;
}

export async function situationOf(event: ToldEvent, deps: SituationDeps): Promise<Situation> {
  const [entries, payOf] = await Promise.all([
    deps.entries.ofEvent(event.eventId),
    readPay(event, deps.assignments),
  ]);
  const state = foldEntries(entries);
  return {
    event,
    view: effectiveView(event),
    entries,
    state,
    answers: crewAnswers(event, state, payOf),
    payOf,
    now: deps.now(),
  };
}

/** What all mails to the captain's address say of it. */
export const captainNews = ({ event, view, answers, now }: Situation, crewUrl: string): CaptainNews => ({
  event: view,
  crew: standings(view, event.told.event, answers),
  startsIn: timeLeft(view.startsAt, now),
  page: view.crew.some(({ member }) => member !== null && isCaptainOf(view, member))
    ? `${crewUrl}/crew/events/${event.eventId}`
    : null,
});
