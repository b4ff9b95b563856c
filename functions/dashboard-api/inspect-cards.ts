import { differences } from '#bookings/model/differences.ts';
import type { CardView } from '#bookings/model/views/card.ts';
import { aheadOf, MISSING, toDrift, type Drift } from '#bookings/reconcile/drift.ts';
import { withoutMoney } from '#bookings/reconcile/without-money.ts';
import type { BoardCard, BoardContent } from './board.ts';

interface WantedCard {
  readonly bookingKey: string;
  readonly revision: number;
  readonly view: CardView;
}

/**
 * How cards are not as they were put on the board, in their order. Their lane is for people to choose (the board keeps it
 * until the booking's own state changes), and what the crew spent is no part of them.
 */
export function inspectCards(wanted: readonly WantedCard[], content: BoardContent): (Drift | null)[] {
  // Of a row that somebody copied, the first is the card.
  const cards = new Map(content.cards.toReversed().map((card) => [card.bookingKey, card]));
  const unreadable = new Set(content.unreadable);
  return wanted.map(({ bookingKey, revision, view }) => {
    const card = cards.get(bookingKey);
    if (card !== undefined) return compare(card, view, revision);
    return unreadable.has(bookingKey) ? toDrift([UNREADABLE]) : MISSING;
  });
}

const UNREADABLE = { path: 'card', from: 'unreadable', to: 'as put' };

function compare(card: BoardCard, wanted: CardView, revision: number): Drift | null {
  const { lane: _lane, ...view } = wanted;
  const found = Object.fromEntries(Object.keys(view).map((field) => [field, card[field]]));
  const fields = differences(found, view).map((each) => withoutMoney('card', each));
  const cells = card.edited.map((path) => ({ path, from: 'edited', to: 'as put' }));
  const named = new Set(fields.map(({ path }) => path));
  return toDrift([
    ...fields,
    ...cells.filter(({ path }) => !named.has(path)),
    ...aheadOf(revision, card.revision),
  ]);
}
