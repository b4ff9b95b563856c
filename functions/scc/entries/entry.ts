/**
 * What the crew adds to an event: one append-only table, `scc-entries`. State is a fold over the entries (`fold.ts`), so
 * a phone that was offline can send what it has, twice and in any order. This file and the fold run in the browser too:
 * no imports.
 */
export type Entry = EntryBase & EntryContent;
export type EntryOf<Kind extends Entry['kind']> = Extract<Entry, { kind: Kind }>;

export interface EntryBase {
  /** Chosen by whoever makes the entry: 16 to 64 of `A–Z a–z 0–9 _ -`. The same id is the same entry. */
  readonly id: string;
  /** Member key, taken from the session; `operator` for the service key, `guest` for a guest's photo. */
  readonly member: string;
  /** One more than the highest in any entry that the device has made or seen; the server sets it for a form. */
  readonly lamport: number;
  /** Instant by the device's clock; the server's when that is in the future. */
  readonly at: string;
  /** Instant by the server's clock. */
  readonly receivedAt: string;
}

/** What a device may make on its own, also without network. */
export type DeviceContent =
  | { readonly kind: 'tick'; readonly list: string; readonly item: string; readonly done: boolean }
  /** An empty text takes the note away. */
  | { readonly kind: 'note'; readonly list: string; readonly item: string; readonly text: string }
  /** Names the entries of the list that it saw; what comes later without being among them is late. */
  | { readonly kind: 'finish'; readonly list: string; readonly saw: readonly string[] }
  | { readonly kind: 'reopen'; readonly list: string }
  | ExpenseContent
  | { readonly kind: 'photo-removed'; readonly photo: string };

export const EXPENSE_CATEGORIES = ['mileage', 'supplies', 'tips', 'other'] as const;
export type ExpenseCategory = (typeof EXPENSE_CATEGORIES)[number];

/** One version of an expense; an edit is another entry with the same `expense`. */
export interface ExpenseContent {
  readonly kind: 'expense';
  /** Id of the expense: that of its first entry. Versions by anybody but its author count nothing. */
  readonly expense: string;
  readonly category: ExpenseCategory;
  /** Integer cents in the event's currency. */
  readonly cents: number;
  readonly text: string;
  /** Photo id of the receipt. */
  readonly receipt: string | null;
  readonly removed: boolean;
}

/** What only the server makes. */
export type ServerContent =
  /** An upload that arrived and is what it says; `thumbnail` arrives by itself. */
  | { readonly kind: 'photo'; readonly photo: string; readonly type: string }
  | { readonly kind: 'thumbnail'; readonly photo: string }
  | { readonly kind: 'receipt'; readonly photo: string; readonly type: string }
  /** To the place as it was shown: `version` is {@link ./../place-version.ts}'s, `since` the revision of the place. */
  | {
      readonly kind: 'answer';
      readonly answer: 'confirmed' | 'declined';
      readonly position: string;
      readonly version: string;
      readonly since: number;
      readonly reason: string | null;
    }
  /** The person looked and said so; what they saw, without pay, which is kept by revision in the assignment. */
  | { readonly kind: 'seen'; readonly revision: number; readonly shown: Readonly<Record<string, unknown>> }
  /** By the captain: expenses are final; and again open. */
  | { readonly kind: 'close' }
  | { readonly kind: 'open' };

export type EntryContent = DeviceContent | ServerContent;

/** An entry as a device sends it: who made it the session says, and when it arrived the server. */
export type DeviceEntry = Pick<EntryBase, 'id' | 'lamport' | 'at'> & DeviceContent;

/** The total order of entries: what depends on another one comes after it, and ties break the same everywhere. */
export const compareEntries = (one: EntryBase, other: EntryBase): number =>
  one.lamport - other.lamport || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);
