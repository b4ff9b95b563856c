import { compareEntries, type Entry, type EntryOf, type ExpenseContent } from './entry.ts';

/** What a set of entries comes to, whatever the order and however often they came. */
export interface EventState {
  /** The highest Lamport counter, 0 without entries: the next entry's is one more. */
  readonly lamport: number;
  /** By checklist key. A list without entries is absent. */
  readonly lists: Readonly<Record<string, ListState>>;
  /** Latest version of each, in the order of their first entries; removed ones are left out. */
  readonly expenses: readonly ExpenseState[];
  /** In order of arrival; removed ones are left out, and stay so. */
  readonly photos: readonly PhotoState[];
  /** Receipts that arrived, likewise. */
  readonly receipts: readonly PhotoState[];
  /** Set while the captain's close holds. */
  readonly closed: Stamp | null;
  /** The latest answer of each member. */
  readonly answers: Readonly<Record<string, EntryOf<'answer'>>>;
  /** The latest look of each member. */
  readonly seen: Readonly<Record<string, EntryOf<'seen'>>>;
}

export interface Stamp {
  readonly member: string;
  /** Instant. */
  readonly at: string;
  /** Id of the entry that made it so. */
  readonly entry: string;
}

export interface ListState {
  /** By item key; an item that nobody touched is absent. */
  readonly items: Readonly<Record<string, ItemState>>;
  readonly finished: Stamp | null;
  /** All entries of the list: what a *finish* made now would name. */
  readonly entries: readonly string[];
  /** Ticks and notes that the holding *finish* did not see, by order: they count, and show as late until a reopen. */
  readonly late: readonly string[];
}

export interface ItemState {
  readonly done: boolean;
  /** Who last ticked or unticked it, and when; null while it has a note only. */
  readonly changed: (Stamp & { readonly isLate: boolean }) | null;
  /** Its text is empty when somebody took it away. */
  readonly note: (Stamp & { readonly text: string; readonly isLate: boolean }) | null;
}

export interface ExpenseState extends Omit<ExpenseContent, 'kind' | 'removed'>, Stamp {}

export interface PhotoState extends Stamp {
  readonly photo: string;
  readonly type: string;
  readonly hasThumbnail: boolean;
}

/** Pure, and small: it runs on every phone. Who may do what was checked when an entry was stored. */
export function foldEntries(entries: readonly Entry[]): EventState {
  const ordered = [...new Map(entries.map((entry) => [entry.id, entry])).values()].sort(compareEntries);
  const of = <Kind extends Entry['kind']>(...kinds: Kind[]) =>
    ordered.filter((entry): entry is EntryOf<Kind> => kinds.includes(entry.kind as Kind));
  const thumbnails = new Set(of('thumbnail').map(({ photo }) => photo));
  const removed = new Set(of('photo-removed').map(({ photo }) => photo));
  const toPhotos = (arrived: readonly EntryOf<'photo' | 'receipt'>[]): PhotoState[] =>
    arrived
      .filter(({ photo }) => !removed.has(photo))
      .map((entry) => ({
        ...stampOf(entry),
        photo: entry.photo,
        type: entry.type,
        hasThumbnail: thumbnails.has(entry.photo),
      }));
  const lists = groupBy(of('tick', 'note', 'finish', 'reopen'), ({ list }) => list);
  const expenses = groupBy(of('expense'), ({ expense }) => expense);
  const closing = of('close', 'open').at(-1);
  return {
    lamport: ordered.at(-1)?.lamport ?? 0,
    lists: toRecord([...lists].map(([list, own]) => [list, foldList(own)])),
    expenses: [...expenses.values()].map(latestVersion).filter((expense) => expense !== undefined),
    photos: toPhotos(of('photo')),
    receipts: toPhotos(of('receipt')),
    closed: closing?.kind === 'close' ? stampOf(closing) : null,
    answers: toRecord(of('answer').map((entry) => [entry.member, entry])),
    seen: toRecord(of('seen').map((entry) => [entry.member, entry])),
  };
}

function foldList(entries: readonly EntryOf<'tick' | 'note' | 'finish' | 'reopen'>[]): ListState {
  let finish: EntryOf<'finish'> | undefined;
  for (const entry of entries) {
    if (entry.kind === 'finish') finish = entry;
    if (entry.kind === 'reopen') finish = undefined;
  }
  const saw = new Set(finish?.saw);
  const late = new Set<string>();
  const items = new Map<string, ItemState>();
  for (const entry of entries) {
    if (entry.kind !== 'tick' && entry.kind !== 'note') continue;
    const isLate = finish !== undefined && !saw.has(entry.id);
    if (isLate) late.add(entry.id);
    const stamp = { ...stampOf(entry), isLate };
    const item = items.get(entry.item) ?? { done: false, changed: null, note: null };
    items.set(
      entry.item,
      entry.kind === 'tick'
        ? { ...item, done: entry.done, changed: stamp }
        : { ...item, note: { ...stamp, text: entry.text } },
    );
  }
  return {
    items: toRecord(items),
    finished: finish ? stampOf(finish) : null,
    entries: entries.map(({ id }) => id),
    late: [...late],
  };
}

/** Undefined when it was removed. Its author is who made its first entry, which may still be on the way. */
function latestVersion(versions: readonly EntryOf<'expense'>[]): ExpenseState | undefined {
  const author = (versions.find(({ id, expense }) => id === expense) ?? versions[0]!).member;
  const latest = versions.findLast(({ member }) => member === author)!;
  if (latest.removed) return undefined;
  const { expense, category, cents, text, receipt } = latest;
  return { ...stampOf(latest), expense, category, cents, text, receipt };
}

const stampOf = ({ member, at, id }: Entry): Stamp => ({ member, at, entry: id });

function groupBy<E>(entries: readonly E[], keyOf: (entry: E) => string): Map<string, E[]> {
  const groups = new Map<string, E[]>();
  for (const entry of entries) {
    const group = groups.get(keyOf(entry));
    if (group) group.push(entry);
    else groups.set(keyOf(entry), [entry]);
  }
  return groups;
}

/** Without a prototype: a list or an item may be called `constructor`. */
const toRecord = <T>(members: Iterable<readonly [string, T]>): Record<string, T> =>
  Object.assign(Object.create(null) as Record<string, T>, Object.fromEntries(members));
