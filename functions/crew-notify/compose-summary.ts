import { summaryWithCrew } from '#bookings/model/sign-ups.ts';
import { standings } from '../email/crew-list.ts';
import { renderLetter } from '../email/letter.ts';
import { summaryLetter } from '../email/summary-letter.ts';
import { guestLink } from '../scc/guest-link.ts';
import type { ComposeDeps, Composer } from './compose.ts';
import { currentChanges, LATER_SPEAKS, newsOf, NOTHING_LEFT } from './news.ts';

export const composeSummary: Composer = async (intent, intents, { event, view, answers }, deps) => {
  const news = newsOf(intent, intents, event.released);
  if (news === undefined) return LATER_SPEAKS;
  const { summary } = event.told;
  // Changes were found with the sign-ups named.
  const changes = news.isFirst ? [] : currentChanges(news.changes, summaryWithCrew(summary, view));
  if (!news.isFirst && changes.length === 0) return NOTHING_LEFT;
  const letter = summaryLetter({
    summary,
    changes,
    crew: standings(view, event.told.event, answers),
    guestLink: guestLink(deps.guestUrl, await deps.linkKeys.read(), summary.pageId),
    cardLink: `${deps.boardPage}#${summary.bookingKey}`,
  });
  return { ...renderLetter(letter), to: bothAddresses(deps), replyTo: [] };
};

/** Captain and booking manager, who may be one person. */
export const bothAddresses = ({ captainAddress, managerAddress }: ComposeDeps): string[] => [
  ...new Set([captainAddress, managerAddress]),
];
