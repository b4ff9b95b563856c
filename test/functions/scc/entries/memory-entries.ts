import type { Item, Table } from '#functions/adapters/dynamodb.ts';
import { createEntryStore } from '#functions/scc/entries/entry-store.ts';

/** The entry store over a table that is a map, for tests that need thousands of entries. */
export function createMemoryEntries() {
  const items = new Map<string, Item>();
  const keyOf = (item: Item) => JSON.stringify([item['event_id'], item['entry_id']]);
  const refuse = () => Promise.reject(new Error('not for entries'));
  const table: Table = {
    get: async (key) => structuredClone(items.get(keyOf(key))),
    query: async ({ where }) =>
      [...items.values()]
        .filter((item) => item['event_id'] === where.values?.['id'])
        .map((item) => structuredClone(item)),
    async put(item, condition) {
      if (condition?.text !== 'attribute_not_exists(#entry_id)')
        throw new Error('an entry is only ever added');
      if (items.has(keyOf(item))) return false;
      items.set(keyOf(item), structuredClone(item));
      return true;
    },
    getMany: refuse,
    scan: refuse,
    update: refuse,
  };
  return { store: createEntryStore(table), items };
}
