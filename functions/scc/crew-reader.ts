import type { Difference } from '#bookings/model/differences.ts';
import { compareInstants, shiftInstant } from '#bookings/model/time.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import type { Table } from '../adapters/dynamodb.ts';
import { readAnswerFacts } from './answer-facts.ts';
import type { AnswerFacts } from './answer-news.ts';
import { effectiveView, type AnswerState } from './answers.ts';
import { createAssignmentStore, type Amount } from './assignment-store.ts';
import type { CaptainView } from './captain-view.ts';
import { charterSummary, crewCharter } from './crew-charter.ts';
import { feedEntryOf } from './crew-feed.ts';
import { createCrewRegistry, type CrewContact } from './crew-registry.ts';
import { createEntryStore } from './entries/entry-store.ts';
import { WRITABLE_HOURS } from './entries/refusal.ts';
import type { Entry } from './entries/entry.ts';
import type { EventState } from './entries/fold.ts';
import { createEventStore, findTold, isTold, type ToldEvent } from './event-store.ts';
import type { FeedEntry } from './feed.ts';
import type { LinkKeys } from './link-keys.ts';
import {
  keysFor,
  LINK_HOURS,
  readLink,
  readSession,
  SESSION_SECONDS,
  signSession,
  type Link,
} from './links.ts';
import type { NextAction } from './next-action.ts';
import { placeOf } from './place.ts';
import { readCaptainView } from './read-captain-view.ts';

export interface CrewMember {
  readonly key: string;
  readonly name: string;
}

/**
 * A charter as one member of the crew may see it: what was last released, with who signed up since; of pay, reasons,
 * expenses and receipts only their own.
 */
export interface CrewCharter {
  readonly event: EventView;
  /** The released one. */
  readonly revision: number;
  readonly own: {
    readonly key: string;
    readonly role: string;
    readonly hours: number;
    readonly invited: boolean;
    readonly pay: Amount | null;
    readonly answer: AnswerState;
    /** Of their decline. */
    readonly reason: string | null;
    /** What an answer has to name. */
    readonly version: string;
    /** What *seen* has to name. */
    readonly look: string;
    /** Revision since which they are part of the charter. */
    readonly since: number;
  };
  /** All positions, their own included. */
  readonly colleagues: readonly Colleague[];
  /** What changed since they last looked, pay as amounts under the path `pay`; null when they never did. */
  readonly news: readonly Difference[] | null;
  /** Folded over `entries`: those that this member may read. */
  readonly log: EventState;
  readonly entries: readonly Entry[];
  readonly isCaptain: boolean;
  readonly isOver: boolean;
  /** For the captain only. */
  readonly captain: CaptainView | null;
}

export interface Colleague {
  readonly key: string;
  readonly name: string | null;
  readonly role: string;
  readonly answer: AnswerState | 'open';
  readonly isOwn: boolean;
}

/** A charter in the list of a member's. */
export interface CharterSummary {
  readonly event: EventView;
  readonly own: { readonly role: string; readonly invited: boolean; readonly answer: AnswerState };
  readonly isOver: boolean;
  readonly nextAction: NextAction | null;
}

/** A magic link of ours: who it logs in and where it lands; or one that is over or revoked, and may be replaced. */
export type OpenedLink =
  | {
      readonly kind: 'open';
      readonly member: CrewMember;
      readonly eventId: string;
      readonly session: string;
      readonly maxAgeSeconds: number;
    }
  | { readonly kind: 'expired' };

/**
 * All that the crew portal reads. Nothing here writes: opening a link any number of times changes nothing. Nor does
 * it know anything but what was released: what waits for its release, or never had one, does not exist for the crew.
 */
export interface CrewReader {
  /** Undefined for what is no link of ours. */
  openLink(token: string, now: Date): Promise<OpenedLink | undefined>;
  memberOf(session: string | undefined, now: Date): Promise<CrewMember | undefined>;
  /** Only for who is assigned, signed up, or invited to an open position. */
  charter(eventId: string, member: string, now: Date): Promise<CrewCharter | undefined>;
  /** All charters of a member, by start. */
  charters(member: string, now: Date): Promise<readonly CharterSummary[]>;
  /** The same for a calendar, by start, with those that were theirs once. */
  feedOf(member: string): Promise<readonly FeedEntry[]>;
}

export interface CrewReaderOptions {
  readonly tables: {
    readonly events: Table;
    readonly assignments: Table;
    readonly crew: Table;
    readonly entries: Table;
  };
  readonly linkKeys: LinkKeys;
}

export function createCrewReader({ tables, linkKeys }: CrewReaderOptions): CrewReader {
  const events = createEventStore(tables.events);
  const assignments = createAssignmentStore(tables.assignments);
  const registry = createCrewRegistry(tables.crew);
  const entries = createEntryStore(tables.entries);
  const deps = { events, assignments, registry, entries };

  const activeMember = async (member: string): Promise<CrewContact | undefined> => {
    const contact = await registry.find(member);
    return contact?.active === true ? contact : undefined;
  };
  /** Those that an active member is or was part of. */
  const toldEvents = async (member: string): Promise<ToldEvent[]> => {
    if ((await activeMember(member)) === undefined) return [];
    return (await events.findMany(await assignments.eventsOf(member))).filter(isTold);
  };
  const factsAt = (event: ToldEvent, now: Date) =>
    readAnswerFacts(event, { ...deps, now: () => now }, NO_CONTACTS);

  return {
    async openLink(token, now) {
      const keys = await keysFor(token, linkKeys);
      const link = readLink(keys, token);
      if (link === undefined) return undefined;
      const [event, member] = await Promise.all([findTold(link.e, events), activeMember(link.m)]);
      if (event === undefined || member?.linkVersion !== link.v || !isOpen(link, event, now))
        return { kind: 'expired' };
      return {
        kind: 'open',
        member: toMember(member),
        eventId: event.eventId,
        session: signSession(keys, { member: member.key, linkVersion: member.linkVersion, now }),
        maxAgeSeconds: SESSION_SECONDS,
      };
    },
    async memberOf(token, now) {
      const session =
        token === undefined ? undefined : readSession(await keysFor(token, linkKeys), token, now);
      if (session === undefined) return undefined;
      const member = await activeMember(session.m);
      return member?.linkVersion === session.v ? toMember(member) : undefined;
    },
    async charter(eventId, member, now) {
      const [event, active] = await Promise.all([findTold(eventId, events), activeMember(member)]);
      if (event === undefined || active === undefined) return undefined;
      if (placeOf(effectiveView(event), member) === undefined) return undefined;
      const charter = await crewCharter(await factsAt(event, now), member, assignments);
      if (charter === undefined) return undefined;
      return { ...charter, captain: charter.isCaptain ? await readCaptainView(event, deps) : null };
    },
    async charters(member, now) {
      const own = (await toldEvents(member)).filter(
        (event) => placeOf(effectiveView(event), member) !== undefined,
      );
      const charters = await Promise.all(
        own.map(async (event) =>
          charterSummary(
            isLongOver(event, now) ? withoutAnswers(event, now) : await factsAt(event, now),
            member,
          ),
        ),
      );
      return charters
        .filter((charter) => charter !== undefined)
        .toSorted((one, other) => compareInstants(one.event.startsAt, other.event.startsAt));
    },
    async feedOf(member) {
      return (await toldEvents(member))
        .map((event) => feedEntryOf(event, member))
        .filter((entry) => entry !== undefined)
        .toSorted((one, other) => compareInstants(one.startsAt, other.startsAt));
    },
  };
}

/** Who is active matters to what is told, and nothing is told here. */
const NO_CONTACTS: readonly CrewContact[] = [];

const toMember = ({ key, name }: CrewContact): CrewMember => ({ key, name });

/** Of last season's charters nothing is asked any more, and there may be hundreds: what was answered is not read. */
const isLongOver = ({ told }: ToldEvent, now: Date): boolean =>
  compareInstants(shiftInstant(told.event.endsAt, WRITABLE_HOURS), now.toISOString()) < 0;

const withoutAnswers = (event: ToldEvent, now: Date): AnswerFacts => ({
  event,
  entries: [],
  payOf: () => null,
  isActive: () => false,
  now: now.toISOString(),
});

/** A retired key vouches for charters booked before it was retired: it cannot have signed a link to a later one. */
function isOpen({ key }: Link, { createdTimestamp, told }: ToldEvent, now: Date): boolean {
  const { retiredAt } = key;
  if (retiredAt !== null && compareInstants(createdTimestamp, retiredAt) > 0) return false;
  return compareInstants(now.toISOString(), shiftInstant(told.event.endsAt, LINK_HOURS)) <= 0;
}
