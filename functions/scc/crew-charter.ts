import { compareInstants, type Instant } from '#bookings/model/time.ts';
import { standingAnswers, type AnswerFacts } from './answer-news.ts';
import { effectiveView, sinceOf, type CrewAnswer } from './answers.ts';
import type { AssignmentStore } from './assignment-store.ts';
import { isCaptainOf } from './captain-view.ts';
import type { CrewCharter, CharterSummary } from './crew-reader.ts';
import { foldEntries } from './entries/fold.ts';
import { visibleEntries } from './entries/visible.ts';
import { nextActionOf } from './next-action.ts';
import { placeOf } from './place.ts';
import { placeVersion } from './place-version.ts';
import { lookOf, newsSince, positionShown } from './seen.ts';

/** The page of a charter as one member may see it, without what is the captain's; undefined for who is no part of it. */
export async function crewCharter(
  facts: AnswerFacts,
  member: string,
  assignments: Pick<AssignmentStore, 'payOf'>,
): Promise<Omit<CrewCharter, 'captain'> | undefined> {
  const { event, payOf, now } = facts;
  const view = effectiveView(event);
  const place = placeOf(view, member);
  if (place === undefined) return undefined;
  const { position, invited } = place;
  const { key, role, hours } = position;
  const answers = standingAnswers(facts);
  const mine = ownAnswer(answers, member);
  const pay = payOf(key);
  const entries = visibleEntries(facts.entries, member);
  const log = foldEntries(entries);
  const seen = log.seen[member];
  const paidThen = seen && (await assignments.payOf(event.eventId, positionShown(seen), seen.revision));
  return {
    event: view,
    revision: event.toldRevision,
    own: {
      ...{ key, role, hours, invited, pay },
      answer: mine?.state ?? 'none',
      reason: mine?.reason ?? null,
      version: placeVersion(view, position, pay),
      look: lookOf(view, position, pay),
      since: sinceOf(event, member),
    },
    colleagues: view.crew.map((each) => ({
      key: each.key,
      name: each.name,
      role: each.role,
      answer: each.member === null ? 'open' : (ownAnswer(answers, each.member)?.state ?? 'none'),
      isOwn: each.member === member,
    })),
    news: seen ? newsSince({ seen, pay: paidThen ?? null }, { view, position, pay }) : null,
    log,
    entries,
    isCaptain: isCaptainOf(view, member),
    isOver: isOver(view.endsAt, now),
  };
}

/** The same in the list of charters. */
export function charterSummary(facts: AnswerFacts, member: string): CharterSummary | undefined {
  const view = effectiveView(facts.event);
  const place = placeOf(view, member);
  if (place === undefined) return undefined;
  const answer = ownAnswer(standingAnswers(facts), member)?.state ?? 'none';
  const own = { role: place.position.role, invited: place.invited, answer };
  const state = foldEntries(facts.entries);
  const nextAction = nextActionOf({ event: view, own, state }, facts.now);
  return { event: view, own, isOver: isOver(view.endsAt, facts.now), nextAction };
}

const ownAnswer = (answers: readonly CrewAnswer[], member: string): CrewAnswer | undefined =>
  answers.find((answer) => answer.member === member);

const isOver = (endsAt: Instant, now: Instant): boolean => compareInstants(endsAt, now) <= 0;
