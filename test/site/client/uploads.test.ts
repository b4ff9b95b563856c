import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Entry } from '#functions/scc/entries/entry.ts';
import type { Sending } from '#site/portal/src/client/send-upload.ts';
import type { Upload } from '#site/portal/src/client/upload-queue.ts';
import { createUploads } from '#site/portal/src/client/uploads.ts';
import { memoryUploads, upload } from './samples.ts';

beforeEach(() => void vi.useFakeTimers({ now: new Date('2027-05-30T16:00:00Z') }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const MINUTE = 60_000;
const SENT: Sending = { kind: 'sent' };
const UNAVAILABLE: Sending = { kind: 'unavailable' };
const TOO_LATE: Sending = { kind: 'refused', status: 409, reason: 'the charter is over' };

describe('a picture that does not get through', () => {
  it.each(['unavailable', 'signed-out', 'other-member'] as const)(
    'as it is %s waits, however often, and goes up when the page goes on',
    async (kind) => {
      const phone = open(upload('a'));
      phone.network = () => Promise.resolve({ kind });
      for (let visit = 0; visit < 10; visit++) await phone.goOn();
      expect(phone.sent).toEqual(Array(10).fill('a'));
      expect(phone.store.kept.get('a')).toEqual(upload('a'));
      phone.network = phone.arrive;
      await phone.goOn();
      expect(phone.store.kept.size).toBe(0);
    },
  );

  it('is not tried again before the page goes on', async () => {
    const phone = open(upload('a'));
    await phone.goOn();
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    expect(phone.sent).toEqual(['a']);
  });

  it('holds no place and lets the others go first', async () => {
    const phone = open(upload('a'), upload('b'), upload('c'), upload('d'));
    await phone.goOn();
    await phone.goOn();
    expect(phone.sent).toEqual(['a', 'b', 'c', 'd']);
  });

  it('holds no place either when the device itself fails', async () => {
    const phone = open(upload('a'));
    phone.network = () => Promise.reject(new Error('The file cannot be read'));
    await phone.goOn();
    phone.network = phone.arrive;
    await phone.goOn();
    expect(phone.sent).toEqual(['a', 'a']);
    expect(phone.store.kept.size).toBe(0);
  });

  it('does not go up twice while it is under way', async () => {
    const phone = open(upload('a'));
    phone.network = () => new Promise(() => {});
    await phone.goOn();
    await phone.goOn();
    expect(phone.sent).toEqual(['a']);
  });

  it('is not even tried without network', async () => {
    const phone = open(upload('a'));
    phone.navigator.onLine = false;
    await phone.goOn();
    expect(phone.sent).toEqual([]);
  });
});

describe('a picture that the server refuses', () => {
  it('stays with the reason until somebody has it tried again; the next ones go up', async () => {
    const phone = open(upload('a'), upload('b'), upload('c'));
    phone.network = (one) => (one.photo === 'c' ? phone.arrive(one) : Promise.resolve(TOO_LATE));
    await phone.goOn();
    await phone.goOn();
    expect(phone.sent).toEqual(['a', 'b', 'c']);
    expect([...phone.store.kept.values()].map(({ refusal }) => refusal)).toEqual(
      Array(2).fill('the charter is over'),
    );
    phone.network = phone.arrive;
    await phone.uploads.retry('a');
    await vi.advanceTimersByTimeAsync(0);
    expect([...phone.store.kept.keys()]).toEqual(['b']);
  });
});

describe('a picture that is up', () => {
  it('makes room for the next before the log has it', async () => {
    const phone = open(upload('a'), upload('b'), upload('c'));
    phone.network = () => Promise.resolve(SENT);
    await phone.goOn();
    expect(phone.sent).toEqual(['a', 'b', 'c']);
    expect([...phone.store.kept.values()].every(({ sentAt }) => sentAt !== null)).toBe(true);
  });

  it('is being looked at for ten minutes, then said not to be a picture, and gone when it arrives all the same', async () => {
    const phone = open(upload('a'));
    phone.network = () => Promise.resolve(SENT);
    await phone.goOn();
    await vi.advanceTimersByTimeAsync(10 * MINUTE);
    await phone.goOn();
    expect(phone.store.kept.get('a')).toMatchObject({ refusal: null });
    await vi.advanceTimersByTimeAsync(1);
    await phone.goOn();
    expect(phone.store.kept.get('a')).toMatchObject({ refusal: 'It did not arrive as a picture.' });
    await phone.goOn();
    expect(phone.store.kept.size).toBe(1);
    expect(phone.sent).toEqual(['a']);

    phone.log.push(arrival('a'));
    await phone.goOn();
    expect(phone.store.kept.size).toBe(0);
  });

  it('is not given up while the log cannot be had', async () => {
    const phone = open(upload('a', { sentAt: '2027-05-30T15:00:00Z' }));
    phone.hasLog = false;
    await phone.goOn();
    expect(phone.store.kept.get('a')).toMatchObject({ refusal: null });
  });
});

const arrival = (photo: string): Entry => ({
  id: `photo-${photo}`,
  kind: 'photo',
  photo,
  type: 'image/jpeg',
  member: 'john',
  lamport: 0,
  at: '',
  receivedAt: '',
});

/** A phone with pictures on it, and a network that carries none until it is told otherwise. */
function open(...waiting: readonly Upload[]) {
  const navigator = {
    onLine: true,
    locks: { request: (...[, , work]: [string, object, (lock: object) => unknown]) => work({}) },
  };
  vi.stubGlobal('navigator', navigator);
  const store = memoryUploads(waiting);
  const log: Entry[] = [];
  const sent: string[] = [];
  const phone = {
    navigator,
    store,
    log,
    sent,
    hasLog: true,
    network: (_one: Upload): Promise<Sending> => Promise.resolve(UNAVAILABLE),
    arrive: ({ photo }: Upload): Promise<Sending> => {
      log.push(arrival(photo));
      return Promise.resolve(SENT);
    },
  };
  const uploads = createUploads({
    store,
    api: { post: () => Promise.resolve({ kind: 'unavailable' }) },
    member: 'john',
    refreshLog: () => Promise.resolve(phone.hasLog ? log : undefined),
    changed: () => Promise.resolve(),
    progressed: () => undefined,
    send(one) {
      sent.push(one.photo);
      return phone.network(one);
    },
  });
  return Object.assign(phone, {
    uploads,
    /** As the page's schedule does. */
    async goOn() {
      await uploads.resume();
      await vi.advanceTimersByTimeAsync(0);
    },
  });
}
