import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { Notification } from '#bookings/model/notifications.ts';
import type { SignUp } from '#bookings/model/sign-ups.ts';
import type { EventStore, ToldEvent } from '#functions/scc/event-store.ts';
import { release } from '#functions/scc-api/release.ts';
import { createLocalApi } from './local-api.ts';
import { Crash, startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import {
  after,
  before,
  john,
  NOW,
  OPEN_PAY,
  openSkipper,
  samplePut,
  type SampleOptions,
} from '#test/functions/scc/samples.ts';

let scc: LocalScc;
let api: ReturnType<typeof createLocalApi>;
let count = 0;
let bookingKey: string;
beforeAll(async () => {
  scc = await startLocalScc();
  await scc.registry.put('john', { name: 'John Reyes', email: 'john@example.test', active: true });
  await scc.registry.put('mia', { name: 'Mia', email: 'mia@example.test', active: true });
  await scc.registry.put('ana', { name: 'Ana', email: 'ana@example.test', active: false });
});
afterAll(() => scc.close());
beforeEach(() => {
  bookingKey = `phone-release-${++count}`;
  api = createLocalApi(scc);
});

const put = async (options: SampleOptions = {}) => {
  const body = samplePut({ bookingKey, ...options });
  expect((await api.call('PUT', `/api/events/${body.event.view.eventId}`, body)).status).toBe(200);
};
const tell = (revision: number) => api.call('POST', `/api/notifications/${bookingKey}/release`, { revision });
const told = async (revision: number): Promise<string[]> => {
  const reply = await tell(revision);
  expect(reply.status).toBe(200);
  const body = (await reply.json()) as { told: Notification[] };
  return body.told.map(({ recipient, kind }) => `${recipient} ${kind}`).toSorted();
};
const intents = () => scc.notifications.ofEvent(eventIdOf(bookingKey));

describe('releasing an event', () => {
  it('tells the assigned crew, invites active candidates and sends one summary', async () => {
    await put();
    expect(await told(1)).toEqual(['john assigned', 'manager summary', 'mia invited']);
    const stored = await intents();
    expect(stored.map(({ state }) => state)).toEqual(['pending', 'pending', 'pending']);
    expect(api.published.toSorted()).toEqual(stored.map(({ id }) => id).toSorted());
    const [raw] = (await scc.everything('notifications')).filter(
      (item) => item['booking_key'] === bookingKey,
    );
    expect(raw).toMatchObject({
      unsent: '1',
      expires_at: Date.parse('2027-05-30T19:00:00Z') / 1000 + 400 * 86_400,
    });
  });

  it('tells nobody twice, and publishes again what was not sent', async () => {
    await put();
    const first = await told(1);
    const before = await intents();
    await scc.notifications.sent(before[0]!.id, { at: NOW.toISOString(), messageId: 'm' });
    api.published.length = 0;
    expect(await told(1)).toEqual(first);
    expect(await intents()).toHaveLength(before.length);
    expect(api.published.toSorted()).toEqual(
      before
        .slice(1)
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  it('refuses another revision than the stored one', async () => {
    expect((await tell(1)).status).toBe(404);
    await put({ revision: 2 });
    const reply = await tell(1);
    expect(reply.status).toBe(409);
    expect(await reply.json()).toMatchObject({ ours: 1, theirs: 2 });
    expect((await tell(3)).status).toBe(409);
    expect(await intents()).toEqual([]);
  });

  it('never tells a view that was superseded before its release', async () => {
    await put();
    await told(1);
    await put({ revision: 2, view: { crew: [openSkipper] } });
    await put({ revision: 3 });
    expect(await told(3)).toEqual([]);
  });

  it('says that pay changed to its owner alone, and not how much', async () => {
    await put();
    await told(1);
    await put({ revision: 2, pay: { john: 99_999 } });
    const body = (await (await tell(2)).json()) as { told: Notification[] };
    expect(body.told).toEqual([
      expect.objectContaining({ recipient: 'john', changes: [{ path: 'pay', from: null, to: null }] }),
    ]);
  });

  it('keeps what pay people were told while a position is away', async () => {
    await put({ pay: { john: 10_000 } });
    await told(1);
    await put({ revision: 2, view: { crew: [openSkipper] } });
    await put({ revision: 3, pay: { john: 12_000 } });
    expect(await told(3)).toEqual(['john changed']);
  });

  it('tells a moved member what they are now', async () => {
    await put();
    await told(1);
    const mia = { ...openSkipper, key: 'mia', member: 'mia', name: 'Mia', candidates: [] };
    await put({ revision: 2, view: { crew: [mia] } });
    expect(await told(2)).toEqual(['john unassigned', 'manager summary', 'mia assigned']);
  });

  it('invites a candidate who became active since, and tells them nothing of what they were never offered', async () => {
    await scc.registry.put('ana', { name: 'Ana', email: 'ana@example.test', active: false });
    await put();
    await told(1);
    await scc.registry.put('ana', { name: 'Ana', email: 'ana@example.test', active: true });
    await put({ revision: 2, view: { notes: 'Bring hats' } });
    expect(await told(2)).toEqual(['ana invited', 'john changed', 'manager summary', 'mia changed']);
    await scc.registry.put('ana', { name: 'Ana', email: 'ana@example.test', active: false });
    await put({ revision: 3, view: { status: 'cancelled' } });
    expect(await told(3)).toEqual(['john cancelled', 'manager summary', 'mia cancelled']);
  });

  it('cancels, holds, and takes it back', async () => {
    await put();
    await told(1);
    await put({ revision: 2, view: { status: 'cancelled' } });
    expect(await told(2)).toEqual(['john cancelled', 'manager summary', 'mia cancelled']);
    await put({ revision: 3 });
    expect(await told(3)).toEqual(['john assigned', 'manager summary', 'mia invited']);
    await put({ revision: 4, view: { status: 'on-hold' } });
    expect(await told(4)).toContain('john cancelled');
  });

  it('tells nobody about a charter that is over', async () => {
    api.clock.now = new Date('2027-05-30T19:00:00Z');
    await put();
    expect(await told(1)).toEqual([]);
  });

  it('names assigned members whom no mail can reach', async () => {
    const zoe = { ...john, key: 'zoe', member: 'zoe', name: 'Zoe' };
    await put({ view: { crew: [john, zoe] } });
    const body = (await (await tell(1)).json()) as { withoutAddress: string[] };
    expect(body.withoutAddress).toEqual(['zoe']);
  });

  it('refuses an event whose PUT was interrupted', async () => {
    await put();
    const { event, summary } = samplePut({ bookingKey, revision: 2 });
    await scc.events.store({ ...event, summary, revision: 2 });
    expect((await tell(2)).status).toBe(409);
    expect(await intents()).toEqual([]);
  });

  it.each(Array.from({ length: 14 }, (_, calls) => calls))(
    'told everybody exactly once after it died after %i calls and was repeated',
    async (calls) => {
      await put();
      const published: string[] = [];
      const publish = async (id: string) => void published.push(id);
      const deps = { ...scc.dyingAfter(calls), publish, now: () => NOW };
      const outcome = await release({ eventId: eventIdOf(bookingKey), revision: 1 }, deps).catch(
        (e: unknown) => e,
      );
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(Crash);
      expect(await told(1)).toEqual(['john assigned', 'manager summary', 'mia invited']);
      const stored = await intents();
      expect(stored).toHaveLength(3);
      expect([...new Set([...published, ...api.published])].toSorted()).toEqual(
        stored.map(({ id }) => id).toSorted(),
      );
    },
  );

  it('lets intents of a release that never came to pass stay dead', async () => {
    await put();
    const deps = { ...scc.dyingAfter(6), publish: async () => {}, now: () => NOW };
    await expect(release({ eventId: eventIdOf(bookingKey), revision: 1 }, deps)).rejects.toThrow(Crash);
    expect((await intents()).length).toBeGreaterThan(0);
    expect((await scc.events.find(eventIdOf(bookingKey)))?.released).toEqual([]);
    await put({ revision: 2 });
    await told(2);
    expect((await scc.events.find(eventIdOf(bookingKey)))?.released).toEqual([2]);
  });
});

describe('releasing an event that somebody signed up for', () => {
  const eventId = () => eventIdOf(bookingKey);
  const find = async () => (await scc.events.find(eventId())) as ToldEvent;
  const signUp = (member: string): SignUp => ({
    role: 'skipper',
    member,
    name: `${member}!`,
    entry: `entry-of-${member}`,
  });
  const accept = async (...members: string[]) =>
    expect(await scc.events.signUps(await find(), members.map(signUp))).toBe(true);
  const aboard = (member: string) => ({ ...openSkipper, key: member, member, name: member, candidates: [] });
  const second = { ...openSkipper, key: 'skipper-2' };
  beforeAll(async () => {
    for (const key of ['ana', 'lee'])
      await scc.registry.put(key, { name: key, email: `${key}@example.test`, active: true });
  });
  afterAll(() => scc.registry.put('ana', { name: 'Ana', email: 'ana@example.test', active: false }));

  it('tells nobody when git names who signed up, and their place is the same', async () => {
    await put({ pay: { 'skipper-1': 20_000 } });
    await told(1);
    await accept('mia');
    const { places } = (await find()).told;
    await put({ revision: 2, view: { crew: [john, aboard('mia')] }, pay: { mia: 20_000 } });
    expect(await told(2)).toEqual([]);
    const now = await find();
    expect(now.told.places['mia']).toEqual(places['mia']);
    expect(now.signUps).toEqual([]);
    expect(await intents()).toHaveLength(4);
  });

  it('tells both when git names another', async () => {
    await put();
    await told(1);
    await accept('mia');
    await put({ revision: 2, view: { crew: [john, aboard('lee')] } });
    expect(await told(2)).toEqual(['lee assigned', 'manager summary', 'mia unassigned']);
    expect(await find()).toMatchObject({ signUps: [], told: { former: { mia: { revision: 2 } } } });
  });

  it('tells who was later that there is no place, when git has fewer positions', async () => {
    await put({ view: { crew: [john, openSkipper, second] } });
    await told(1);
    await accept('mia', 'ana');
    await put({ revision: 2, view: { crew: [john, openSkipper] } });
    expect(await told(2)).toEqual(['ana unassigned', 'manager summary']);
    expect((await find()).signUps).toEqual([signUp('mia')]);
  });

  it('tells nobody that skipper-2 became skipper-1', async () => {
    await put({ view: { crew: [john, openSkipper, second] } });
    await told(1);
    await accept('mia', 'ana');
    const candidates = ['ana'];
    await put({
      revision: 2,
      view: { crew: [john, aboard('mia'), { ...openSkipper, candidates }] },
      pay: { mia: OPEN_PAY },
    });
    expect(await told(2)).toEqual([]);
    expect((await find()).signUps).toEqual([signUp('ana')]);
  });

  it('tells them what changed, and not those who were not first', async () => {
    await put();
    await told(1);
    await accept('mia');
    await put({ revision: 2, view: { hours: 4, end: '2027-05-30T13:00' }, pay: { 'skipper-1': 99_999 } });
    const body = (await (await tell(2)).json()) as { told: Notification[] };
    expect(body.told.map(({ recipient, kind }) => `${recipient} ${kind}`).toSorted()).toEqual([
      'john changed',
      'manager summary',
      'mia changed',
    ]);
    expect(body.told.find(({ recipient }) => recipient === 'mia')).toMatchObject({
      position: 'skipper-1',
      changes: [{ path: 'end' }, { path: 'pay', from: null, to: null }],
    });
  });

  it('keeps the place of who signed up and became inactive, as of who is assigned', async () => {
    await put();
    await told(1);
    await accept('mia');
    await scc.registry.put('mia', { name: 'Mia', email: 'mia@example.test', active: false });
    await put({ revision: 2, view: { notes: 'Bring hats' } });
    expect(await told(2)).toEqual(['john changed', 'manager summary', 'mia changed']);
    expect((await find()).signUps).toEqual([signUp('mia')]);
    await scc.registry.put('mia', { name: 'Mia', email: 'mia@example.test', active: true });
  });

  it('cancels for them and not for the others, and asks anew when it is on again', async () => {
    await put();
    await told(1);
    await accept('mia');
    await put({ revision: 2, view: { status: 'cancelled' } });
    expect(await told(2)).toEqual(['john cancelled', 'manager summary', 'mia cancelled']);
    expect((await find()).told).toMatchObject({ places: {}, former: { john: {}, mia: {} } });
    await put({ revision: 3 });
    expect(await told(3)).toEqual(['john assigned', 'manager summary', 'mia assigned']);
    expect((await find()).told).toMatchObject({ places: { mia: { since: 3 } }, former: {} });
  });

  /** A release that somebody overtakes: before its n-th write of the event, the list becomes what it says. */
  const overtaken = (...lists: string[][]) => ({
    ...scc,
    publish: async (id: string) => void api.published.push(id),
    now: () => NOW,
    events: {
      ...scc.events,
      async release(...write: Parameters<EventStore['release']>) {
        const members = lists.shift();
        if (members !== undefined) await accept(...members);
        return scc.events.release(...write);
      },
    },
  });
  const summaryOf = ({ told: all }: { told: readonly Notification[] }) =>
    all.map(({ recipient, kind }) => `${recipient} ${kind}`).toSorted();

  it('starts over when somebody signs up meanwhile, and what it then says is all that anybody hears', async () => {
    await put();
    await told(1);
    await put({ revision: 2, view: { crew: [john, aboard('mia')] }, pay: { mia: OPEN_PAY } });
    api.published.length = 0;
    const done = await release({ eventId: eventId(), revision: 2 }, overtaken(['mia']));
    expect(summaryOf(done)).toEqual([]);
    expect(api.published).toEqual([]);
    const made = (await intents()).filter((one) => one.revision === 2);
    expect(made.map(({ notification, state }) => `${notification.recipient} ${state}`).toSorted()).toEqual([
      'ana superseded',
      'manager superseded',
      'mia superseded',
    ]);
    expect((await find()).told.news).toEqual([]);
    // And so does a repetition, as after a crash.
    expect(await told(2)).toEqual([]);
  });

  it('needs an intent again that an overtaken attempt had no use for', async () => {
    await put();
    await told(1);
    await put({ revision: 2, view: { notes: 'Bring hats' } });
    const done = await release({ eventId: eventId(), revision: 2 }, overtaken(['mia'], []));
    expect(summaryOf(done)).toEqual(['ana changed', 'john changed', 'manager summary', 'mia changed']);
    const open = (await intents()).filter((one) => one.revision === 2 && one.state === 'pending');
    expect(open).toHaveLength(4);
  });

  it('gives up after three rounds, tells nobody, and is repeated', async () => {
    await put();
    await told(1);
    await put({ revision: 2, view: { notes: 'Bring hats' } });
    api.published.length = 0;
    const attempt = release({ eventId: eventId(), revision: 2 }, overtaken(['mia'], ['ana'], ['mia']));
    await expect(attempt).rejects.toMatchObject({ status: 503 });
    expect(api.published).toEqual([]);
    expect(await find()).toMatchObject({ toldRevision: 1, signUps: [signUp('mia')] });
    expect(await told(2)).toEqual(['john changed', 'manager summary', 'mia changed']);
    expect(api.published).toHaveLength(3);
  });

  it('leaves alone what follows from answers, whatever revision it carries', async () => {
    await put();
    await told(1);
    await scc.notifications.create({
      notification: {
        eventId: eventId(),
        recipient: 'ana',
        kind: 'filled',
        occasion: 'entry-1',
        changes: [],
      },
      bookingKey,
      revision: 1,
      gate: 'none',
      createdAt: NOW.toISOString(),
      expiresAt: '2028-01-01T00:00:00Z',
    });
    api.published.length = 0;
    expect(await told(1)).toEqual(['ana invited', 'john assigned', 'manager summary', 'mia invited']);
    expect(api.published.join()).not.toContain('filled');
    const [kept] = (await intents()).filter(({ gate }) => gate === 'none');
    expect(kept?.state).toBe('pending');
  });
});

describe('the checklists that a release tells of', () => {
  const changed = { ...before, items: [{ key: 'fuel', text: 'Fuel, water and oil checked' }] };
  const released = async () => (await scc.events.find(eventIdOf(bookingKey)))!.told!;

  it('are those of git until somebody begins one, which keeps its texts', async () => {
    await put();
    await told(1);
    const shorter = { ...after, items: [] };
    await put({ revision: 2, view: { checklists: [before, shorter] } });
    expect(await told(2)).toEqual([]);
    expect(await released()).toMatchObject({ event: { checklists: [before, shorter] }, eventRevision: 2 });
    await scc.entries.append(eventIdOf(bookingKey), {
      kind: 'tick',
      list: before.key,
      item: 'fuel',
      done: true,
      id: 'the-first-tick-of-all',
      member: 'john',
      lamport: 1,
      at: NOW.toISOString(),
      receivedAt: NOW.toISOString(),
    });
    await put({ revision: 3, view: { checklists: [changed, after] } });
    await told(3);
    expect((await released()).event.checklists).toEqual([before, after]);
    await put({ revision: 4, view: { checklists: [changed, after], hours: 4 } });
    await told(4);
    expect(await released()).toMatchObject({ event: { hours: 4, checklists: [before, after] } });
  });

  it('ask nothing of the entries while they are as they were', async () => {
    await put();
    const deps = {
      ...scc,
      publish: async () => {},
      now: () => NOW,
      entries: { ofEvent: async () => Promise.reject(new Error('nobody should ask')) },
    };
    await release({ eventId: eventIdOf(bookingKey), revision: 1 }, deps);
    await put({ revision: 2, view: { hours: 4 } });
    await release({ eventId: eventIdOf(bookingKey), revision: 2 }, deps);
    await put({ revision: 3, view: { checklists: [changed] } });
    await expect(release({ eventId: eventIdOf(bookingKey), revision: 3 }, deps)).rejects.toThrow(
      'nobody should ask',
    );
  });
});

describe('GET /api/notifications/{bookingKey}', () => {
  it('shows what became of each, without contents or addresses', async () => {
    await put();
    await told(1);
    const [first] = await intents();
    await scc.notifications.evidence(first!.id, { at: '2027-05-01T12:00:05Z', messageId: 'm' });
    const reply = await api.call('GET', `/api/notifications/${bookingKey}`);
    const { notifications } = (await reply.json()) as { notifications: Record<string, unknown>[] };
    expect(notifications).toHaveLength(3);
    expect(notifications.find(({ id }) => id === first!.id)).toMatchObject({
      state: 'sent',
      evidenceAt: '2027-05-01T12:00:05Z',
      delivery: null,
    });
    expect(JSON.stringify(notifications)).not.toContain('@');
  });
});
