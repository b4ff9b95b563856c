import { notificationIdOf } from '#bookings/model/ids.ts';
import type { Notification } from '#bookings/model/notifications.ts';
import { heldSignUps } from '#bookings/model/sign-ups.ts';
import { compareInstants, type Instant } from '#bookings/model/time.ts';
import { crewAnswers, effectiveView, sinceOf, type CrewAnswer, type PayOf } from './answers.ts';
import { compareEntries, type Entry, type EntryOf } from './entries/entry.ts';
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
  const latest = Object.fromEntries(answersIn(entries).map((entry) => [entry.member, entry]));
  return crewAnswers(event, { answers: latest }, payOf);
}

/**
 * Instant since which a member is asked for an answer: of the release that last told them something, or of the decline
 * by which a position is open to them again.
 */
export function askedAt({ member, role, invited }: CrewAnswer, facts: AnswerFacts): Instant {
  const { told } = facts.event;
  const released = told.places[member]?.toldAt ?? told.at;
  const again = invited ? takenBack(facts).findLast((one) => one.role === role)?.entry.receivedAt : undefined;
  return again !== undefined && compareInstants(again, released) > 0 ? again : released;
}

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
      const last = takenBack(facts).findLast(
        (one) => one.role === role && one.entry.member !== member,
      )?.entry;
      if (last === undefined || wasToldSince(last, member, facts)) return [];
      return [toNews(facts, { recipient: member, kind: 'invited', position, occasion: last.id })];
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
      .filter((member) => placeOf(view, member) === undefined && !hasDeclined(member, facts))
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
  const last = answersIn(facts.entries).findLast(({ id }) => confirmed.some(({ entry }) => entry === id));
  if (last === undefined || confirmed.length < positions.length) return [];
  return [toNews(facts, { recipient: 'captain', kind: 'all-confirmed', occasion: last.id })];
};

const answersIn = (entries: readonly Entry[]): EntryOf<'answer'>[] =>
  entries.filter((entry): entry is EntryOf<'answer'> => entry.kind === 'answer').toSorted(compareEntries);

/**
 * Declines, in order, by members who had accepted an open position: the first after their acceptance, which took the
 * sign-up back. One accepts a position by its own key; an assigned one has the member's.
 */
function takenBack({ event, entries }: AnswerFacts): { role: string; entry: EntryOf<'answer'> }[] {
  const before = new Map<string, EntryOf<'answer'>>();
  const found = answersIn(entries).filter((entry) => {
    if (entry.since !== sinceOf(event, entry.member)) return false;
    const previous = before.get(entry.member);
    before.set(entry.member, entry);
    const hadAccepted = previous?.answer === 'confirmed' && previous.position !== entry.member;
    return entry.answer === 'declined' && hadAccepted;
  });
  return found.flatMap((entry) => {
    const place = placeOf(effectiveView(event), entry.member);
    return place === undefined ? [] : [{ role: place.position.role, entry }];
  });
}

const candidatesFor = (role: string, { told }: ToldEvent): string[] => [
  ...new Set(
    told.event.crew
      .filter((position) => position.member === null && position.role === role)
      .flatMap(({ candidates }) => candidates),
  ),
];

function hasDeclined(member: string, { event, entries }: AnswerFacts): boolean {
  const latest = answersIn(entries).findLast((entry) => entry.member === member);
  return latest?.answer === 'declined' && latest.since === sinceOf(event, member);
}

/** A release that came after the answer said how things were then. */
function wasToldSince({ receivedAt }: Entry, member: string, { event }: AnswerFacts): boolean {
  const place = event.told.places[member];
  return place === undefined || compareInstants(place.toldAt, receivedAt) > 0;
}

const toNews = (
  { event }: AnswerFacts,
  news: Pick<Notification, 'recipient' | 'kind' | 'occasion'> & { readonly position?: string | undefined },
): Notification => {
  const { position, ...rest } = news;
  return { eventId: event.eventId, ...rest, ...(position !== undefined && { position }), changes: [] };
};
