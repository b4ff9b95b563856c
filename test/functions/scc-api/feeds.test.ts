import ical, { type VEvent } from 'node-ical';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { feedToken, signLink } from '#functions/scc/links.ts';
import { createLocalApi, LINK_KEYS, ORIGIN_SECRET, sessionOf } from './local-api.ts';
import { startLocalScc, type LocalScc } from '#test/functions/scc/local-scc.ts';
import {
  john,
  JOHNS_PAY,
  OPEN_PAY,
  openSkipper,
  samplePut,
  type SampleOptions,
} from '#test/functions/scc/samples.ts';

let scc: LocalScc;
let api: ReturnType<typeof createLocalApi>;
let count = 0;
let member: string;
beforeAll(async () => void (scc = await startLocalScc()));
afterAll(() => scc.close());
beforeEach(async () => {
  member = `member-f${++count}`;
  api = createLocalApi(scc);
  await scc.registry.put(member, { name: 'A Member', email: `${member}@example.test`, active: true });
});

const fetchFeed = (token: string, headers: Record<string, string> = { 'x-origin-secret': ORIGIN_SECRET }) =>
  api.browse('GET', `/api/feeds/${token}.ics`, headers);
const own = (linkVersion = 1) => feedToken(LINK_KEYS, { member, linkVersion });
const key = () => `phone-${member}`;
const mine = () => ({ ...john, key: member, member, name: 'A Member' });
async function tell(revision: number, view: SampleOptions['view']) {
  await api.call('POST', '/api/events', samplePut({ bookingKey: key(), revision, view }));
  await api.call('POST', `/api/notifications/${key()}/release`, { revision });
}
async function events(): Promise<VEvent[]> {
  const text = await (await fetchFeed(own())).text();
  return Object.values(ical.sync.parseICS(text)).filter((one) => one?.type === 'VEVENT');
}

describe('GET /api/feeds/{token}.ics', () => {
  it('follows a charter from the invitation to its end, under one id and a sequence that grows', async () => {
    const states: (string | number)[][] = [];
    const look = async () => {
      const [event, ...more] = await events();
      expect(more).toEqual([]);
      expect(event?.uid).toBe(`${eventIdOf(key())}@crew.example.test`);
      states.push([event!.status!, Number(event!.sequence), event!.start.toISOString()]);
    };
    await tell(1, { crew: [{ ...openSkipper, candidates: [member] }] });
    await look();
    await tell(2, { crew: [mine()] });
    await look();
    await tell(3, {
      crew: [mine()],
      startsAt: '2027-05-31T16:00:00Z',
      endsAt: '2027-05-31T19:00:00Z',
      start: '2027-05-31T09:00',
      end: '2027-05-31T12:00',
    });
    await look();
    await tell(4, { crew: [mine()], status: 'cancelled' });
    await look();
    await tell(5, { crew: [mine()] });
    await look();
    await tell(6, { crew: [openSkipper] });
    await look();
    expect(states).toEqual([
      ['TENTATIVE', 1, '2027-05-30T16:00:00.000Z'],
      ['CONFIRMED', 2, '2027-05-30T16:00:00.000Z'],
      ['CONFIRMED', 3, '2027-05-31T16:00:00.000Z'],
      ['CANCELLED', 4, '2027-05-30T16:00:00.000Z'],
      ['CONFIRMED', 5, '2027-05-30T16:00:00.000Z'],
      ['CANCELLED', 6, '2027-05-30T16:00:00.000Z'],
    ]);
  });

  it('is a calendar with neither pay nor the guest in it, and no key to anything', async () => {
    await tell(1, { crew: [mine(), openSkipper] });
    const reply = await fetchFeed(own());
    expect(reply.status).toBe(200);
    expect(reply.headers.get('content-type')).toBe('text/calendar; charset=utf-8');
    expect(reply.headers.get('cache-control')).toBe('no-store');
    const text = (await reply.text()).replaceAll('\r\n ', '');
    for (const secret of [
      String(JOHNS_PAY),
      String(OPEN_PAY),
      'USD',
      'Morgan',
      own(),
      '/enter',
      '@example.test',
    ])
      expect(text).not.toContain(secret);
    expect(text).toContain(`/crew/events/${eventIdOf(key())}`);
    expect(api.logged.join()).not.toContain(own());
  });

  it('shows only what is the member’s, and nothing before its release', async () => {
    await api.call('POST', '/api/events', samplePut({ bookingKey: key(), view: { crew: [mine()] } }));
    expect(await events()).toEqual([]);
    await tell(2, { crew: [john] });
    expect(await events()).toEqual([]);
  });

  it('ends with a revocation, and for who is not active any more: 410, which no distribution replaces', async () => {
    await tell(1, { crew: [mine()] });
    await scc.registry.revoke(member);
    expect((await fetchFeed(own())).status).toBe(410);
    expect((await fetchFeed(own(2))).status).toBe(200);
    await scc.registry.put(member, { name: 'A Member', email: `${member}@example.test`, active: false });
    expect((await fetchFeed(own(2))).status).toBe(410);
  });

  it('opens by its own token alone', async () => {
    const { cookie } = sessionOf(member);
    const link = signLink(LINK_KEYS, { member, eventId: eventIdOf(key()), linkVersion: 1 });
    const stranger = feedToken([{ kid: 'new', key: 'a-key-of-somebody-else', retiredAt: null }], {
      member,
      linkVersion: 1,
    });
    for (const token of [link, cookie.split('=')[1]!, stranger, 'x', '.', `${own()}x`])
      expect((await fetchFeed(token)).status, token).toBe(410);
    expect((await fetchFeed('x', sessionOf(member))).status).toBe(410);
    expect((await fetchFeed(own(), {})).status).toBe(401);
  });
});
