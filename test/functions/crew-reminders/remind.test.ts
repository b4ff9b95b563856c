import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { remind, type RemindDeps } from '#functions/crew-reminders/remind.ts';
import { createLog } from '#functions/log.ts';
import { answer } from '#functions/scc-api/answer.ts';
import { putEvent } from '#functions/scc-api/put-event.ts';
import { release } from '#functions/scc-api/release.ts';
import { createCrewReader } from '#functions/scc/crew-reader.ts';
import { knownKeys, LINK_KEYS } from '#test/functions/scc-api/local-api.ts';
import { Crash, startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { john, NOW, samplePut, type SampleOptions } from '#test/functions/scc/samples.ts';
import { mike, openDeckhand } from '#test/functions/scc/told-sample.ts';

let scc: LocalScc;
let published: string[];
let logged: string[];
const FIRST = 'phone-first';
const SECOND = 'phone-second';

beforeAll(async () => {
  scc = await startLocalScc();
  for (const key of ['mike', 'john', 'ana', 'jane', 'lee'])
    await scc.registry.put(key, { name: key, email: `${key}@example.test`, active: true });
});
afterAll(() => scc.close());
beforeEach(() => {
  published = [];
  logged = [];
});

const depsAt = (now: string, more: Partial<RemindDeps> = {}): RemindDeps => ({
  ...scc,
  publish: async (id) => void published.push(id),
  now: () => new Date(now),
  log: createLog('crew-reminders', (line) => logged.push(line)),
  ...more,
});
const put = async (bookingKey: string, options: SampleOptions = {}) => {
  await putEvent(samplePut({ bookingKey, ...options }), scc);
};
const tell = (bookingKey: string, revision = 1) =>
  release({ eventId: eventIdOf(bookingKey), revision }, { ...scc, publish: async () => {}, now: () => NOW });
const say = async (
  bookingKey: string,
  member: string,
  said: 'confirmed' | 'declined',
  now: string,
  more = {},
) => {
  const reader = createCrewReader({ tables: scc.tables, linkKeys: knownKeys(LINK_KEYS) });
  const eventId = eventIdOf(bookingKey);
  const { version, look } = (await reader.charter(eventId, member, new Date(now)))!.own;
  const person = { key: member, name: member };
  const request = { eventId, member: person, answer: said, version, look, reason: 'ill' };
  const id = `${said}-by-${member}-on-${bookingKey}`;
  return answer({ ...request, id }, { ...depsAt(now), events: scc.events, entries: scc.entries, ...more });
};

describe('the reminders’ run', () => {
  beforeAll(async () => {
    for (const key of [FIRST, SECOND, 'phone-third']) await put(key, { view: { crew: [mike, john] } });
    await tell(FIRST);
    await tell(SECOND);
  });

  it('reminds once per slot however often it runs, and nobody of what was never released', async () => {
    expect(await remind(depsAt('2027-05-27T15:59:00Z'))).toBe(0);
    expect(await remind(depsAt('2027-05-27T16:00:00Z'))).toBe(4);
    const expected = [FIRST, SECOND]
      .flatMap((key) =>
        ['john', 'mike'].map((one) => `${eventIdOf(key)}#${one}#reminder#2027-05-30T09:00/72`),
      )
      .toSorted();
    expect(published.toSorted()).toEqual(expected);
    for (const now of ['2027-05-27T16:15:00Z', '2027-05-28T15:45:00Z'])
      expect(await remind(depsAt(now))).toBe(0);
    expect(published).toHaveLength(4);
    const [intent] = await scc.notifications
      .ofRecipient(eventIdOf(FIRST), 'john')
      .then((all) => all.filter(({ notification }) => notification.kind === 'reminder'));
    expect(intent).toMatchObject({ gate: 'none', revision: 1, state: 'pending' });
  });

  it('goes on after one charter failed, and fails at its end', async () => {
    const broken = {
      ...scc.entries,
      ofEvent: async (eventId: string) => {
        if (eventId === eventIdOf(FIRST)) throw new Error('the table is gone');
        return scc.entries.ofEvent(eventId);
      },
    };
    const run = remind(depsAt('2027-05-28T16:00:00Z', { entries: broken }));
    await expect(run).rejects.toThrow('1 of 2 charters failed');
    expect(published.map((id) => id.split('#')[0])).toEqual([eventIdOf(SECOND), eventIdOf(SECOND)]);
    expect(logged.join()).toContain(eventIdOf(FIRST));
    expect(await remind(depsAt('2027-05-28T16:15:00Z'))).toBe(2);
  });

  it('leaves in peace who answered meanwhile, and tells the captain of who did not', async () => {
    await say(FIRST, 'john', 'confirmed', '2027-05-29T15:00:00Z');
    await say(SECOND, 'john', 'confirmed', '2027-05-29T15:00:00Z');
    await say(SECOND, 'mike', 'confirmed', '2027-05-29T15:00:00Z');
    expect(published).toEqual([`${eventIdOf(SECOND)}#captain#all-confirmed#confirmed-by-mike-on-${SECOND}`]);
    published = [];
    await remind(depsAt('2027-05-29T16:00:00Z'));
    expect(published).toEqual(
      ['mike', 'captain'].map((one) => `${eventIdOf(FIRST)}#${one}#reminder#2027-05-30T09:00/24`),
    );
    expect(await remind(depsAt('2027-05-30T16:00:00Z'))).toBe(0);
  });
});

describe('what follows from answers', () => {
  const KEY = 'phone-lost';
  const inJune = {
    start: '2027-06-20T09:00',
    startsAt: '2027-06-20T16:00:00Z',
    endsAt: '2027-06-20T19:00:00Z',
  };

  it('comes with the next run when the process died before telling, also of a charter weeks away', async () => {
    await put(KEY, { view: { crew: [mike, openDeckhand], ...inJune } });
    await tell(KEY);
    const dies = {
      notifications: {
        ...scc.notifications,
        create: async () => {
          throw new Crash('the process died');
        },
      },
    };
    await expect(say(KEY, 'jane', 'confirmed', '2027-05-10T12:00:00Z', dies)).rejects.toThrow(Crash);
    expect(published).toEqual([]);
    await remind(depsAt('2027-05-10T12:15:00Z'));
    const occasion = `confirmed-by-jane-on-${KEY}`;
    expect(published).toEqual(['ana', 'lee'].map((one) => `${eventIdOf(KEY)}#${one}#filled#${occasion}`));
    published = [];
    await expect(say(KEY, 'jane', 'declined', '2027-05-10T13:00:00Z', dies)).rejects.toThrow(Crash);
    await remind(depsAt('2027-05-10T13:15:00Z'));
    await remind(depsAt('2027-05-10T13:30:00Z'));
    expect(published).toEqual([
      `${eventIdOf(KEY)}#manager#declined#declined-by-jane-on-${KEY}`,
      ...['ana', 'lee'].map((one) => `${eventIdOf(KEY)}#${one}#invited#${occasion}`),
    ]);
  });

  it('are of no charter that is cancelled', async () => {
    await put(KEY, { revision: 2, view: { crew: [mike, john], ...inJune, status: 'cancelled' } });
    await tell(KEY, 2);
    expect(await remind(depsAt('2027-06-19T17:00:00Z'))).toBe(0);
  });
});
