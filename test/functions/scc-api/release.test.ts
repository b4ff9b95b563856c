import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import type { Notification } from '#bookings/model/notifications.ts';
import { release } from '#functions/scc-api/release.ts';
import { createLocalApi } from './local-api.ts';
import { Crash, startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { john, NOW, openSkipper, samplePut, type SampleOptions } from '#test/functions/scc/samples.ts';

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
