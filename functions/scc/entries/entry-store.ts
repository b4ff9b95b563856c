import * as z from 'zod';
import { canonicalJson } from '#bookings/model/canonical.ts';
import type { Item, Table } from '../../adapters/dynamodb.ts';
import type { Entry, EntryBase, EntryContent } from './entry.ts';
import { storedContentSchema } from './entry-schema.ts';

/** `conflict`: the id is taken by another entry, and nothing was stored. */
export type Appended = 'stored' | 'duplicate' | 'conflict';

/** The append-only table `scc-entries`. */
export interface EntryStore {
  append(eventId: string, entry: Entry): Promise<Appended>;
  ofEvent(eventId: string): Promise<Entry[]>;
}

export function createEntryStore(table: Table): EntryStore {
  return {
    async append(eventId, entry) {
      const isNew = { text: 'attribute_not_exists(#entry_id)' };
      if (await table.put(toItem(eventId, entry), isNew)) return 'stored';
      const stored = await table.get({ event_id: eventId, entry_id: entry.id });
      if (stored === undefined) throw new Error(`entry ${entry.id} of ${eventId} is there and is not`);
      return isSameEntry(toEntry(stored), entry) ? 'duplicate' : 'conflict';
    },
    async ofEvent(eventId) {
      const where = { text: '#event_id = :id', values: { id: eventId } };
      return (await table.query({ where })).map(toEntry);
    },
  };
}

/**
 * By who says what. Not by counter and clock: where the server sets them, sending it again gives other ones, and the
 * first ones hold.
 */
export const isSameEntry = (one: Entry, other: Entry): boolean =>
  one.member === other.member && canonicalJson(contentOf(one)) === canonicalJson(contentOf(other));

function contentOf(entry: Entry): EntryContent {
  const { id: _id, member: _member, lamport: _lamport, at: _at, receivedAt: _receivedAt, ...content } = entry;
  return content;
}

const toItem = (eventId: string, entry: Entry): Item => ({
  event_id: eventId,
  entry_id: entry.id,
  member: entry.member,
  lamport: entry.lamport,
  at: entry.at,
  received_at: entry.receivedAt,
  content: contentOf(entry),
});

const itemSchema = z.object({
  entry_id: z.string(),
  member: z.string(),
  lamport: z.int(),
  at: z.string(),
  received_at: z.string(),
  content: storedContentSchema,
});

function toEntry(item: Item): Entry {
  const { entry_id: id, member, lamport, at, received_at: receivedAt, content } = itemSchema.parse(item);
  return { id, member, lamport, at, receivedAt, ...content } satisfies EntryBase & EntryContent;
}
