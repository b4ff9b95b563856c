import type { EventView } from '#bookings/model/views/event.ts';

/** A person's place in a charter: a position of their own, or an open one that invites them. */
export interface Place {
  readonly position: EventView['crew'][number];
  readonly invited: boolean;
}

/** An assignment goes before invitations, and of several invitations the first counts, as in notifications. */
export function placeOf(view: EventView, member: string): Place | undefined {
  const own = view.crew.find((position) => position.member === member);
  if (own !== undefined) return { position: own, invited: false };
  const open = view.crew.find((position) => position.member === null && position.candidates.includes(member));
  return open && { position: open, invited: true };
}
