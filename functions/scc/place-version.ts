import { specHash } from '#bookings/model/canonical.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import type { Amount } from './assignment-store.ts';

/** The same in a notification's changes. */
export const MATERIAL_PATHS: ReadonlySet<string> = new Set([
  ...['start', 'end', 'zone', 'vessel', 'berth', 'role', 'hours', 'pay'],
]);

/**
 * What an answer is an answer to: 16 hex of the hash over all that is material to the person who gives it. Guests and
 * notes are not; a change that is taken back makes an earlier confirmation hold again.
 */
export const placeVersion = (
  view: EventView,
  position: EventView['crew'][number],
  pay: Amount | null,
): string =>
  specHash({
    start: view.start,
    end: view.end,
    zone: view.zone,
    vessel: view.vessel.key,
    berth: view.berth.name,
    role: position.role,
    hours: position.hours,
    pay,
  }).slice(0, 16);
