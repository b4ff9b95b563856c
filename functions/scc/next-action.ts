import { compareInstants, shiftInstant, type Instant } from '#bookings/model/time.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import type { AnswerState } from './answers.ts';
import type { EventState } from './entries/fold.ts';
import { LINK_HOURS } from './links.ts';

export type NextAction = 'answer' | 're-confirm' | 'checklists' | 'expenses';

/** The one thing that a charter wants of a member now; null when there is none. */
export function nextActionOf(
  {
    event,
    own,
    state,
  }: {
    readonly event: EventView;
    readonly own: { readonly invited: boolean; readonly answer: AnswerState };
    readonly state: Pick<EventState, 'lists' | 'closed'>;
  },
  now: Instant,
): NextAction | null {
  const isPast = (instant: Instant) => compareInstants(instant, now) <= 0;
  if (event.status !== 'confirmed' || own.answer === 'declined') return null;
  if (isPast(event.endsAt)) {
    // Nobody is asked for the time after a charter longer than its links work.
    if (own.invited || isPast(shiftInstant(event.endsAt, LINK_HOURS))) return null;
    if (isUnfinished('post-charter', event, state)) return 'checklists';
    return state.closed === null ? 'expenses' : null;
  }
  if (own.answer !== 'confirmed') return own.answer === 'none' ? 'answer' : 're-confirm';
  const isNear = isPast(shiftInstant(event.startsAt, -BEFORE_HOURS));
  return isNear && isUnfinished('pre-charter', event, state) ? 'checklists' : null;
}

const BEFORE_HOURS = 24;

const isUnfinished = (
  phase: EventView['checklists'][number]['phase'],
  { checklists }: EventView,
  { lists }: Pick<EventState, 'lists'>,
): boolean => checklists.some((list) => list.phase === phase && !lists[list.key]?.finished);
