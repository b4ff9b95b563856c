import { PLATFORM_NAMES, type BookingFile, type Platform, type Status } from './booking-file.ts';
import { specHash } from './canonical.ts';
import { bookingKeyOf } from './ids.ts';
import { payFor, percentOf, type Cents } from './money.ts';
import type { Problem } from './problem.ts';
import { describe, type Reading } from './read-input.ts';
import { rateCardOn, type RateCard, type Reference, type Vessel } from './reference.ts';
import { addHours, dateOf, readWallTime, shiftInstant, type Instant, type WallTime } from './time.ts';

/** A position on board with its pay. `key`: the member, or `<role>-<n>` for the n-th open entry of that role. */
export interface Assignment {
  readonly key: string;
  /** Member of the crew; null while the position is open. */
  readonly member: { readonly key: string; readonly name: string } | null;
  readonly role: string;
  readonly hours: number;
  readonly pay: Cents;
  /** Members whom an open position invites: everyone with that role. Empty when there is a member. */
  readonly candidates: readonly string[];
  /** Members not on this booking who could take the place of its member. Empty while it is open. */
  readonly substitutes: readonly string[];
}

/** A checklist of `checklists.json` as it is now. */
export type BookingChecklist = Reference['checklists']['templates'][string] & { readonly key: string };

/** A booking with all that its file refers to; what views are made of. */
export interface Booking {
  readonly key: string;
  readonly platform: Platform;
  readonly platformName: string;
  readonly id: string;
  readonly pageId: string;
  readonly status: Status;
  readonly bookedAt: Instant;
  readonly vessel: Vessel & { readonly key: string };
  readonly start: WallTime;
  readonly end: WallTime;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly hours: number;
  readonly guest: BookingFile['guest'];
  readonly gross: Cents;
  readonly portFee: Cents;
  readonly crew: readonly Assignment[];
  readonly checklists: readonly BookingChecklist[];
  readonly notes: BookingFile['notes'];
  readonly amendments: BookingFile['amendments'];
  readonly rebookedFrom: string | undefined;
  /** Conflicts that are meant. */
  readonly exceptions: BookingFile['exceptions'];
  /** Hash of the file's own content, without reference data. */
  readonly fileHash: string;
}

/** What a guest is greeted by: the first word of the name. */
export const firstNameOf = (name: string): string => name.trim().split(/\s+/)[0] ?? name;

/** Resolves what a file refers to. `where` names the file in problems; all of them are reported. */
export function resolveBooking(where: string, file: BookingFile, reference: Reference): Reading<Booking> {
  const problems: Problem[] = [];
  const report = (path: string, problem: Omit<Problem, 'where' | 'path'>) =>
    problems.push({ where, path, ...problem });

  const vessel = lookUp(reference.fleet.vessels, file.vessel);
  if (vessel === undefined) report('vessel', unknownKey('fleet.json', file.vessel, reference.fleet.vessels));
  const card = rateCardOn(reference.rates, dateOf(file.start));
  if (card === undefined) report('start', noRateCard(file.start));
  const crew = resolveCrew(file, card, reference, report);
  const portFeePercent = card && lookUp(card.portFeePercent, file.platform);
  if (card !== undefined && portFeePercent === undefined) report('platform', noPortFee(file.platform, card));
  const times = vessel && resolveTimes(file, vessel, report);
  const checklists = resolveChecklists(vessel, reference, report);

  if (problems.length > 0 || vessel === undefined || portFeePercent === undefined || times === undefined)
    return { ok: false, problems };
  return {
    ok: true,
    value: {
      ...times,
      key: bookingKeyOf(file.platform, file.id),
      platform: file.platform,
      platformName: PLATFORM_NAMES[file.platform],
      id: file.id.toUpperCase(),
      pageId: file.pageId,
      status: file.status,
      bookedAt: file.bookedAt,
      vessel: withKey(file.vessel, vessel),
      start: file.start,
      hours: file.hours,
      guest: file.guest,
      gross: file.gross,
      portFee: percentOf(file.gross, portFeePercent),
      crew,
      checklists,
      notes: file.notes,
      amendments: file.amendments,
      rebookedFrom: file.rebookedFrom,
      exceptions: file.exceptions,
      fileHash: specHash(file),
    },
  };
}

type Report = (path: string, problem: Omit<Problem, 'where' | 'path'>) => void;

function resolveTimes(file: BookingFile, vessel: Vessel, report: Report) {
  const reading = readWallTime(file.start, vessel.zone);
  if (reading.ok) {
    return {
      startsAt: reading.instant,
      endsAt: shiftInstant(reading.instant, file.hours),
      end: addHours(file.start, vessel.zone, file.hours),
    };
  }
  report('start', {
    expected: 'a time that exists once at the berth',
    found: `${describe(file.start)}, ${reading.reason}`,
    remedy: reading.remedy,
  });
  return undefined;
}

function resolveCrew(
  file: BookingFile,
  card: RateCard | undefined,
  reference: Reference,
  report: Report,
): Assignment[] {
  const open = new Map<string, number>();
  const seen = new Set<string>();
  return file.crew.map((entry, index) => {
    const path = `crew[${index}]`;
    const { members } = reference.crew;
    const member = entry.member === undefined ? undefined : lookUp(members, entry.member);
    if (entry.member !== undefined) {
      if (member === undefined) report(`${path}.member`, unknownKey('crew.json', entry.member, members));
      else if (!member.roles.includes(entry.role)) report(`${path}.role`, wrongRole(entry.role, member));
      if (seen.has(entry.member)) report(`${path}.member`, repeatedMember(entry.member));
      seen.add(entry.member);
    }
    const rate = entry.rate ?? (card && lookUp(card.hourly, entry.role));
    if (card !== undefined && rate === undefined)
      report(`${path}.role`, unknownKey('the rate card', entry.role, card.hourly));
    const count = (open.get(entry.role) ?? 0) + 1;
    if (entry.member === undefined) open.set(entry.role, count);
    return {
      key: entry.member ?? `${entry.role}-${count}`,
      member: entry.member === undefined ? null : { key: entry.member, name: member?.name ?? entry.member },
      role: entry.role,
      hours: entry.hours,
      pay: payFor(rate ?? 0, entry.hours),
      candidates: entry.member === undefined ? withRole(members, entry.role) : [],
      substitutes:
        entry.member === undefined
          ? []
          : withRole(members, entry.role).filter((key) => !file.crew.some(({ member: on }) => on === key)),
    };
  });
}

function resolveChecklists(
  vessel: Vessel | undefined,
  { checklists: { templates } }: Reference,
  report: Report,
): BookingChecklist[] {
  return (vessel?.checklists ?? []).flatMap((key) => {
    const template = lookUp(templates, key);
    if (template === undefined) report('vessel', unknownKey('checklists.json', key, templates));
    return template === undefined ? [] : [withKey(key, template)];
  });
}

/** Own keys only: a file may say `constructor`. */
const lookUp = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** One object for all bookings that refer to it. */
function withKey<T extends object>(key: string, value: T): T & { readonly key: string } {
  const known = keyed.get(value) as (T & { readonly key: string }) | undefined;
  const made = known?.key === key ? known : { key, ...value };
  keyed.set(value, made);
  return made;
}

const keyed = new WeakMap<object, object>();

type Members = Reference['crew']['members'];

/** Sorted. Every position of every booking asks, so answers are kept as long as the members are. */
function withRole(members: Members, role: string): readonly string[] {
  const known = byRole.get(members) ?? new Map<string, readonly string[]>();
  byRole.set(members, known);
  const found =
    known.get(role) ??
    Object.keys(members)
      .filter((key) => members[key]!.roles.includes(role))
      .toSorted();
  known.set(role, found);
  return found;
}

const byRole = new WeakMap<Members, Map<string, readonly string[]>>();

function unknownKey(where: string, key: string, known: object): Omit<Problem, 'where' | 'path'> {
  return {
    expected: `a key of ${where} (${Object.keys(known).join(', ')})`,
    found: describe(key),
    remedy: `correct it, or add "${key}" to ${where}`,
  };
}

const wrongRole = (role: string, member: { name: string; roles: string[] }) => ({
  expected: `a role of ${member.name} (${member.roles.join(', ')})`,
  found: describe(role),
  remedy: 'correct the role, or add it to the member in crew.json',
});

const repeatedMember = (member: string) => ({
  expected: 'each member once per booking',
  found: `${describe(member)} a second time`,
  remedy: 'keep one entry for the member, or leave `member` out for an open position',
});

const noRateCard = (start: string) => ({
  expected: 'a charter date that a rate card covers',
  found: describe(dateOf(start)),
  remedy: 'add a card with an earlier "from" to rates.json',
});

const noPortFee = (platform: string, card: RateCard) => ({
  expected: `a port fee for "${platform}" in the rate card from ${card.from}`,
  found: 'none',
  remedy: `add "${platform}" to portFeePercent in rates.json (0 where there is none)`,
});
