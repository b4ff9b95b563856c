import type { Entry } from '#functions/scc/entries/entry.ts';
import type { Api, Reply } from './api.ts';
import { drain, type Progress } from './outbox.ts';
import type { Storage } from './storage.ts';

export interface SyncDeps {
  readonly storage: Storage;
  readonly api: Api;
  readonly member: string;
  /** Something that is shown may have changed. */
  readonly changed: () => Promise<void>;
}

export interface Sync {
  /** What is in the way, as far as is known; `sent` when nothing is. */
  contact(): Progress;
  /** Sends what waits, of all charters of the member. */
  send(): Promise<void>;
  /** Fetches an event's log and stores it. Undefined when it could not be had. */
  refreshLog(eventId: string): Promise<readonly Entry[] | undefined>;
  /** All of it, beginning with whose session it is. Whether all of it worked. */
  meet(eventId: string | undefined): Promise<boolean>;
}

/** This device's side of the exchange with the server, in the name of one member. */
export function createSync({ storage, api, member, changed }: SyncDeps): Sync {
  let contact: Progress = 'sent';
  let isChecked = false;
  const hear = (kind: Reply['kind'] | 'sent') => {
    contact = kind === 'ok' || kind === 'refused' ? 'sent' : kind;
  };
  const keep = async (eventId: string, taken: readonly Entry[]) => {
    await storage.mergeLog(eventId, taken);
  };
  const send = async () => {
    hear(
      navigator.onLine
        ? await navigator.locks.request('bosun-outbox', () =>
            drain({ store: storage.outbox, api, keep }, member),
          )
        : 'unavailable',
    );
    await changed();
  };
  const refreshLog = async (eventId: string) => {
    const reply = await api.get(`/api/events/${eventId}/log`);
    hear(reply.kind);
    if (reply.kind === 'refused') await storage.dropLog(eventId);
    if (reply.kind !== 'ok') return undefined;
    const { entries } = reply.body as { entries: readonly Entry[] };
    const { entries: all } = await storage.mergeLog(eventId, entries, new Date().toISOString());
    return all;
  };
  /** A kept page may be older than the session, and another tab may have signed in as somebody else. */
  const isOwn = async (): Promise<boolean> => {
    const remembered = await storage.member();
    if (remembered !== member) hear(remembered === undefined ? 'signed-out' : 'other-member');
    else if (!navigator.onLine) hear('unavailable');
    else if (isChecked) return true;
    else hear((await api.check()).kind);
    isChecked ||= contact === 'sent';
    return contact === 'sent' && isChecked;
  };
  return {
    contact: () => contact,
    send,
    refreshLog,
    async meet(eventId) {
      const isMine = await isOwn();
      if (isMine) await send();
      if (isMine && contact === 'sent' && eventId !== undefined) await refreshLog(eventId);
      await changed();
      return contact === 'sent';
    },
  };
}
