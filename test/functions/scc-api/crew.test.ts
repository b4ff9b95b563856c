import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { readLink } from '#functions/scc/links.ts';
import { createLocalApi, LINK_KEYS } from './local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import { john, samplePut } from '#test/functions/scc/samples.ts';

let scc: LocalScc;
let api: ReturnType<typeof createLocalApi>;
beforeAll(async () => {
  scc = await startLocalScc();
  await scc.registry.put('john', { name: 'John Reyes', email: 'john@example.test', active: true });
  api = createLocalApi(scc);
});
afterAll(() => scc.close());

describe('GET /api/crew and its kin', () => {
  const contact = { name: 'Kim', email: 'kim@example.test', active: true };

  it('enter, list and revoke a member, without resetting what was revoked', async () => {
    expect(await (await api.call('PUT', '/api/crew/kim', contact)).json()).toEqual({
      key: 'kim',
      ...contact,
      linkVersion: 1,
    });
    expect((await (await api.call('POST', '/api/crew/kim/revoke')).json()) as object).toMatchObject({
      linkVersion: 2,
    });
    await api.call('PUT', '/api/crew/kim', { ...contact, active: false });
    const { crew } = (await (await api.call('GET', '/api/crew')).json()) as { crew: unknown[] };
    expect(crew).toContainEqual({ key: 'kim', ...contact, active: false, linkVersion: 2 });
    expect((await api.call('POST', '/api/crew/nobody/revoke')).status).toBe(404);
    expect(api.logged.join()).not.toContain('kim@');
  });

  it('send what waits for an address as soon as there is one', async () => {
    const bookingKey = 'phone-waiting';
    const lou = { ...john, key: 'lou', member: 'lou', name: 'Lou' };
    const body = samplePut({ bookingKey, view: { crew: [lou] } });
    await api.call('PUT', `/api/events/${body.event.view.eventId}`, body);
    await api.call('POST', `/api/notifications/${bookingKey}/release`, { revision: 1 });
    const id = `${body.event.view.eventId}#lou#assigned#1`;
    await scc.notifications.postpone(id, {
      until: '2027-05-02T00:00:00Z',
      reason: 'not in the crew registry',
    });
    const { notifications } = (await (await api.call('GET', `/api/notifications/${bookingKey}`)).json()) as {
      notifications: { recipient: string }[];
    };
    expect(notifications.find(({ recipient }) => recipient === 'lou')).toMatchObject({
      state: 'pending',
      reason: 'not in the crew registry',
      attempts: 1,
      nextAttemptAt: '2027-05-02T00:00:00Z',
    });
    api.published.length = 0;
    await api.call('PUT', '/api/crew/lou', { ...contact, active: false });
    await api.call('PUT', '/api/crew/kim', contact);
    expect(api.published).toEqual([]);
    await api.call('PUT', '/api/crew/lou', contact);
    expect(api.published).toEqual([id]);
  });

  it('refuse everything that is wrong at once', async () => {
    const reply = await api.call('PUT', '/api/crew/lee', { name: '', email: 'lee', active: 1, phone: '1' });
    const { problems } = (await reply.json()) as { problems: { path: string }[] };
    expect(reply.status).toBe(422);
    expect(problems.map(({ path }) => path).toSorted()).toEqual(['active', 'email', 'name', 'phone']);
    expect(await scc.registry.find('lee')).toBeUndefined();
  });
});

describe('POST /api/crew/{member}/link', () => {
  const bookingKey = 'phone-linked';
  const link = (member: string, body: unknown = { bookingKey }) =>
    api.call('POST', `/api/crew/${member}/link`, body);
  beforeAll(async () => {
    for (const key of ['mia', 'ana'])
      await scc.registry.put(key, { name: key, email: `${key}@example.test`, active: true });
    await api.call('POST', '/api/events', samplePut({ bookingKey }));
  });
  const refusal = async (reply: Response | Promise<Response>) => {
    const { status, detail } = (await (await reply).json()) as { status: number; detail?: string };
    return [status, detail];
  };

  it('is refused until the crew was told', async () => {
    expect(await refusal(link('john'))).toEqual([409, 'the crew was never told of this booking']);
    await api.call('POST', `/api/notifications/${bookingKey}/release`, { revision: 1 });
    expect((await link('john')).status).toBe(200);
  });

  it('makes the link that opens the charter, for who is on board or invited', async () => {
    for (const [member, linkVersion] of [
      ['john', 1],
      ['mia', 1],
    ] as const) {
      const { url } = (await (await link(member)).json()) as { url: string };
      const token = url.replace('https://crew.example.test/crew/enter?t=', '');
      expect(readLink(LINK_KEYS, token)).toMatchObject({
        m: member,
        e: eventIdOf(bookingKey),
        v: linkVersion,
      });
      expect(await api.reader.openLink(token, api.clock.now)).toMatchObject({
        kind: 'open',
        eventId: eventIdOf(bookingKey),
      });
      expect(api.logged.join()).not.toContain(token);
    }
  });

  it('is refused with the reason where no link would open', async () => {
    await scc.registry.put('bo', { name: 'Bo', email: 'bo@example.test', active: true });
    expect(await refusal(link('bo'))).toEqual([409, 'bo has no place in this charter, and no invitation']);
    expect(await refusal(link('john', { bookingKey: 'phone-nothing' }))).toEqual([
      409,
      'the crew was never told of this booking',
    ]);
    expect((await link('nobody')).status).toBe(404);
    expect((await link('john', {})).status).toBe(422);
    await scc.registry.put('mia', { name: 'Mia', email: 'mia@example.test', active: false });
    expect(await refusal(link('mia'))).toEqual([409, 'mia is not active']);
    const { now } = api.clock;
    api.clock.now = new Date('2027-06-06T19:00:01Z');
    expect(await refusal(link('john'))).toEqual([409, 'the charter ended more than a week ago']);
    api.clock.now = now;
  });
});
