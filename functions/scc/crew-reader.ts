import { compareInstants, shiftInstant } from '#bookings/model/time.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import type { Table } from '../adapters/dynamodb.ts';
import { createAssignmentStore, type Amount } from './assignment-store.ts';
import { createCrewRegistry, type CrewContact } from './crew-registry.ts';
import { createEventStore, isTold, type ToldEvent } from './event-store.ts';
import type { LinkKey, LinkKeys } from './link-keys.ts';
import { kidOf, readLink, readSession, SESSION_SECONDS, signSession, type Link } from './links.ts';
import { placeOf } from './place.ts';

export interface CrewMember {
  readonly key: string;
  readonly name: string;
}

/** A charter as one member of the crew may see it: what was last released, and of pay only their own. */
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
  };
}

/**
 * All that the crew portal reads. Nothing here writes: opening a link any number of times changes nothing. Nor does
 * it know anything but what was released: what waits for its release, or never had one, does not exist for the crew.
 */
export interface CrewReader {
  /** A magic link: who it logs in and where it lands. Undefined when it is forged, revoked or over. */
  openLink(
    token: string,
    now: Date,
  ): Promise<{ member: CrewMember; eventId: string; session: string; maxAgeSeconds: number } | undefined>;
  memberOf(session: string | undefined, now: Date): Promise<CrewMember | undefined>;
  /** Only for who is assigned, or invited to an open position. */
  charter(eventId: string, member: string): Promise<CrewCharter | undefined>;
  /** All charters of a member, by start. */
  charters(member: string): Promise<readonly CrewCharter[]>;
}

export function createCrewReader({
  tables,
  linkKeys,
}: {
  readonly tables: { readonly events: Table; readonly assignments: Table; readonly crew: Table };
  readonly linkKeys: LinkKeys;
}): CrewReader {
  const events = createEventStore(tables.events);
  const assignments = createAssignmentStore(tables.assignments);
  const registry = createCrewRegistry(tables.crew);

  const activeMember = async (member: string): Promise<CrewContact | undefined> => {
    const contact = await registry.find(member);
    return contact?.active === true ? contact : undefined;
  };
  const toldEvent = async (eventId: string): Promise<ToldEvent | undefined> => {
    const event = await events.find(eventId);
    return event !== undefined && isTold(event) ? event : undefined;
  };
  const toCharter = async (event: ToldEvent, member: string): Promise<CrewCharter | undefined> => {
    const { told, toldRevision } = event;
    const place = placeOf(told.event, member);
    if (place === undefined) return undefined;
    const { key, role, hours } = place.position;
    const pay = await assignments.payOf(event.eventId, key, toldRevision);
    return {
      event: told.event,
      revision: toldRevision,
      own: { key, role, hours, invited: place.invited, pay },
    };
  };

  return {
    async openLink(token, now) {
      const keys = await keysFor(token, linkKeys);
      const link = readLink(keys, token);
      if (link === undefined) return undefined;
      const [event, member] = await Promise.all([toldEvent(link.e), activeMember(link.m)]);
      if (event === undefined || member?.linkVersion !== link.v || !isOpen(link, event, now))
        return undefined;
      return {
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
    async charter(eventId, member) {
      const [event, active] = await Promise.all([toldEvent(eventId), activeMember(member)]);
      return event === undefined || active === undefined ? undefined : toCharter(event, member);
    },
    async charters(member) {
      if ((await activeMember(member)) === undefined) return [];
      const found = (await events.findMany(await assignments.eventsOf(member))).filter(isTold);
      const charters = await Promise.all(found.map((event) => toCharter(event, member)));
      return charters
        .filter((charter) => charter !== undefined)
        .toSorted((one, other) => compareInstants(one.event.startsAt, other.event.startsAt));
    },
  };
}

/** A token may be signed by a key that is younger than what we keep of the secret. */
async function keysFor(token: string, linkKeys: LinkKeys): Promise<readonly LinkKey[]> {
  const keys = await linkKeys.read();
  const kid = kidOf(token);
  return kid === undefined || keys.some((key) => key.kid === kid) ? keys : linkKeys.reread();
}

const toMember = ({ key, name }: CrewContact): CrewMember => ({ key, name });

/** Links of one charter stay open for a week after its current end. */
const OPEN_HOURS = 7 * 24;

/** A retired key vouches for charters booked before it was retired: it cannot have signed a link to a later one. */
function isOpen({ key }: Link, { createdTimestamp, told }: ToldEvent, now: Date): boolean {
  const { retiredAt } = key;
  if (retiredAt !== null && compareInstants(createdTimestamp, retiredAt) > 0) return false;
  return compareInstants(now.toISOString(), shiftInstant(told.event.endsAt, OPEN_HOURS)) <= 0;
}
