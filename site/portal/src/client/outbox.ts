import type { Entry } from '#functions/scc/entries/entry.ts';
import type { Api, Reply } from './api.ts';
import { MOST_IN_BATCH, nextBatch, settle, type Batch, type Result, type Unsent } from './queue.ts';

/** Where entries wait. Each change is on disk when its promise resolves. */
export interface UnsentStore {
  all(): Promise<Unsent[]>;
  put(unsent: Unsent): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
}

export interface OutboxDeps {
  readonly store: UnsentStore;
  readonly api: Pick<Api, 'post'>;
  /** Keeps what the server took, before it leaves the outbox. */
  readonly keep: (eventId: string, taken: readonly Entry[]) => Promise<void>;
}

/** How far sending came: `sent` when nothing waits any more. */
export type Progress = 'sent' | Exclude<Reply['kind'], 'ok' | 'refused'>;

/**
 * Sends what a member has waiting, in batches, until nothing waits or something is in the way. An entry leaves the
 * store only after the server's answer, so a crash at any point sends it again, and the same id counts once.
 * Only one may run at a time on a device.
 */
export async function drain({ store, api, keep }: OutboxDeps, member: string): Promise<Progress> {
  let most = MOST_IN_BATCH;
  for (;;) {
    const batch = nextBatch(await store.all(), member, most);
    if (batch === undefined) return 'sent';
    const reply = await api.post(`/api/events/${batch.eventId}/entries`, {
      entries: batch.entries.map(toBody),
    });
    if (reply.kind !== 'ok' && reply.kind !== 'refused') return reply.kind;
    const settlement = settle(batch, toVerdict(reply));
    if (settlement === undefined) {
      if (most === 1 || reply.kind === 'ok') return 'unavailable';
      most = 1;
      continue;
    }
    await keep(batch.eventId, settlement.taken);
    for (const unsent of refusedOf(batch, settlement.refusals)) await store.put(unsent);
    await store.remove(settlement.taken.map(({ id }) => id));
  }
}

/** The server takes member and time of arrival from nobody but itself. */
const toBody = ({ member: _member, receivedAt: _receivedAt, ...made }: Entry): object => made;

const toVerdict = (reply: Extract<Reply, { kind: 'ok' | 'refused' }>) =>
  reply.kind === 'refused'
    ? reply
    : { kind: 'results' as const, results: (reply.body as { entries: readonly Result[] }).entries };

const refusedOf = ({ eventId, entries }: Batch, refusals: ReadonlyMap<string, string>): Unsent[] =>
  entries.flatMap((entry) => {
    const refusal = refusals.get(entry.id);
    return refusal === undefined ? [] : [{ eventId, entry, refusal }];
  });
