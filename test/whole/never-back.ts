import type { StoredEvent } from '#scripts/stack/google/event-operations.ts';
import type { Item } from './expressions.ts';
import type { StoredObject } from './memory-cloud.ts';
import type { World } from './world.ts';

/** Watches every store for a write that takes it back to something older. */
export function watchForStaleWrites({ memory }: World): { readonly found: string[] } {
  const found: string[] = [];
  memory.watch((kind, key, before, after) => {
    const order = ORDERS[kind];
    if (order === undefined || before === undefined) return;
    const [old, young] = [order(before), order(after)];
    if (old.some((value, index) => value > young[index]!))
      found.push(`${kind} ${key}: ${old.join()} → ${young.join()}`);
  });
  return { found };
}

const numberIn = (item: unknown, name: string): number => Number((item as Item)[name] ?? 0);

/** By what each store is ordered: none of these ever falls. */
const ORDERS: Readonly<Record<string, (value: unknown) => number[]>> = {
  ledger: (item) => [numberIn(item, 'fence'), numberIn(item, 'revision')],
  events: (item) => [numberIn(item, 'revision'), numberIn(item, 'told_revision')],
  assignments: (item) => [numberIn(item, 'revision')],
  calendar: (entry) => [Number((entry as StoredEvent).extendedProperties?.private?.['revision'] ?? 0)],
  board: (cells) => [Number((cells as readonly unknown[])[5]) || 0],
  objects: (object) => {
    const { revision = 0, fence = 0 } = (object as StoredObject).metadata;
    return [Number(revision), Number(fence)];
  },
};
