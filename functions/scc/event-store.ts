import * as z from 'zod';
import { eventViewSchema, type EventView } from '#bookings/model/views/event.ts';
import { summaryViewSchema, type SummaryView } from '#bookings/model/views/summary.ts';
import type { Expression, Item, Key, Table } from '../adapters/dynamodb.ts';

const toldSchema = z.object({ event: eventViewSchema, summary: summaryViewSchema });
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
}

/** An event that people know of. */
export type ToldEvent = StoredEvent & { readonly told: Told; readonly toldRevision: number };
export const isTold = (event: StoredEvent): event is ToldEvent =>
  event.told !== null && event.toldRevision !== null;

export interface NewEvent {
  readonly createdTimestamp: string;
  readonly revision: number;
  readonly view: EventView;
  readonly summary: SummaryView;
}

export interface EventFilter {
  /** Instants that the charter's start lies between. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly status?: EventView['status'] | undefined;
}

export interface EventStore {
  find(eventId: string): Promise<StoredEvent | undefined>;
  findMany(ids: readonly { eventId: string; createdTimestamp: string }[]): Promise<StoredEvent[]>;
  list(
    filter: EventFilter,
    page: { limit: number; after?: Key | undefined },
  ): Promise<{ events: StoredEvent[]; next: Key | undefined }>;
  /** Stores view and summary beside `told`; false when a newer revision is there. */
  store(event: NewEvent): Promise<boolean>;
  /** The one write that makes a release true. False when the event moved on, or it is already so. */
  release(event: StoredEvent, told: Told): Promise<boolean>;
}

export function createEventStore(table: Table): EventStore {
  return {
    async find(eventId) {
      const where = { text: '#event_id = :id', values: { id: eventId } };
      const [item] = await table.query({ where, limit: 1 });
      return item && toStoredEvent(item);
    },
    async findMany(ids) {
      const keys = ids.map((id) => ({ event_id: id.eventId, created_timestamp: id.createdTimestamp }));
      return (await table.getMany(keys)).map(toStoredEvent);
    },
    async list(filter, { limit, after }) {
      const { items, next } = await table.scan({ ...filterOf(filter), limit, after });
      return { events: items.map(toStoredEvent), next };
    },
    store: (event) => table.update(keyOf(event.view.eventId, event), toChange(event), notOlder(event)),
    release: (event, told) =>
      table.update(
        keyOf(event.eventId, event),
        {
          text: 'SET #told = :told, #told_revision = :revision, #released = list_append(if_not_exists(#released, :none), :one)',
          values: {
            told,
            revision: event.revision,
            none: [],
            one: [event.revision],
          },
        },
        {
          text: '#revision = :revision AND (attribute_not_exists(#told_revision) OR #told_revision < :revision)',
        },
      ),
  };
}

const keyOf = (eventId: string, { createdTimestamp }: { createdTimestamp: string }): Key => ({
  event_id: eventId,
  created_timestamp: createdTimestamp,
});

const toChange = ({ view, summary, revision }: NewEvent): Expression => ({
  text:
    'SET #booking_key = :bookingKey, #revision = :revision, #view = :view, #summary = :summary, ' +
    '#status = :status, #starts_at = :startsAt, #ends_at = :endsAt',
  values: {
    bookingKey: view.bookingKey,
    revision,
    view,
    summary,
    status: view.status,
    startsAt: view.startsAt,
    endsAt: view.endsAt,
  },
});

const notOlder = ({ revision }: NewEvent): Expression => ({
  text: 'attribute_not_exists(#revision) OR #revision <= :revision',
  values: { revision },
});

function filterOf({ from, to, status }: EventFilter): { filter?: Expression } {
  const tests = [
    from === undefined ? undefined : '#starts_at >= :from',
    to === undefined ? undefined : '#starts_at < :to',
    status === undefined ? undefined : '#status = :status',
  ].filter((test) => test !== undefined);
  if (tests.length === 0) return {};
  const values = Object.entries({ from, to, status }).filter(([, value]) => value !== undefined);
  return { filter: { text: tests.join(' AND '), values: Object.fromEntries(values) } };
}

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
  };
}
