import type { Notification } from '#bookings/model/notifications.ts';
import { compareInstants, shiftInstant, type Instant } from '#bookings/model/time.ts';
import { askedAt, standingAnswers, type AnswerFacts } from '../scc/answer-news.ts';
import type { CrewAnswer } from '../scc/answers.ts';

/** Hours before the start, elapsed ones: a night in which clocks change is an hour longer or shorter. */
const SLOTS = [24, 48, 72] as const;
type Slot = (typeof SLOTS)[number];

/**
 * Who has to be reminded now, decided from how things are: nobody who answered, nobody after the start, and nobody who
 * was asked only after their reminder's time. The same ones as long as the slot lasts; the last goes to the captain, too.
 */
export function dueReminders(facts: AnswerFacts): Notification[] {
  const { eventId, told } = facts.event;
  const { start, startsAt } = told.event;
  const slot = slotAt(startsAt, facts.now);
  if (slot === undefined) return [];
  const base = { eventId, kind: 'reminder' as const, occasion: `${start}/${slot}`, changes: [] };
  const silent = standingAnswers(facts).filter((answer) => isSilent(answer, facts));
  const crew = silent
    .filter((answer) => compareInstants(askedAt(answer, facts), shiftInstant(startsAt, -slot)) <= 0)
    .map(({ member, position }) => ({ ...base, recipient: member, position }));
  const isCaptains = slot === SLOTS[0] && (crew.length > 0 || silent.some((one) => hadTime(one, facts)));
  return isCaptains ? [...crew, { ...base, recipient: 'captain' }] : crew;
}

/** Who was asked too late to be reminded: after a while the captain hears of their silence all the same. */
const hadTime = (answer: CrewAnswer, facts: AnswerFacts): boolean =>
  compareInstants(shiftInstant(askedAt(answer, facts), HOURS_TO_ANSWER), facts.now) <= 0;

const HOURS_TO_ANSWER = 3;

/** The smallest that has begun; none before the first, and none once the charter started. */
function slotAt(startsAt: Instant, now: Instant): Slot | undefined {
  if (compareInstants(startsAt, now) <= 0) return undefined;
  return SLOTS.find((slot) => compareInstants(shiftInstant(startsAt, -slot), now) <= 0);
}

/** An invitation of somebody who is not active any more asks nobody; an assignment of theirs is the captain's to know. */
const isSilent = ({ state, invited, member }: CrewAnswer, { isActive }: AnswerFacts): boolean =>
  (state === 'none' || state === 're-confirm') && (!invited || isActive(member));
