import type { EntryOf } from '#functions/scc/entries/entry.ts';
import type { Upload, UploadStore } from '#site/portal/src/client/upload-queue.ts';
import type { Unsent, Result } from '#site/portal/src/client/queue.ts';
import type { UnsentStore } from '#site/portal/src/client/outbox.ts';
import type { Reply } from '#site/portal/src/client/api.ts';

const AT = '2027-05-30T16:00:00.000Z';

export const tick = (number: number, member = 'john'): EntryOf<'tick'> => ({
  id: `entry-of-${member}-${String(number).padStart(4, '0')}`,
  member,
  lamport: number,
  at: AT,
  receivedAt: AT,
  kind: 'tick',
  list: 'fuel',
  item: `item-${number}`,
  done: true,
});

export const unsent = (number: number, options: Partial<Unsent> & { member?: string } = {}): Unsent => ({
  eventId: options.eventId ?? 'event-1',
  entry: tick(number, options.member),
  refusal: options.refusal ?? null,
});

export const upload = (photo: string, change: Partial<Upload> = {}): Upload => ({
  photo,
  eventId: 'event-1',
  member: 'john',
  purpose: 'photo',
  name: 'IMG_1.HEIC',
  type: 'image/heic',
  file: new Blob(['x']),
  sentAt: null,
  refusal: null,
  ...change,
});

/** A device's disk: what was put stays until it is removed, whatever happens to the page. */
export function memoryStore(
  initial: readonly Unsent[],
): UnsentStore & { readonly kept: Map<string, Unsent> } {
  const kept = new Map(initial.map((one) => [one.entry.id, one]));
  return {
    kept,
    all: () => Promise.resolve([...kept.values()]),
    put: (one) => Promise.resolve(void kept.set(one.entry.id, one)),
    remove: (ids) => Promise.resolve(ids.forEach((id) => kept.delete(id))),
  };
}

/** As {@link memoryStore}, for pictures. */
export function memoryUploads(
  initial: readonly Upload[] = [],
): UploadStore & { readonly kept: Map<string, Upload> } {
  const kept = new Map(initial.map((one) => [one.photo, one]));
  return {
    kept,
    all: () => Promise.resolve([...kept.values()]),
    put: (one) => Promise.resolve(void kept.set(one.photo, one)),
    remove: (photo) => Promise.resolve(void kept.delete(photo)),
  };
}

export type Sent = { readonly id: string; readonly [member: string]: unknown };

/** The server's side of `POST /entries`; refuses the ids given. */
export function memoryServer(refused: ReadonlySet<string> = new Set()) {
  const stored = new Map<string, number>();
  const requests: { path: string; entries: readonly Sent[] }[] = [];
  const post = (path: string, body: unknown): Promise<Reply> => {
    const { entries } = body as { entries: readonly Sent[] };
    requests.push({ path, entries });
    const results = entries.map(({ id }): Result => {
      if (refused.has(id)) return { id, status: 'refused', reason: 'The list has no such item.' };
      const status = stored.has(id) ? 'duplicate' : 'stored';
      stored.set(id, (stored.get(id) ?? 0) + Number(status === 'stored'));
      return { id, status };
    });
    return Promise.resolve({ kind: 'ok', body: { entries: results } });
  };
  return { stored, requests, post };
}
