import * as z from 'zod';
import { compareInstants, shiftInstant } from '#bookings/model/time.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import {
  ANSWER_STATES,
  crewAnswers,
  effectiveView,
  hasDeclined,
  type CrewAnswer,
  type PayOf,
} from './answers.ts';
import type { CrewContact } from './crew-registry.ts';
import type { EventState } from './entries/fold.ts';
import type { ToldEvent } from './event-store.ts';

const answerSchema = {
  answer: z.enum(ANSWER_STATES),
  /** Of a decline. */
  reason: z.string().nullable(),
  answeredAt: z.string().nullable(),
};
const personSchema = { member: z.string(), name: z.string() };

/** A position with what only the captain and the operator may know of it. */
const captainPositionSchema = z.object({
  key: z.string(),
  role: z.string(),
  /** Null while it is open. */
  member: z.string().nullable(),
  name: z.string().nullable(),
  /** Git says that it is open: `fix` is the command that names the member there. */
  signedUp: z.boolean(),
  fix: z.string().nullable(),
  /** Of its member; null while it is open. */
  answer: answerSchema.answer.nullable(),
  reason: answerSchema.reason,
  answeredAt: answerSchema.answeredAt,
  /** Who is invited to an open position. */
  invited: z.array(z.object({ ...personSchema, ...answerSchema })),
  /** Who is free to take it while nobody has confirmed it, each with the command that assigns them. */
  substitutes: z.array(z.object({ ...personSchema, command: z.string() })),
});
export type CaptainPosition = z.output<typeof captainPositionSchema>;

export const captainViewSchema = z.object({
  positions: z.array(captainPositionSchema),
  /** Set while the captain's close holds. */
  closed: z.object({ member: z.string(), at: z.string() }).nullable(),
});
export type CaptainView = z.output<typeof captainViewSchema>;

export interface CaptainFacts {
  readonly event: ToldEvent;
  /** Over all entries. */
  readonly state: Pick<EventState, 'answers' | 'closed'>;
  readonly payOf: PayOf;
  readonly contacts: readonly CrewContact[];
  /** Charters around the same time, this one or not: {@link timesAround}. */
  readonly others: readonly ToldEvent[];
}

/** What everyone said, and who could take over where somebody did not say yes. Git owns assignments: it proposes commands. */
export function captainView(facts: CaptainFacts): CaptainView {
  const answers = crewAnswers(facts.event, facts.state, facts.payOf);
  const closed = facts.state.closed && { member: facts.state.closed.member, at: facts.state.closed.at };
  const positions = effectiveView(facts.event).crew.map((position) => toPosition(position, answers, facts));
  return { positions, closed };
}

/** Whether a member has the captain's rights on a charter: those of the position, by git or by sign-up. */
export const isCaptainOf = (view: EventView, member: string): boolean =>
  view.crew.some((position) => position.member === member && position.role === 'captain');

/** Instants between which a charter starts that could be in the way of another. */
export const timesAround = ({ told: { event } }: ToldEvent): { from: Date; to: Date } => ({
  from: new Date(shiftInstant(event.startsAt, -LONGEST_HOURS)),
  to: new Date(shiftInstant(event.endsAt, BETWEEN_HOURS)),
});

/** Between two charters of one person. */
const BETWEEN_HOURS = 1;
/** Longer than any charter, with the time between two. */
const LONGEST_HOURS = 241;

type Position = EventView['crew'][number];

function toPosition(
  position: Position,
  answers: readonly CrewAnswer[],
  facts: CaptainFacts,
): CaptainPosition {
  const { key, role, member, name } = position;
  const here = answers.filter((answer) => answer.position === key);
  const own = here.find((answer) => !answer.invited);
  const isOn = facts.event.told.event.status === 'confirmed';
  const signedUp = member !== null && openPosition(key, facts) !== undefined;
  return {
    key,
    role,
    member,
    name,
    signedUp,
    fix: isOn && signedUp ? commandOf(key, member, facts) : null,
    answer: member === null ? null : (own?.state ?? 'none'),
    reason: own?.reason ?? null,
    answeredAt: own?.at ?? null,
    invited: here
      .filter((answer) => answer.invited)
      .map(({ member: invited, state, reason, at }) => ({
        ...personOf(invited, facts),
        answer: state,
        reason,
        answeredAt: at,
      })),
    substitutes: isOn && own?.state !== 'confirmed' ? freeFor(position, facts) : [],
  };
}

/** The position as git has it, when git has it open. */
const openPosition = (key: string, { event }: CaptainFacts): Position | undefined =>
  event.told.event.crew.find((position) => position.key === key && position.member === null);

function freeFor(position: Position, facts: CaptainFacts): CaptainPosition['substitutes'] {
  const { event, state, contacts, others } = facts;
  const aboard = new Set(effectiveView(event).crew.map(({ member }) => member));
  const able = openPosition(position.key, facts)?.candidates ?? position.substitutes;
  return able
    .filter((member) => contacts.some(({ key, active }) => key === member && active))
    .filter((member) => !aboard.has(member) && !hasDeclined(event, state, member))
    .filter((member) => !others.some((other) => isInTheWay(other, event, member)))
    .map((member) => ({
      ...personOf(member, facts),
      command: commandOf(position.key, member, facts),
    }));
}

/** A place in another charter that overlaps with an hour to spare; an invitation is no place. */
function isInTheWay(other: ToldEvent, event: ToldEvent, member: string): boolean {
  if (other.eventId === event.eventId || other.told.event.status !== 'confirmed') return false;
  const { startsAt, endsAt } = other.told.event;
  const begin = shiftInstant(startsAt, -BETWEEN_HOURS);
  const end = shiftInstant(endsAt, BETWEEN_HOURS);
  const overlaps =
    compareInstants(begin, event.told.event.endsAt) < 0 &&
    compareInstants(event.told.event.startsAt, end) < 0;
  return overlaps && effectiveView(other).crew.some((position) => position.member === member);
}

const personOf = (member: string, { contacts }: CaptainFacts) => ({
  member,
  name: contacts.find(({ key }) => key === member)?.name ?? member,
});

const commandOf = (position: string, member: string, { event }: CaptainFacts): string =>
  `npm run booking -- amend ${event.told.summary.id} --assign ${position}=${member}`;
