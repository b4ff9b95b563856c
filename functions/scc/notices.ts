/** One sentence at the top of the page that a form led to. */
export interface Notice {
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

/** All that `?notice=` can make a page say: an address never brings words of its own. No imports: browsers use it too. */
export const NOTICES = {
  confirmed: { text: 'You are confirmed. See you on board.', tone: 'good' },
  declined: { text: 'You declined. The captain and the booking manager were told.', tone: 'good' },
  passed: { text: 'Noted: not this time. Thank you for saying so.', tone: 'good' },
  'signed-up': { text: 'The place is yours. See you on board.', tone: 'good' },
  taken: { text: 'Somebody else was first: the place is taken. Thank you for offering.', tone: 'bad' },
  changed: {
    text: 'This charter changed since you looked. Please look again, then answer.',
    tone: 'bad',
  },
  'not-on': { text: 'This charter is cancelled or on hold: there is nothing to answer.', tone: 'bad' },
  over: { text: 'This charter is over: nothing more can be changed.', tone: 'bad' },
  seen: { text: 'Noted: you have seen what changed.', tone: 'good' },
  saved: { text: 'Saved.', tone: 'good' },
  closed: { text: 'The captain closed this charter: expenses are final.', tone: 'bad' },
  amount: { text: 'That is not an amount. Write it like 12.50.', tone: 'bad' },
  refused: {
    text: 'That was not accepted, and nothing was changed. Please check it and try again.',
    tone: 'bad',
  },
  'too-many': { text: 'That was too often. Please wait a while and try again.', tone: 'bad' },
  'link-sent': { text: 'If that address is on file, a new link is on its way to it.', tone: 'good' },
  'signed-out': { text: 'You are signed out on this device.', tone: 'good' },
  failed: { text: 'That did not work, and the fault is ours. Please try again in a moment.', tone: 'bad' },
} as const satisfies Record<string, Notice>;

export type NoticeCode = keyof typeof NOTICES;

/** The notice of a `?notice=`; undefined for anything that is not in the list. */
export const noticeOf = (code: string | null | undefined): Notice | undefined =>
  code != null && Object.hasOwn(NOTICES, code) ? NOTICES[code as NoticeCode] : undefined;
