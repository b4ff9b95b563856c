import type { Entry, EntryBase, EntryContent, EntryOf } from '#functions/scc/entries/entry.ts';

type Made = Partial<Pick<Entry, 'member' | 'lamport' | 'at'>>;

/** `make('t1', 3, { kind: 'tick', … })`: an entry of John's with a counter. */
export const make = <C extends EntryContent>(
  name: string,
  lamport: number,
  content: C,
  { member = 'john', at = '2027-05-30T16:00:00Z' }: Made = {},
): EntryBase & C => ({
  id: idOf(name),
  member,
  lamport,
  at,
  receivedAt: '2027-05-30T16:00:01Z',
  ...content,
});

/** An id as long as ids have to be: `t1` → `t1______________`. */
export const idOf = (name: string): string => name.padEnd(16, '_');

export const tick = (item: string, done = true, list = 'jada-before') =>
  ({ kind: 'tick', list, item, done }) as const;
export const note = (item: string, text: string, list = 'jada-before') =>
  ({ kind: 'note', list, item, text }) as const;
export const finish = (...saw: string[]) =>
  ({ kind: 'finish', list: 'jada-before', saw: saw.map(idOf) }) as const;
export const reopen = { kind: 'reopen', list: 'jada-before' } as const;
export const expense = (name: string, cents: number, changes: Partial<EntryOf<'expense'>> = {}) =>
  ({
    kind: 'expense',
    expense: idOf(name),
    category: 'supplies',
    cents,
    text: 'Ice',
    receipt: null,
    removed: false,
    ...changes,
  }) as const;
