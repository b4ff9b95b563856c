import type { EventView } from '#bookings/model/views/event.ts';
import type { AnswerState } from '#functions/scc/answers.ts';
import type { NextAction } from '#functions/scc/next-action.ts';

/** What a person reads at a glance: a sign, words, and a colour that says the same again. */
export interface Badge {
  readonly sign: string;
  readonly text: string;
  readonly tone: 'good' | 'wait' | 'off' | 'plain';
}

interface Standing {
  readonly event: Pick<EventView, 'status'>;
  readonly own: { readonly invited: boolean; readonly answer: AnswerState };
  readonly isOver: boolean;
}

/** How a charter stands for the reader. */
export function badgeOf({ event, own, isOver }: Standing): Badge {
  if (event.status !== 'confirmed') return STATUS_BADGES[event.status];
  if (isOver && !ANSWERED.has(own.answer)) return { sign: '', text: 'Over', tone: 'plain' };
  if (own.answer === 'none' && own.invited) return { sign: '?', text: 'You are invited', tone: 'wait' };
  return ANSWER_BADGES[own.answer];
}

const ANSWERED: ReadonlySet<AnswerState> = new Set(['confirmed', 'declined']);

const STATUS_BADGES: Readonly<Record<Exclude<EventView['status'], 'confirmed'>, Badge>> = {
  cancelled: { sign: '✕', text: 'Cancelled', tone: 'off' },
  'on-hold': { sign: '…', text: 'On hold', tone: 'wait' },
};

const ANSWER_BADGES: Readonly<Record<AnswerState, Badge>> = {
  none: { sign: '?', text: 'Please answer', tone: 'wait' },
  confirmed: { sign: '✓', text: 'Confirmed by you', tone: 'good' },
  're-confirm': { sign: '↻', text: 'Please confirm again', tone: 'wait' },
  declined: { sign: '✕', text: 'You declined', tone: 'off' },
};

/** A colleague's answer, or that there is none to have yet. */
export const COLLEAGUE_BADGES: Readonly<Record<AnswerState | 'open', Badge>> = {
  none: { sign: '?', text: 'No answer yet', tone: 'wait' },
  confirmed: { sign: '✓', text: 'Confirmed', tone: 'good' },
  're-confirm': { sign: '↻', text: 'To confirm again', tone: 'wait' },
  declined: { sign: '✕', text: 'Declined', tone: 'off' },
  open: { sign: '○', text: 'Open', tone: 'plain' },
};

/** What a state means for a crew member; nothing to say when all is well. */
export const STATE_NOTICES: Readonly<Record<EventView['status'], string | undefined>> = {
  confirmed: undefined,
  cancelled: 'This charter has been cancelled. You are not needed for it.',
  'on-hold': 'This charter is on hold. Please wait: you will have a mail once it is confirmed again.',
};

/** What a charter wants of the reader now, and where on its page that is. */
export const NEXT_ACTIONS: Readonly<Record<NextAction, { text: string; fragment: string }>> = {
  answer: { text: 'Answer now', fragment: 'answer' },
  're-confirm': { text: 'See changes and answer', fragment: 'answer' },
  checklists: { text: 'Do the checklist', fragment: 'checklists' },
  expenses: { text: 'Log your expenses', fragment: 'expenses' },
};
