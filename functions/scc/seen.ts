import { canonicalJson, specHash } from '#bookings/model/canonical.ts';
import { differences, type Difference } from '#bookings/model/differences.ts';
import { shownTo } from '#bookings/model/notifications.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import type { Amount } from './assignment-store.ts';
import type { EntryOf } from './entries/entry.ts';

type Position = EventView['crew'][number];

/**
 * What a person's page shows of the charter, for a `seen` entry: without pay, which the assignment keeps by revision
 * and finds again by `position`.
 */
export function shownOf(view: EventView, position: Position): EntryOf<'seen'>['shown'] {
  const { pay: _pay, ...shown } = shownTo(position, view, {});
  return JSON.parse(JSON.stringify({ ...shown, position: position.key })) as EntryOf<'seen'>['shown'];
}

/**
 * 16 hex of the hash over all that a person's page shows of the charter, own pay included: what they say they have seen.
 * A release that comes between looking and pressing makes it another.
 */
export const lookOf = (view: EventView, position: Position, pay: Amount | null): string =>
  specHash({ ...shownOf(view, position), pay }).slice(0, 16);

/** The position that was shown then. */
export const positionShown = ({ shown }: EntryOf<'seen'>): string =>
  typeof shown['position'] === 'string' ? shown['position'] : '';

/** What changed between a look and now, in what the person's own page shows; pay last, as `{ path: 'pay', … }`. */
export function newsSince(
  look: { readonly seen: EntryOf<'seen'>; readonly pay: Amount | null },
  now: { readonly view: EventView; readonly position: Position; readonly pay: Amount | null },
): Difference[] {
  const changes = differences(
    withoutPosition(look.seen.shown),
    withoutPosition(shownOf(now.view, now.position)),
  );
  const isPaidTheSame = canonicalJson(look.pay) === canonicalJson(now.pay);
  return isPaidTheSame ? changes : [...changes, { path: 'pay', from: look.pay, to: now.pay }];
}

/** A position's key is nothing that a person sees. */
const withoutPosition = ({ position: _key, ...shown }: EntryOf<'seen'>['shown']) => shown;
