import type { EventView } from '#bookings/model/views/event.ts';
import { HttpProblem } from '../http.ts';
import { effectiveView } from '../scc/answers.ts';
import { isCaptainOf } from '../scc/captain-view.ts';
import { findTold, type EventStore, type ToldEvent } from '../scc/event-store.ts';
import { placeOf, type Place } from '../scc/place.ts';
import type { Principal } from './principal.ts';

export interface OwnCharter {
  readonly event: ToldEvent;
  /** With its sign-ups. */
  readonly view: EventView;
  readonly place: Place;
}

/** A charter that a member has a place in, or is invited to. 403 for any other, the same as for none. */
export async function ownCharter(
  eventId: string,
  member: string,
  events: Pick<EventStore, 'find'>,
): Promise<OwnCharter> {
  const event = await findTold(eventId, events);
  const own = event && charterOf(event, member);
  if (own === undefined) throw notYours();
  return own;
}

/** The same for who answers: 409 for an invitation that somebody else accepted first. */
export async function charterToAnswer(
  eventId: string,
  member: string,
  events: Pick<EventStore, 'find'>,
): Promise<OwnCharter> {
  const event = await findTold(eventId, events);
  const own = event && charterOf(event, member);
  if (own !== undefined) return own;
  if (event === undefined || placeOf(event.told.event, member) === undefined) throw notYours();
  throw new HttpProblem(409, 'Somebody else was first', 'the position is filled', { notice: 'taken' });
}

function charterOf(event: ToldEvent, member: string): OwnCharter | undefined {
  const view = effectiveView(event);
  const place = placeOf(view, member);
  return place && { event, view, place };
}

/** A charter for its captain or the service. */
export async function captainsCharter(
  eventId: string,
  principal: Principal | undefined,
  events: Pick<EventStore, 'find'>,
): Promise<ToldEvent> {
  const event = await findTold(eventId, events);
  if (principal?.kind === 'service') {
    if (event === undefined) throw new HttpProblem(404, 'There is no such event, or nobody was told of it');
    return event;
  }
  if (event === undefined || principal?.kind !== 'crew') throw notYours();
  const { key } = principal.member;
  const view = effectiveView(event);
  if (placeOf(view, key) === undefined) throw notYours();
  if (!isCaptainOf(view, key)) throw new HttpProblem(403, 'Only for the captain of this charter');
  return event;
}

const notYours = (): HttpProblem => new HttpProblem(403, 'Not one of your charters');
