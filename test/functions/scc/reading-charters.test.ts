import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { createCrewReader, type CrewReader } from '#functions/scc/crew-reader.ts';
import type { LinkKey } from '#functions/scc/link-keys.ts';
import { signLink } from '#functions/scc/links.ts';
import { putEvent } from '#functions/scc-api/put-event.ts';
import { release } from '#functions/scc-api/release.ts';
import { knownKeys } from '#test/functions/scc-api/local-api.ts';
import { startLocalScc, type LocalScc } from './local-scc.ts';
import { john, JOHNS_PAY, NOW, OPEN_PAY, openSkipper, samplePut, type SampleOptions } from './samples.ts';

const RETIRED: LinkKey = { kid: 'a', key: 'the-key-that-was-first', retiredAt: '2027-01-01T00:00:00Z' };
const CURRENT: LinkKey = { kid: 'b', key: 'the-key-that-signs-now', retiredAt: null };
const KEYS = [RETIRED, CURRENT];
const signedBefore = (key: LinkKey) => [{ ...key, retiredAt: null }];

describe('what the crew portal reads', () => {
  let scc: LocalScc;
  let reader: CrewReader;
  let count = 0;
  let bookingKey: string;
  beforeAll(async () => {
    scc = await startLocalScc();
    reader = createCrewReader({ tables: scc.tables, linkKeys: knownKeys(KEYS) });
  });
  afterAll(() => scc.close());
  beforeEach(async () => {
    bookingKey = `phone-links-${++count}`;
    for (const key of ['john', 'mia', 'ana', 'lee'])
      await scc.registry.put(key, { name: `${key}!`, email: `${key}@example.test`, active: key !== 'ana' });
  });
  const eventId = () => eventIdOf(bookingKey);
  const put = (options: SampleOptions = {}) => putEvent(samplePut({ bookingKey, ...options }), scc);
  const tell = (revision: number) =>
    release({ eventId: eventId(), revision }, { ...scc, publish: async () => {}, now: () => NOW });
  const putAndTell = async (options: SampleOptions = {}) => {
    await put(options);
    await tell(options.revision ?? 1);
  };
  const link = async (member: string, keys: readonly LinkKey[] = KEYS) => {
    const { linkVersion } = (await scc.registry.find(member))!;
    return signLink(keys, { member, eventId: eventId(), linkVersion });
  };
  const at = (text: string) => new Date(text);
  const kindOf = async (token: string, now = NOW) => (await reader.openLink(token, now))?.kind;

  it('opens a link any number of times into a session', async () => {
    await putAndTell();
    const token = await link('john');
    const opened = await reader.openLink(token, NOW);
    expect(opened).toMatchObject({
      kind: 'open',
      member: { key: 'john', name: 'john!' },
      eventId: eventId(),
      maxAgeSeconds: 2_592_000,
    });
    expect(await reader.openLink(token, NOW)).toEqual(opened);
    const session = opened?.kind === 'open' ? opened.session : '';
    expect(await reader.memberOf(session, NOW)).toEqual({ key: 'john', name: 'john!' });
    expect(await reader.memberOf(token, NOW)).toBeUndefined();
    expect(await reader.memberOf(undefined, NOW)).toBeUndefined();
    expect(await reader.openLink(session, NOW)).toBeUndefined();
  });

  it('closes a link 7 days after the current end, which a move moves', async () => {
    await putAndTell();
    const token = await link('john');
    expect(await kindOf(token, at('2027-06-06T19:00:00Z'))).toBe('open');
    expect(await reader.openLink(token, at('2027-06-06T19:00:01Z'))).toEqual({ kind: 'expired' });
    await putAndTell({ revision: 2, view: { endsAt: '2027-07-30T19:00:00Z' } });
    expect(await kindOf(token, at('2027-08-06T19:00:00Z'))).toBe('open');
  });

  it('refuses links and sessions of before a revocation, and of the inactive', async () => {
    await putAndTell();
    const token = await link('lee');
    const opened = await reader.openLink(token, NOW);
    const session = opened?.kind === 'open' ? opened.session : '';
    expect(await reader.memberOf(session, NOW)).toMatchObject({ key: 'lee' });
    await scc.registry.revoke('lee');
    expect(await reader.openLink(token, NOW)).toEqual({ kind: 'expired' });
    expect(await reader.memberOf(session, NOW)).toBeUndefined();
    const fresh = await link('lee');
    await scc.registry.put('lee', { name: 'Lee', email: 'lee@example.test', active: false });
    expect(await reader.openLink(fresh, NOW)).toEqual({ kind: 'expired' });
  });

  it('trusts a retired key for charters that it can have signed for', async () => {
    await putAndTell();
    expect(await kindOf(await link('john', signedBefore(RETIRED)))).toBe('open');
    bookingKey += '-later';
    const later = samplePut({ bookingKey });
    await putEvent({ ...later, event: { ...later.event, createdTimestamp: '2027-02-01T00:00:00Z' } }, scc);
    await tell(1);
    expect(await kindOf(await link('john', signedBefore(RETIRED)))).toBe('expired');
    expect(await kindOf(await link('john'))).toBe('open');
  });

  it('shows a charter to who is on board or invited, each with their own pay', async () => {
    await putAndTell();
    expect((await reader.charter(eventId(), 'john', NOW))?.own).toMatchObject({
      key: 'john',
      role: 'deckhand',
      hours: 5,
      invited: false,
      pay: { cents: JOHNS_PAY, currency: 'USD' },
    });
    const mias = await reader.charter(eventId(), 'mia', NOW);
    expect(mias?.own).toMatchObject({ key: 'skipper-1', invited: true, pay: { cents: OPEN_PAY } });
    expect(JSON.stringify(mias)).not.toContain(String(JOHNS_PAY));
  });

  it('shows nothing to others: not invited, inactive, unassigned, unknown', async () => {
    await putAndTell();
    for (const member of ['lee', 'ana', 'nobody', '', 'skipper-1', 'skipper-1/mia'])
      expect(await reader.charter(eventId(), member, NOW), member).toBeUndefined();
    expect(await reader.charter('another-event', 'john', NOW)).toBeUndefined();
    await putAndTell({ revision: 2, view: { crew: [openSkipper] } });
    expect(await reader.charter(eventId(), 'john', NOW)).toBeUndefined();
    expect(await reader.charters('lee', NOW)).toEqual([]);
  });

  it('still shows a cancelled charter to who was on it', async () => {
    await putAndTell();
    await putAndTell({ revision: 2, view: { status: 'cancelled' } });
    expect((await reader.charter(eventId(), 'john', NOW))?.event.status).toBe('cancelled');
  });

  it('lists a member’s charters by start, invitations included', async () => {
    await scc.registry.put('zoe', { name: 'Zoe', email: 'zoe@example.test', active: true });
    const zoe = { ...john, key: 'zoe', member: 'zoe', name: 'Zoe' };
    const open = { ...openSkipper, candidates: ['zoe'] };
    const first = bookingKey;
    await putAndTell({ view: { crew: [zoe, open], startsAt: '2027-09-01T16:00:00Z' } });
    bookingKey += '-earlier';
    await putAndTell({ view: { crew: [open], startsAt: '2027-08-01T16:00:00Z' } });
    bookingKey += '-none';
    await putAndTell();
    const listed = await reader.charters('zoe', NOW);
    expect(listed.map(({ event, own }) => [event.bookingKey, own.role, own.invited])).toEqual([
      [`${first}-earlier`, 'skipper', true],
      [first, 'deckhand', false],
    ]);
  });

  it('knows nothing of an event that was never released', async () => {
    await put();
    expect(await reader.charter(eventId(), 'john', NOW)).toBeUndefined();
    expect(await kindOf(await link('john'))).toBe('expired');
    expect((await reader.charters('john', NOW)).map(({ event }) => event.eventId)).not.toContain(eventId());
  });

  it('shows what was released, pay included, until the next release', async () => {
    await putAndTell({ pay: { john: 10_000, 'skipper-1': 20_000 } });
    const kim = { ...john, key: 'kim', member: 'kim', name: 'Kim' };
    await put({ revision: 2, view: { start: '2027-06-01T09:00', crew: [kim] }, pay: { kim: 30_000 } });
    const [johns, mias] = await Promise.all(
      ['john', 'mia'].map((key) => reader.charter(eventId(), key, NOW)),
    );
    expect(johns).toMatchObject({
      revision: 1,
      event: { start: '2027-05-30T09:00' },
      own: { pay: { cents: 10_000 } },
    });
    expect(mias).toMatchObject({ own: { key: 'skipper-1', pay: { cents: 20_000 } } });
    expect(JSON.stringify([johns, mias])).not.toMatch(/Kim|2027-06-01/);
    for (const key of ['john', 'mia'])
      expect((await reader.charters(key, NOW)).map(({ event }) => event.bookingKey)).toContain(bookingKey);
    await put({ revision: 3, pay: { john: 12_000 } });
    expect((await reader.charter(eventId(), 'john', NOW))?.own.pay?.cents).toBe(10_000);
    await tell(3);
    expect((await reader.charter(eventId(), 'john', NOW))?.own.pay?.cents).toBe(12_000);
    await putAndTell({ revision: 4, view: { crew: [kim] } });
    for (const key of ['john', 'mia'])
      expect((await reader.charters(key, NOW)).map(({ event }) => event.bookingKey)).not.toContain(
        bookingKey,
      );
  });

  it('shows an open position to nobody who was not invited to it', async () => {
    await putAndTell();
    await scc.registry.put('ana', { name: 'Ana', email: 'ana@example.test', active: true });
    expect(await reader.charter(eventId(), 'mia', NOW)).toBeDefined();
    expect(await reader.charter(eventId(), 'ana', NOW)).toBeUndefined();
  });
});
