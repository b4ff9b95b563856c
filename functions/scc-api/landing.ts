import { compareInstants, shiftInstant } from '#bookings/model/time.ts';
import type { ToldEvent } from '../scc/event-store.ts';
import { LINK_HOURS } from '../scc/links.ts';

/** Whether a charter's links are closed. */
export const isOver = ({ told }: ToldEvent, now: Date): boolean =>
  compareInstants(now.toISOString(), shiftInstant(told.event.endsAt, LINK_HOURS)) > 0;

/**
 * Where a new link lands, of a member's charters whose links are open: the one that was asked for, else the next that is
 * on, else the next at all, else the latest.
 */
export function landingOf(
  events: readonly ToldEvent[],
  preferred: string | undefined,
  now: Date,
): ToldEvent | undefined {
  const byStart = events.toSorted((one, other) =>
    compareInstants(one.told.event.startsAt, other.told.event.startsAt),
  );
  const next = byStart.filter(({ told }) => compareInstants(told.event.endsAt, now.toISOString()) > 0);
  return (
    byStart.find(({ eventId }) => eventId === preferred) ??
    next.find(({ told }) => told.event.status === 'confirmed') ??
    next[0] ??
    byStart.at(-1)
  );
}
