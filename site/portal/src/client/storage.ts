import { clear, createStore, del, delMany, get, set, update, values } from 'idb-keyval';
import type { Entry } from '#functions/scc/entries/entry.ts';
import type { UnsentStore } from './outbox.ts';
import type { Unsent } from './queue.ts';
import type { Upload, UploadStore } from './upload-queue.ts';

/** What of an event's log this device has seen. */
export interface StoredLog {
  readonly entries: readonly Entry[];
  /** Instant of the last answer of the server. */
  readonly at: string;
}

/** What a device keeps between visits. Outbox and uploads may hold several members'; logs are the remembered one's. */
export interface Storage {
  readonly outbox: UnsentStore;
  readonly uploads: UploadStore;
  log(eventId: string): Promise<StoredLog | undefined>;
  /** Adds to what is stored; where an id is known already, the server's newer word counts. */
  mergeLog(eventId: string, entries: readonly Entry[], at?: string): Promise<StoredLog>;
  dropLog(eventId: string): Promise<void>;
  dropLogs(): Promise<void>;
  /** One more than the highest counter that this device made or saw, never the same twice. */
  nextLamport(eventId: string, seen: number): Promise<number>;
  member(): Promise<string | undefined>;
  remember(member: string): Promise<void>;
  forget(): Promise<void>;
}

/** Rejects where the browser keeps nothing, as in some private windows. */
export async function openStorage(): Promise<Storage> {
  const unsent = createStore('bosun-outbox', 'entries');
  const uploads = createStore('bosun-uploads', 'uploads');
  const logs = createStore('bosun-logs', 'logs');
  const device = createStore('bosun-device', 'facts');
  await get(MEMBER, device);
  return {
    outbox: {
      all: () => values<Unsent>(unsent),
      put: (one) => set(one.entry.id, one, unsent),
      remove: (ids) => delMany([...ids], unsent),
    },
    uploads: {
      all: () => values<Upload>(uploads),
      put: (one) => set(one.photo, one, uploads),
      remove: (photo) => del(photo, uploads),
    },
    log: (eventId) => get<StoredLog>(eventId, logs),
    mergeLog: (eventId, entries, at) =>
      updated<StoredLog>(eventId, logs, (stored) => ({
        entries: mergeEntries(stored?.entries ?? [], entries),
        at: at ?? stored?.at ?? new Date().toISOString(),
      })),
    dropLog: (eventId) => del(eventId, logs),
    dropLogs: () => clear(logs),
    nextLamport: (eventId, seen) =>
      updated<number>(`lamport/${eventId}`, device, (last = 0) => Math.max(last, seen) + 1),
    member: () => get<string>(MEMBER, device),
    remember: (member) => set(MEMBER, member, device),
    forget: () => del(MEMBER, device),
  };
}

const MEMBER = 'member';

/** Entries are only ever added, so a reply that was under way meanwhile cannot take any back. */
export const mergeEntries = (known: readonly Entry[], news: readonly Entry[]): Entry[] => [
  ...new Map([...known, ...news].map((entry) => [entry.id, entry])).values(),
];

/** Changes a value in one transaction, and returns what it became. */
async function updated<T>(
  key: string,
  store: ReturnType<typeof createStore>,
  change: (old: T | undefined) => T,
): Promise<T> {
  let value: T | undefined;
  await update<T>(key, (old) => (value = change(old)), store);
  return value as T;
}
