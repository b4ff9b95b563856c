import { notificationIdOf } from '#bookings/model/ids.ts';
import type { Notification } from '#bookings/model/notifications.ts';
import { heldSignUps } from '#bookings/model/sign-ups.ts';
import { compareInstants, type Instant } from '#bookings/model/time.ts';
import { crewAnswers, effectiveView, hasDeclined, sinceOf, type CrewAnswer, type PayOf } from './answers.ts';
import { compareEntries, type Entry, type EntryOf } from './entries/entry.ts';
import type { EventState } from './entries/fold.ts';
import type { ToldEvent } from './event-store.ts';
import { placeOf } from './place.ts';

export interface AnswerFacts {
  readonly event: ToldEvent;
  /** All entries of the event, in any order. */
  readonly entries: readonly Entry[];
  readonly payOf: PayOf;
  /** Whether a member is active in the registry. */
  readonly isActive: (member: string) => boolean;
  readonly now: Instant;
}

/**
 * What follows from what the crew answered, whoever was told of it already: the same notifications, with the same ids,
 * as long as the answers hold. So it may be asked at any time, and what a crash lost comes with the next time.
 */
export function newsOfAnswers(facts: AnswerFacts): Notification[] {
  const { event, now } = facts;
  if (event.told.event.status !== 'confirmed') return [];
  if (compareInstants(event.told.event.endsAt, now) <= 0) return [];
  const crew = standingAnswers(facts);
  const news = [declines, exhausted, reinvitations, fillings, completion].flatMap((find) =>
    find(crew, facts),
  );
  return [...new Map(news.map((one) => [notificationIdOf(one), one])).values()];
}

/** The crew with the answers that hold, by {@link crewAnswers}. */
export function standingAnswers({ event, entries, payOf }: AnswerFacts): CrewAnswer[] {
  return crewAnswers(event, latestAnswers(entries), payOf);
}

const latestAnswers = (entries: readonly Entry[]): Pick<EventState, 'answers'> => ({
  answers: Object.fromEntries(answersIn(entries).map((entry) => [entry.member, entry])),
});

/**
 * Instant since which a member is asked for an answer: of the release that last asked them, or of the decline by which a
 * position is open to them again.
 */
export function askedAt({ member, role, invited }: CrewAnswer, facts: AnswerFacts): Instant {
  const { told } = facts.event;
  const released = told.places[member]?.askedAt ?? told.at;
  const again = invited ? takenBack(facts).findLast((one) => one.role === role)?.entry.receivedAt : undefined;
  return again !== undefined && compareInstants(again, released) > 0 ? again : released;
}

/** Whether a member had accepted an open position, and gave it back. */
export const hasGivenBack = (member: string, facts: AnswerFacts): boolean =>
  takenBack(facts).some(({ entry }) => entry.member === member);

type Find = (crew: readonly CrewAnswer[], facts: AnswerFacts) => Notification[];

/** Who had a place and does not come: captain and booking manager hear of it. */
const declines: Find = (crew, facts) => {
  const tookBack = new Set(takenBack(facts).map(({ entry }) => entry.member));
  return crew
    .filter(({ state, invited, member }) => state === 'declined' && (!invited || tookBack.has(member)))
    .map(({ position, entry }) => declinedNews(facts, position, entry));
};

/** An open position that nobody is left for. */
const exhausted: Find = (crew, facts) => {
  const order = answersIn(facts.entries).map(({ id }) => id);
  return effectiveView(facts.event).crew.flatMap(({ key, member, candidates }) => {
    if (member !== null) return [];
    const asked = crew.filter((answer) => answer.invited && candidates.includes(answer.member));
    const said = asked.flatMap(({ state, entry }) => (state === 'declined' && entry !== null ? [entry] : []));
    const last = order.findLast((id) => said.includes(id));
    const isLeft = asked.some((answer) => answer.state !== 'declined' && facts.isActive(answer.member));
    return last === undefined || isLeft ? [] : [declinedNews(facts, key, last)];
  });
};

const declinedNews = (facts: AnswerFacts, position: string, entry: string | null): Notification =>
  toNews(facts, { recipient: 'manager', kind: 'declined', position, occasion: entry ?? '' });

/** The position of a sign-up that was taken back is open again, to those who did not decline. */
const reinvitations: Find = (crew, facts) =>
  crew
    .filter(({ invited, state, member }) => invited && state === 'none' && facts.isActive(member))
    .flatMap(({ member, role, position }) => {
      const last = takenBack(facts).findLast((one) => one.role === role && one.entry.member !== member);
      if (last === undefined || wasToldSince(last.entry, member, facts)) return [];
      return [toNews(facts, { recipient: member, kind: 'invited', position, occasion: last.acceptance.id })];
    });

/** Who was invited, and did not decline, hears that the last position of the role is filled. */
const fillings: Find = (_crew, facts) => {
  const { event, entries } = facts;
  const view = effectiveView(event);
  const filled = heldSignUps(event.told.event, event.signUps).filter(
    ({ role }) => !view.crew.some((position) => position.role === role && position.member === null),
  );
  const latest = [...new Map(filled.map((signUp) => [signUp.role, signUp])).values()];
  return latest.flatMap(({ role, entry }) => {
    const accepted = entries.find(({ id }) => id === entry);
    return candidatesFor(role, event)
      .filter(
        (member) =>
          placeOf(view, member) === undefined && !hasDeclined(event, latestAnswers(entries), member),
      )
      .filter((member) => accepted === undefined || !wasToldSince(accepted, member, facts))
      .map((recipient) => {
        const position = placeOf(event.told.event, recipient)?.position.key;
        return toNews(facts, { recipient, kind: 'filled', position, occasion: entry });
      });
  });
};

/** Everyone is on board: one mail to the captain, and another when they had to confirm again. */
const completion: Find = (crew, facts) => {
  const { crew: positions } = effectiveView(facts.event);
  const confirmed = crew.filter(({ invited, state }) => !invited && state === 'confirmed');
  const last = answersIn(facts.entries).findLast((entry) => entry.answer === 'confirmed');
  // Were the last one somebody's who is gone, the captain has heard, or made it whole by a commit.
  const isTheirs = confirmed.some(({ entry }) => entry === last?.id);
  if (last === undefined || !isTheirs || confirmed.length < positions.length) return [];
  return [toNews(facts, { recipient: 'captain', kind: 'all-confirmed', occasion: last.id })];
};

const answersIn = (entries: readonly Entry[]): EntryOf<'answer'>[] =>
  entries.filter((entry): entry is EntryOf<'answer'> => entry.kind === 'answer').toSorted(compareEntries);

/** A sign-up that was given back. */
interface TakenBack {
  readonly role: string;
  /** What the place was accepted by. */
  readonly acceptance: EntryOf<'answer'>;
  /** What gave it back: the decline, or the acceptance while a crash keeps the decline from being known. */
  readonly entry: EntryOf<'answer'>;
}

/**
 * Sign-ups that were given back, in order: a decline right after an acceptance; or an acceptance whose sign-up is gone, as
 * a decline takes the sign-up back before it is stored itself.
 */
function takenBack({ event, entries }: AnswerFacts): TakenBack[] {
  const view = effectiveView(event);
  const latest = new Map<string, EntryOf<'answer'>>();
  const found: Omit<TakenBack, 'role'>[] = [];
  for (const entry of answersIn(entries)) {
    if (entry.since !== sinceOf(event, entry.member)) continue;
    const acceptance = latest.get(entry.member);
    latest.set(entry.member, entry);
    // Both to a position that git said was open: git may have named the member between the two.
    const isOfOpen = entry.position !== entry.member;
    if (entry.answer === 'declined' && isOfOpen && isAcceptance(acceptance))
      found.push({ acceptance, entry });
  }
  for (const entry of latest.values())
    if (isAcceptance(entry) && placeOf(view, entry.member)?.invited === true)
      found.push({ acceptance: entry, entry });
  return found.flatMap(({ acceptance, entry }) => {
    const place = placeOf(view, entry.member);
    return place === undefined ? [] : [{ role: place.position.role, acceptance, entry }];
  });
}

/** One accepts an open position by its own key; an assigned one has the member's. */
const isAcceptance = (entry: EntryOf<'answer'> | undefined): entry is EntryOf<'answer'> =>
  entry?.answer === 'confirmed' && entry.position !== entry.member;

const candidatesFor = (role: string, { told }: ToldEvent): string[] => [
  ...new Set(
    told.event.crew
      .filter((position) => position.member === null && position.role === role)
      .flatMap(({ candidates }) => candidates),
  ),
];

/** A release that came after the answer said how things were then. */
function wasToldSince({ receivedAt }: Entry, member: string, { event }: AnswerFacts): boolean {
  const place = event.told.places[member];
  return place === undefined || compareInstants(place.askedAt, receivedAt) > 0;
}

const toNews = (
  { event }: AnswerFacts,
  news: Pick<Notification, 'recipient' | 'kind' | 'occasion'> & { readonly position?: string | undefined },
): Notification => {
  const { position, ...rest } = news;
  return { eventId: event.eventId, ...rest, ...(position !== undefined && { position }), changes: [] };
};
