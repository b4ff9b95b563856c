import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reply } from '#site/portal/src/client/api.ts';
import { drain, type UnsentStore } from '#site/portal/src/client/outbox.ts';
import { memoryServer, memoryStore, tick, unsent } from './samples.ts';

const nothing = () => Promise.resolve();

describe('sending', () => {
  it('brings everything up in batches of at most 100, without what only the server says', async () => {
    const store = memoryStore(Array.from({ length: 250 }, (_, number) => unsent(number + 1)));
    const server = memoryServer();
    expect(await drain({ store, api: server, keep: nothing }, 'john')).toBe('sent');
    expect(server.requests.map(({ entries }) => entries.length)).toEqual([100, 100, 50]);
    expect(server.requests[0]).toMatchObject({ path: '/api/events/event-1/entries' });
    expect(Object.keys(server.requests[0]!.entries[0]!).toSorted()).toEqual([
      'at',
      'done',
      'id',
      'item',
      'kind',
      'lamport',
      'list',
    ]);
    expect(store.kept.size).toBe(0);
  });

  it('hands over what was taken before it leaves the outbox', async () => {
    const store = memoryStore([unsent(1)]);
    const keptThen: number[] = [];
    const keep = () => Promise.resolve(void keptThen.push(store.kept.size));
    await drain({ store, api: memoryServer(), keep }, 'john');
    expect(keptThen).toEqual([1]);
  });

  it('keeps what was refused, with the reason, and sends the rest', async () => {
    const store = memoryStore([unsent(1), unsent(2), unsent(3)]);
    const server = memoryServer(new Set([tick(2).id]));
    expect(await drain({ store, api: server, keep: nothing }, 'john')).toBe('sent');
    expect([...store.kept.values()]).toEqual([unsent(2, { refusal: 'The list has no such item.' })]);
  });

  it.each(['signed-out', 'other-member', 'unavailable'] as const)(
    'stops when it is %s, with all kept',
    async (kind) => {
      const store = memoryStore([unsent(1), unsent(2)]);
      const api = { post: (): Promise<Reply> => Promise.resolve({ kind }) };
      expect(await drain({ store, api, keep: nothing }, 'john')).toBe(kind);
      expect([...store.kept.values()]).toEqual([unsent(1), unsent(2)]);
    },
  );

  it('finds the one entry that makes a whole request be refused', async () => {
    const store = memoryStore([unsent(1), unsent(2), unsent(3)]);
    const server = memoryServer();
    const post = (path: string, body: unknown): Promise<Reply> =>
      JSON.stringify(body).includes(tick(2).id)
        ? Promise.resolve({ kind: 'refused', status: 413, reason: 'The body is too large' })
        : server.post(path, body);
    expect(await drain({ store, api: { post }, keep: nothing }, 'john')).toBe('sent');
    expect([...server.stored.keys()]).toEqual([tick(1).id, tick(3).id]);
    expect([...store.kept.values()]).toEqual([unsent(2, { refusal: 'The body is too large' })]);
  });

  it('gives up for now on a server that answers without a word on what it was sent', async () => {
    const store = memoryStore([unsent(1)]);
    const api = { post: (): Promise<Reply> => Promise.resolve({ kind: 'ok', body: { entries: [] } }) };
    expect(await drain({ store, api, keep: nothing }, 'john')).toBe('unavailable');
    expect(store.kept.size).toBe(1);
  });

  it('never sends in another member’s name', async () => {
    const store = memoryStore([unsent(1, { member: 'jane' }), unsent(2)]);
    const server = memoryServer();
    await drain({ store, api: server, keep: nothing }, 'john');
    expect([...server.stored.keys()]).toEqual([tick(2).id]);
    expect([...store.kept.keys()]).toEqual([tick(1, 'jane').id]);
  });
});

/** What goes wrong at each request or each write to the disk, in this order; then nothing more. */
type Trouble = 'none' | 'lost before the server' | 'lost after the server' | 'crash';
const trouble = fc.constantFrom<Trouble>('none', 'lost before the server', 'lost after the server', 'crash');

describe('whatever crashes or gets lost', () => {
  it('each entry is always on the device or at the server, and in the end at the server, once', async () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 250 });
    await fc.assert(
      fc.asyncProperty(numbers, fc.array(trouble, { maxLength: 30 }), async (made, troubles) => {
        const disk = memoryStore(made.map((number) => unsent(number, { eventId: `event-${number % 3}` })));
        const server = memoryServer();
        const left = [...troubles];
        const crashing = <T>(work: () => Promise<T>): Promise<T> =>
          left.shift() === 'crash' ? Promise.reject(new Error('the phone died')) : work();
        const store: UnsentStore = {
          all: disk.all,
          put: (one) => crashing(() => disk.put(one)),
          remove: (ids) => crashing(() => disk.remove(ids)),
        };
        const post = async (path: string, body: unknown): Promise<Reply> => {
          const now = left.shift() ?? 'none';
          if (now === 'crash') throw new Error('the phone died');
          const reply = now === 'lost before the server' ? undefined : await server.post(path, body);
          return now === 'none' && reply !== undefined ? reply : { kind: 'unavailable' };
        };
        const isNowhere = (number: number) =>
          !disk.kept.has(tick(number).id) && !server.stored.has(tick(number).id);
        for (let visit = 0; visit <= troubles.length; visit++) {
          await drain({ store, api: { post }, keep: nothing }, 'john').catch(() => undefined);
          expect(made.filter(isNowhere)).toEqual([]);
        }
        expect(disk.kept.size).toBe(0);
        expect([...server.stored.keys()].toSorted()).toEqual(
          made.map((number) => tick(number).id).toSorted(),
        );
        expect([...server.stored.values()].every((times) => times === 1)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });
});
