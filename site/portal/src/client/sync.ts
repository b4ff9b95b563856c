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
export function createSync(deps: SyncDeps): Sync {
  const { api, changed } = deps;
  let contact: Progress = 'sent';
  let isChecked = false;
  const hear = (kind: Reply['kind'] | 'sent') => {
    contact = kind === 'ok' || kind === 'refused' ? 'sent' : kind;
  };
  const send = async () => {
    hear(navigator.onLine ? await drainAlone(deps) : 'unavailable');
    await changed();
  };
  const refreshLog = async (eventId: string) => {
    const { kind, entries } = await fetchLog(eventId, deps);
    hear(kind);
    return entries;
  };
  const isOwn = async (): Promise<boolean> => {
    const obstacle = await findObstacle(deps);
    if (obstacle === undefined && isChecked) return true;
    hear(obstacle ?? (await api.check()).kind);
    isChecked ||= contact === 'sent';
    return contact === 'sent';
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

const drainAlone = ({ storage, api, member }: SyncDeps): Promise<Progress> => {
  const keep = async (eventId: string, taken: readonly Entry[]) => {
    await storage.mergeLog(eventId, taken);
  };
  return navigator.locks.request('bosun-outbox', () => drain({ store: storage.outbox, api, keep }, member));
};

async function fetchLog(
  eventId: string,
  { storage, api }: SyncDeps,
): Promise<{ kind: Reply['kind']; entries?: readonly Entry[] }> {
  const reply = await api.get(`/api/events/${eventId}/log`);
  const { kind } = reply;
  if (kind === 'refused') await storage.dropLog(eventId);
  if (kind !== 'ok') return { kind };
  const { entries: news } = reply.body as { entries: readonly Entry[] };
  const { entries } = await storage.mergeLog(eventId, news, new Date().toISOString());
  return { kind, entries };
}

/** What keeps this page from its server: a kept one may be of an ended session, and another tab may have a new one. */
async function findObstacle({ storage, member }: SyncDeps): Promise<Progress | undefined> {
  const remembered = await storage.member();
  if (remembered !== member) return remembered === undefined ? 'signed-out' : 'other-member';
  return navigator.onLine ? undefined : 'unavailable';
}
