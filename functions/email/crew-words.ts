import type { AnswerState } from '../scc/answers.ts';
import type { CrewKind, CrewNews } from './crew-letter.ts';

interface Ask {
  readonly sentence: string;
  /** On the button: it opens the page, where the answer is given; a link answers nothing. */
  readonly action: string;
}

/** What is asked of the reader, by the state of their answer. */
export const ASKS = {
  none: {
    sentence: 'Please confirm that you come, or say that you cannot.',
    action: 'Open and confirm',
  },
  're-confirm': {
    sentence: 'You had confirmed it as it was: please confirm again.',
    action: 'Open and confirm again',
  },
  confirmed: { sentence: '', action: 'Open the charter' },
  declined: {
    sentence: 'You said that you cannot come. Should that be different now, you can still say yes.',
    action: 'Open the charter',
  },
  invited: { sentence: 'The first to say yes has the place.', action: 'Open and say yes' },
  nothing: { sentence: '', action: 'Open the charter' },
} as const satisfies Record<AnswerState | 'invited' | 'nothing', Ask>;

interface Words {
  readonly subject: string;
  readonly title: string;
  /** Sentences; what is asked follows them. */
  readonly intro: string;
  /** What is asked, where the kind says it in its own way. */
  readonly ask?: string;
}

/** What each kind says. `labels` name what changed: `start`, `your pay`. */
export const CREW_WORDS: Record<CrewKind, (news: CrewNews, labels: readonly string[]) => Words> = {
  assigned: (news) => ({
    subject: `you are on as ${roleOf(news)}`,
    title: `You are on as ${roleOf(news)}`,
    intro: `You are on board ${news.event.vessel.name} as ${roleOf(news)}.`,
  }),
  invited: (news) => ({
    subject: `${roleOf(news)} wanted${news.byColleague ? ' again' : ''}`,
    title: `${capital(roleOf(news))} wanted${news.byColleague ? ' again' : ''}`,
    intro: `${news.byColleague ? 'A place became free again: ' : ''}${news.event.vessel.name} needs a ${roleOf(news)}.`,
  }),
  changed: (_, labels) => ({
    subject: `changed: ${shortened(labels)}`,
    title: 'Your charter has changed',
    intro: `Please look at what changed: ${[...new Set(labels)].join(', ') || 'details'}.`,
  }),
  reminder: (news) => REMINDERS[reminderOf(news)](news),
  cancelled: ({ event }) =>
    event.status === 'on-hold'
      ? {
          subject: 'on hold',
          title: 'The charter is on hold',
          intro: 'This charter is on hold: please do not come unless you hear from us again.',
        }
      : {
          subject: 'cancelled',
          title: 'The charter is cancelled',
          intro: 'This charter is cancelled: you are not needed.',
        },
  unassigned: ({ own }) => ({
    subject: 'you are no longer on',
    title: 'You are no longer on this charter',
    ...(own === null
      ? { intro: 'You are no longer planned for this charter: you are not needed.' }
      : {
          intro: 'You are no longer planned for this charter.',
          ask: `It needs a ${own.position.role}, though: the first to accept has the place.`,
        }),
  }),
  filled: ({ byColleague }) =>
    byColleague
      ? {
          subject: 'a colleague was faster',
          title: 'A colleague was faster this time',
          intro:
            'The place on this charter that you were asked about is taken: you need not do anything. ' +
            'Thank you for being there; we will gladly ask you again next time.',
        }
      : {
          subject: 'the position is no longer open',
          title: 'The position is no longer open',
          intro:
            'The position on this charter that you were asked about is filled or not needed any more. Thank you for being there.',
        },
};

type Reminder = 'answer' | 'again' | 'invited';
const reminderOf = ({ own }: CrewNews): Reminder => {
  if (own?.invited === true) return 'invited';
  return own?.answer === 're-confirm' ? 'again' : 'answer';
};

const REMINDERS: Record<Reminder, (news: CrewNews) => Words> = {
  answer: (news) => ({
    subject: `please confirm, it starts ${news.startsIn}`,
    title: 'Please confirm',
    intro: `You are on board ${news.event.vessel.name} as ${roleOf(news)}, it starts ${news.startsIn}, and we have no answer from you yet.`,
  }),
  again: ({ startsIn }) => ({
    subject: `please confirm again, it starts ${startsIn}`,
    title: 'Please confirm again',
    intro: `It starts ${startsIn}, and it changed since you confirmed.`,
    ask: 'Please confirm again, or say that you cannot come.',
  }),
  invited: (news) => ({
    subject: `${roleOf(news)} still wanted, it starts ${news.startsIn}`,
    title: `${capital(roleOf(news))} still wanted`,
    intro: `${news.event.vessel.name} still needs a ${roleOf(news)}, and it starts ${news.startsIn}.`,
    ask: 'The first to say yes has the place. If you cannot come, say so, and we ask no more.',
  }),
};

/** As many as leave a subject short enough for a phone. */
function shortened(labels: readonly string[]): string {
  const each = [...new Set(labels)];
  let count = each.length;
  const text = () => each.slice(0, count).join(', ') + (count < each.length ? ' and more' : '');
  while (count > 1 && text().length > LONGEST) count -= 1;
  return text() || 'details';
}
const LONGEST = 38;

const roleOf = ({ own }: CrewNews): string => own?.position.role ?? 'crew';
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
