import * as z from 'zod';
import { signUpSchema, type SignUp } from '#bookings/model/sign-ups.ts';
import { eventViewSchema, type EventView } from '#bookings/model/views/event.ts';
import { summaryViewSchema, type SummaryView } from '#bookings/model/views/summary.ts';
import type { Item, Key, Table } from '../adapters/dynamodb.ts';
import {
  asRead,
  EXPENSES_DUE,
  MARK_EXPENSES,
  matching,
  notOlder,
  ofPage,
  releasable,
  releasing,
  restoring,
  signingUp,
  startsBetween,
  storing,
  unchangedSince,
} from './event-expressions.ts';

/** A member's standing in a charter that is on: since when they have a place or an invitation. */
const standingSchema = z.object({
  /** Revision by which they came in; their answers from before it count no more. */
  since: z.int(),
  /** Instant of the last release that asked them for an answer: told them of the place, or of something material. */
  askedAt: z.string(),
});
export type Standing = z.output<typeof standingSchema>;

/** Who had a place and lost it, with the times that they knew: their calendar feed takes the charter back. */
const formerSchema = z.object({
  revision: z.int(),
  start: z.string(),
  end: z.string(),
  zone: z.string(),
  startsAt: z.string(),
  endsAt: z.string(),
});
export type Former = z.output<typeof formerSchema>;

const toldSchema = z.object({
  event: eventViewSchema,
  summary: summaryViewSchema,
  /** Instant of the release. */
  at: z.string(),
  /** Revision at which the event view last changed: the SEQUENCE of calendar feeds. */
  eventRevision: z.int(),
  /**
   * By member: everyone with a place or an invitation, also to a position that somebody signed up for, as it may be open
   * again; nobody while cancelled or on hold.
   */
  places: z.record(z.string(), standingSchema),
  /** By member; gone again when they have a place again. */
  former: z.record(z.string(), formerSchema),
  /** Ids of what the release told: an intent of its revision that is not among them was made in vain. Absent: all count. */
  news: z.array(z.string()).optional(),
});
/** What people are, or were last, told; pay is apart, in the assignments. */
export type Told = z.output<typeof toldSchema>;

const itemSchema = z.object({
  event_id: z.string(),
  created_timestamp: z.string(),
  booking_key: z.string(),
  revision: z.int(),
  view: eventViewSchema,
  summary: summaryViewSchema,
  told: toldSchema.optional(),
  told_revision: z.int().optional(),
  released: z.array(z.int()).default([]),
  sign_ups: z.array(signUpSchema).default([]),
  sign_up_changes: z.int().default(0),
  /** 0 until an expense is entered. */
  expenses_version: z.int().default(0),
});

/** An event as stored in `scc-events`. There is no money in it. */
export interface StoredEvent {
  readonly eventId: string;
  readonly createdTimestamp: string;
  readonly bookingKey: string;
  readonly revision: number;
  readonly view: EventView;
  readonly summary: SummaryView;
  /** Null until the first release. */
  readonly told: Told | null;
  readonly toldRevision: number | null;
  /** Every revision that was released, ascending: a notification is sent only when its revision is among them. */
  readonly released: readonly number[];
  /** Who accepted open positions, the first first. */
  readonly signUps: readonly SignUp[];
  /** How often somebody signed up or gave a place back: it never falls, as revisions do not. */
  readonly signUpChanges: number;
}

/** An event that people know of. */
export type ToldEvent = StoredEvent & { readonly told: Told; readonly toldRevision: number };
export const isTold = (event: StoredEvent): event is ToldEvent =>
  event.told !== null && event.toldRevision !== null;

/** An event that the crew may know of; undefined also for one that waits for its first release. */
export async function findTold(
  eventId: string,
  events: Pick<EventStore, 'find'>,
): Promise<ToldEvent | undefined> {
  const event = await events.find(eventId);
  return event !== undefined && isTold(event) ? event : undefined;
}

export interface NewEvent {
  readonly createdTimestamp: string;
  readonly revision: number;
  readonly view: EventView;
  readonly summary: SummaryView;
}

/** An item as it is; `event` is undefined when there is none, or somebody made it unreadable. */
export interface ReadEvent {
  readonly item: Item | undefined;
  readonly event: StoredEvent | undefined;
}

/** An event that was released at its revision, as it is put back. */
export interface RestoredEvent extends NewEvent, Pick<StoredEvent, 'released' | 'signUps'> {
  readonly told: Told;
  /** Where they are lost, too: what they begin with, above all that they can have been. */
  readonly counters: { readonly sign_up_changes?: number; readonly expenses_version?: number };
}

export interface EventFilter {
  /** Instants that the charter's start lies between. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly status?: EventView['status'] | undefined;
}

export interface EventStore {
  find(eventId: string): Promise<StoredEvent | undefined>;
  read(eventId: string): Promise<ReadEvent>;
  findMany(ids: readonly EventKey[]): Promise<StoredEvent[]>;
  /** Events of a guest page, by id: more than one only where a booking was given anew. The index may lag behind a moment ago. */
  findByPage(pageId: string): Promise<StoredEvent[]>;
  list(
    filter: EventFilter,
    page: { limit: number; after?: Key | undefined },
  ): Promise<{ events: StoredEvent[]; next: Key | undefined }>;
  /** Events whose stored start lies between, both included; the index may lag behind a moment ago. */
  startingBetween(from: Date, to: Date): Promise<StoredEvent[]>;
  /** Stores view and summary beside `told`; false when a newer revision is there. */
  store(event: NewEvent): Promise<boolean>;
  /** Puts an event back together with what people were told; false when it is not as it was read any more. */
  restore(event: RestoredEvent, read: ReadEvent): Promise<boolean>;
  /**
   * The one write that makes a release true, and forgets the sign-ups that hold nothing any more. False when the event
   * moved on, somebody signed up or declined since it was read, or it is already so.
   */
  release(event: StoredEvent, told: Told, signUps: readonly SignUp[]): Promise<boolean>;
  /** Replaces the list of sign-ups. False when the list or what people were told is not as it was read. */
  signUps(event: ToldEvent, signUps: readonly SignUp[]): Promise<boolean>;
  /** Says that expenses are about to change, before the entry is stored: their version rises, and the board has to hear of it. */
  markExpenses(event: EventKey): Promise<void>;
  /** Events whose expenses the board has not heard of; the index may lag behind a moment ago. */
  expensesDue(limit: number): Promise<{ event: StoredEvent; version: number }[]>;
  /** The board has heard of this version; with a later one the event stays due. */
  expensesSent(event: EventKey, version: number): Promise<void>;
}

export type EventKey = Pick<StoredEvent, 'eventId' | 'createdTimestamp'>;

export function createEventStore(table: Table): EventStore {
  const itemOf = async (eventId: string): Promise<Item | undefined> => {
    const where = { text: '#event_id = :id', values: { id: eventId } };
    return (await table.query({ where, limit: 1 }))[0];
  };
  return {
    async find(eventId) {
      const item = await itemOf(eventId);
      return item && toStoredEvent(item);
    },
    async read(eventId) {
      const item = await itemOf(eventId);
      return { item, event: itemSchema.safeParse(item).success ? toStoredEvent(item!) : undefined };
    },
    async findMany(ids) {
      return (await table.getMany(ids.map(keyOf))).map(toStoredEvent);
    },
    async findByPage(pageId) {
      const keys = await table.query({ index: 'by-page', where: ofPage(pageId) });
      const items = await table.getMany(keys.map(readKey));
      return items.map(toStoredEvent).toSorted((one, other) => (one.eventId < other.eventId ? -1 : 1));
    },
    async list(filter, { limit, after }) {
      const { items, next } = await table.scan({ ...matching(filter), limit, after });
      return { events: items.map(toStoredEvent), next };
    },
    async startingBetween(from, to) {
      const months = startsBetween(from, to).map((where) => table.query({ index: 'by-start', where }));
      return (await Promise.all(months)).flat().map(toStoredEvent);
    },
    store: (event) =>
      table.update(keyOf({ ...event, eventId: event.view.eventId }), storing(event), notOlder(event)),
    restore: (event, read) =>
      table.update(keyOf({ ...event, eventId: event.view.eventId }), restoring(event), asRead(read)),
    release: (event, told, signUps) =>
      table.update(keyOf(event), releasing(event, told, signUps), releasable(event)),
    signUps: (event, signUps) => table.update(keyOf(event), signingUp(signUps), unchangedSince(event)),
    async markExpenses(event) {
      await table.update(keyOf(event), MARK_EXPENSES, { text: 'attribute_exists(#event_id)' });
    },
    async expensesDue(limit) {
      const items = await table.query({ index: 'expenses-due', where: EXPENSES_DUE, limit });
      return items.map((item) => ({
        event: toStoredEvent(item),
        version: itemSchema.parse(item).expenses_version,
      }));
    },
    async expensesSent(event, version) {
      const unchanged = { text: '#expenses_version = :version', values: { version } };
      await table.update(keyOf(event), { text: 'REMOVE #expenses_due' }, unchanged);
    },
  };
}

const keyOf = ({ eventId, createdTimestamp }: EventKey): Key => ({
  event_id: eventId,
  created_timestamp: createdTimestamp,
});

/** Of an item, or of an index that has the keys alone. */
const readKey = (item: Item): Key => itemSchema.pick({ event_id: true, created_timestamp: true }).parse(item);

function toStoredEvent(item: Item): StoredEvent {
  const stored = itemSchema.parse(item);
  return {
    eventId: stored.event_id,
    createdTimestamp: stored.created_timestamp,
    bookingKey: stored.booking_key,
    revision: stored.revision,
    view: stored.view,
    summary: stored.summary,
    told: stored.told ?? null,
    toldRevision: stored.told_revision ?? null,
    released: stored.released,
    signUps: stored.sign_ups,
    signUpChanges: stored.sign_up_changes,
  };
}
