import type { Assignment, Booking } from './booking.ts';
import type { ConflictRule } from './booking-file.ts';
import type { Limits } from './reference.ts';
import { compareInstants, minutesBetween, type Instant } from './time.ts';

/** What decides whether bookings contradict each other. */
export interface Charter extends Pick<Booking, 'key' | 'status' | 'vessel' | 'startsAt' | 'endsAt'> {
  readonly guest: Pick<Booking['guest'], 'count'>;
  readonly crew: readonly Pick<Assignment, 'role' | 'member'>[];
  readonly exceptions: readonly Pick<Booking['exceptions'][number], 'rule'>[];
}

/** Bookings that cannot take place as they stand. */
export interface Conflict {
  readonly rule: ConflictRule;
  /** Those concerned, one or two, the one that begins first in front. */
  readonly bookingKeys: readonly string[];
  readonly message: string;
  readonly remedy: string;
}

/** With the files, and how to state that it is meant. */
export function describeConflict({ rule, bookingKeys, message, remedy }: Conflict): string {
  const files = bookingKeys.map((key) => `bookings/data/${key}.json`).join(' and ');
  const where = bookingKeys.length > 1 ? 'one of the files' : 'the file';
  return `${files}: ${message}. ${remedy}; if it is meant, state it in ${where}: "exceptions": [{ "rule": "${rule}", "reason": "…" }]`;
}

/**
 * What contradicts what among confirmed charters that are not over: a hold is no promise, so it is in nobody's way. A
 * conflict that one of its files states as an exception, with a reason, is meant.
 */
export function findConflicts(
  bookings: readonly Charter[],
  { limits, now }: { readonly limits: Pick<Limits, 'crewRestMinutes'>; readonly now: Instant },
): Conflict[] {
  const standing = bookings
    .filter(({ status, endsAt }) => status === 'confirmed' && compareInstants(endsAt, now) > 0)
    .toSorted(byStart);
  const turnaround = Math.max(0, ...new Set(standing.map(({ vessel }) => vessel.turnaroundMinutes)));
  const rest = limits.crewRestMinutes;
  return [
    ...standing.flatMap(tooManyGuests),
    ...standing.flatMap(tooFewCrew),
    ...neighbours(standing, onVessel, turnaround).flatMap(vesselConflict),
    ...neighbours(standing, membersOf, rest).flatMap((pair) => crewConflict(pair, rest)),
  ];
}

const byStart = (one: Charter, other: Charter): number =>
  compareInstants(one.startsAt, other.startsAt) || (one.key < other.key ? -1 : 1);

function tooManyGuests(booking: Charter): Conflict[] {
  const { vessel, guest } = booking;
  if (guest.count <= vessel.capacity) return [];
  return conflict('too-many-guests', [booking], {
    message: `${guest.count} guests, and ${vessel.name} takes ${vessel.capacity}`,
    remedy: 'Agree on fewer guests or on another vessel',
  });
}

/** Open positions count: they are planned, and somebody may still take them. */
const tooFewCrew = (booking: Charter): Conflict[] =>
  booking.vessel.minimumCrew.flatMap(({ role, count, perGuests }) => {
    const { guest, crew, vessel } = booking;
    const least = perGuests === undefined ? count : count * Math.ceil(guest.count / perGuests);
    const planned = crew.filter((assignment) => assignment.role === role).length;
    if (planned >= least) return [];
    return conflict('too-few-crew', [booking], {
      message: `${planned} × ${role} for ${guest.count} guests, and ${vessel.name} needs ${least}`,
      remedy: `Add a position with the role ${role}; it may be open`,
    });
  });

/** Two charters that share something, a vessel or a member; the earlier one begins first. */
interface Pair {
  readonly shared: string;
  readonly earlier: Charter;
  readonly later: Charter;
}

interface Share {
  readonly key: string;
  /** As people call it. */
  readonly name: string;
}

const onVessel = ({ vessel }: Charter): Share[] => [vessel];
const membersOf = ({ crew }: Charter): Share[] =>
  crew.flatMap(({ member }) => (member === null ? [] : [member]));

/** Of charters in order of their start, each with all earlier ones less than so many minutes before it. */
function neighbours(
  standing: readonly Charter[],
  sharesOf: (booking: Charter) => Share[],
  minutes: number,
): Pair[] {
  const before = new Map<string, Charter[]>();
  return standing.flatMap((later) =>
    sharesOf(later).flatMap(({ key, name }) => {
      const near = (before.get(key) ?? []).filter(
        ({ endsAt }) => minutesBetween(endsAt, later.startsAt) < minutes,
      );
      before.set(key, [...near, later]);
      return near.map((earlier) => ({ shared: name, earlier, later }));
    }),
  );
}

function vesselConflict({ shared, earlier, later }: Pair): Conflict[] {
  const gap = minutesBetween(earlier.endsAt, later.startsAt);
  const { turnaroundMinutes } = later.vessel;
  if (gap >= turnaroundMinutes) return [];
  const message =
    gap < 0
      ? `${shared} is booked twice at the same time`
      : `${shared} has ${gap} minutes between two charters, and needs ${turnaroundMinutes}`;
  return conflict('vessel-overlap', [earlier, later], { message, remedy: 'Move one, or cancel one' });
}

function crewConflict({ shared, earlier, later }: Pair, restMinutes: number): Conflict[] {
  const gap = minutesBetween(earlier.endsAt, later.startsAt);
  if (gap >= restMinutes) return [];
  const remedy = 'Assign somebody else to one of them';
  return gap < 0
    ? conflict('crew-overlap', [earlier, later], { message: `${shared} is on both at the same time`, remedy })
    : conflict('crew-rest', [earlier, later], {
        message: `${shared} has ${gap} minutes of rest between the two, and needs ${restMinutes}`,
        remedy,
      });
}

/** None, when one of the files says that it is meant. */
function conflict(
  rule: ConflictRule,
  bookings: readonly Charter[],
  words: Pick<Conflict, 'message' | 'remedy'>,
): Conflict[] {
  const isMeant = bookings.some(({ exceptions }) => exceptions.some((exception) => exception.rule === rule));
  return isMeant ? [] : [{ rule, bookingKeys: bookings.map(({ key }) => key), ...words }];
}
