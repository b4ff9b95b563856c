import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { createCrewReader, type CrewReader } from '#functions/scc/crew-reader.ts';
import { createLinkKeys, parseLinkKeys, type LinkKey } from '#functions/scc/link-keys.ts';
import { readLink, readSession, signLink, signSession } from '#functions/scc/links.ts';
import { putEvent } from '#functions/scc-api/put-event.ts';
import { release } from '#functions/scc-api/release.ts';
import { knownKeys } from '#test/functions/scc-api/local-api.ts';
import { startLocalScc, type LocalScc } from './local-scc.ts';
import { john, JOHNS_PAY, NOW, OPEN_PAY, openSkipper, samplePut, type SampleOptions } from './samples.ts';

const RETIRED: LinkKey = { kid: 'a', key: 'the-key-that-was-first', retiredAt: '2027-01-01T00:00:00Z' };
const CURRENT: LinkKey = { kid: 'b', key: 'the-key-that-signs-now', retiredAt: null };
const KEYS = [RETIRED, CURRENT];
const signedBefore = (key: LinkKey) => [{ ...key, retiredAt: null }];
const claims = { member: 'john', eventId: 'some-event', linkVersion: 1 };

describe('a token', () => {
  it('says what was signed, by the newest key or a retired one', () => {
    expect(readLink(KEYS, signLink(KEYS, claims))).toEqual({
      m: 'john',
      e: 'some-event',
      v: 1,
      key: CURRENT,
    });
    expect(readLink(KEYS, signLink(signedBefore(RETIRED), claims))?.key).toEqual(RETIRED);
  });

  it('means nothing when any character is changed', () => {
    const token = signLink(KEYS, claims);
    for (let at = 0; at < token.length - 1; at++) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
      expect(readLink(KEYS, changed), `changed at ${at}`).toBeUndefined();
    }
  });

  it('means nothing for another purpose, another key, or as garbage, and never throws', () => {
    const session = signSession(KEYS, { member: 'john', linkVersion: 1, now: NOW });
    expect(readLink(KEYS, session)).toBeUndefined();
    expect(readSession(KEYS, signLink(KEYS, claims), NOW)).toBeUndefined();
    const stranger = [{ kid: 'b', key: 'a-key-of-somebody-else', retiredAt: null }];
    expect(readLink(KEYS, signLink(stranger, claims))).toBeUndefined();
    for (const text of [
      '',
      '.',
      'a.b',
      'a.b.c',
      '%%.%%',
      `${'x'.repeat(2000)}.y`,
      'bnVsbA.bnVsbA',
      session + '.x',
    ])
      expect(readLink(KEYS, text), text.slice(0, 20)).toBeUndefined();
  });

  it('of one purpose does not become another by its payload', () => {
    const [, mac] = signLink(KEYS, claims).split('.');
    const payload = Buffer.from(JSON.stringify({ m: 'john', v: 1, iat: 0, k: 'b' })).toString('base64url');
    expect(readSession(KEYS, `${payload}.${mac}`, new Date(0))).toBeUndefined();
  });
});

describe('a session', () => {
  const day = 86_400_000;
  const began = (now: Date, keys = KEYS) => signSession(keys, { member: 'john', linkVersion: 1, now });

  it('lasts 30 days and does not begin in the future', () => {
    const token = began(NOW);
    expect(readSession(KEYS, token, new Date(NOW.getTime() + 30 * day - 1000))).toMatchObject({ m: 'john' });
    expect(readSession(KEYS, token, new Date(NOW.getTime() + 30 * day))).toBeUndefined();
    expect(readSession(KEYS, token, new Date(NOW.getTime() - 3_600_000))).toBeUndefined();
  });

  it('of a retired key counts only when it began before', () => {
    const retired = new Date(RETIRED.retiredAt!).getTime();
    const now = new Date(retired + day);
    expect(readSession(KEYS, began(new Date(retired - day), signedBefore(RETIRED)), now)).toBeDefined();
    expect(readSession(KEYS, began(now, signedBefore(RETIRED)), now)).toBeUndefined();
  });
});

describe('the secret of link keys', () => {
  it('needs a current key, and is not quoted when it is wrong', () => {
    expect(parseLinkKeys(JSON.stringify(KEYS))).toEqual(KEYS);
    for (const text of [
      'the-secret',
      JSON.stringify([RETIRED]),
      JSON.stringify([{ ...CURRENT, key: 'short' }]),
    ])
      expect(() => parseLinkKeys(text)).toThrow(/^secret of link keys: expected a JSON list/);
  });
});

describe('link keys that were rotated', () => {
  const secret = (...texts: LinkKey[][]) => {
    const world = { reads: 0, now: 0 };
    let kept: string | undefined;
    const keys = createLinkKeys(
      {
        read: async () => (kept ??= JSON.stringify(texts[Math.min(world.reads++, texts.length - 1)])),
        forget: () => void (kept = undefined),
      },
      () => world.now,
    );
    return { world, keys };
  };

  it('are read again, at most once in ten seconds', async () => {
    const { world, keys } = secret([RETIRED, CURRENT]);
    await keys.read();
    await keys.read();
    expect(world.reads).toBe(1);
    for (let times = 0; times < 5; times++) await keys.reread();
    expect(world.reads).toBe(2);
    world.now = 10_000;
    await keys.reread();
    expect(world.reads).toBe(3);
  });

  it('open links that a younger key signed, and what is forged under a made-up id never', async () => {
    const scc = await startLocalScc();
    try {
      await scc.registry.put('john', { name: 'John', email: 'john@example.test', active: true });
      await putEvent(samplePut({ bookingKey: 'phone-rotated' }), scc);
      const eventId = eventIdOf('phone-rotated');
      await release({ eventId, revision: 1 }, { ...scc, publish: async () => {}, now: () => NOW });
      const before = signedBefore(RETIRED);
      const { world, keys } = secret(before, KEYS);
      const reader = createCrewReader({ tables: scc.tables, linkKeys: keys });
      const johns = { member: 'john', eventId, linkVersion: 1 };
      expect(await reader.openLink(signLink(before, johns), NOW)).toBeDefined();
      expect(await reader.openLink('garbage', NOW)).toBeUndefined();
      expect(world.reads).toBe(1);
      expect(await reader.openLink(signLink(KEYS, johns), NOW)).toBeDefined();
      expect(world.reads).toBe(2);
      const forged = signLink([{ ...CURRENT, kid: 'made-up' }], johns);
      expect(await reader.openLink(forged, NOW)).toBeUndefined();
    } finally {
      await scc.close();
    }
  });
});

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

  it('opens a link any number of times into a session', async () => {
    await putAndTell();
    const token = await link('john');
    const opened = await reader.openLink(token, NOW);
    expect(opened).toMatchObject({
      member: { key: 'john', name: 'john!' },
      eventId: eventId(),
      maxAgeSeconds: 2_592_000,
    });
    expect(await reader.openLink(token, NOW)).toEqual(opened);
    expect(await reader.memberOf(opened!.session, NOW)).toEqual({ key: 'john', name: 'john!' });
    expect(await reader.memberOf(token, NOW)).toBeUndefined();
    expect(await reader.memberOf(undefined, NOW)).toBeUndefined();
    expect(await reader.openLink(opened!.session, NOW)).toBeUndefined();
  });

  it('closes a link 7 days after the current end, which a move moves', async () => {
    await putAndTell();
    const token = await link('john');
    expect(await reader.openLink(token, at('2027-06-06T19:00:00Z'))).toBeDefined();
    expect(await reader.openLink(token, at('2027-06-06T19:00:01Z'))).toBeUndefined();
    await putAndTell({ revision: 2, view: { endsAt: '2027-07-30T19:00:00Z' } });
    expect(await reader.openLink(token, at('2027-08-06T19:00:00Z'))).toBeDefined();
  });

  it('refuses links and sessions of before a revocation, and of the inactive', async () => {
    await putAndTell();
    const token = await link('lee');
    const { session } = (await reader.openLink(token, NOW))!;
    await scc.registry.revoke('lee');
    expect(await reader.openLink(token, NOW)).toBeUndefined();
    expect(await reader.memberOf(session, NOW)).toBeUndefined();
    const fresh = await link('lee');
    await scc.registry.put('lee', { name: 'Lee', email: 'lee@example.test', active: false });
    expect(await reader.openLink(fresh, NOW)).toBeUndefined();
  });

  it('trusts a retired key for charters that it can have signed for', async () => {
    await putAndTell();
    expect(await reader.openLink(await link('john', signedBefore(RETIRED)), NOW)).toBeDefined();
    bookingKey += '-later';
    const later = samplePut({ bookingKey });
    await putEvent({ ...later, event: { ...later.event, createdTimestamp: '2027-02-01T00:00:00Z' } }, scc);
    await tell(1);
    expect(await reader.openLink(await link('john', signedBefore(RETIRED)), NOW)).toBeUndefined();
    expect(await reader.openLink(await link('john'), NOW)).toBeDefined();
  });

  it('shows a charter to who is on board or invited, each with their own pay', async () => {
    await putAndTell();
    expect((await reader.charter(eventId(), 'john'))?.own).toEqual({
      key: 'john',
      role: 'deckhand',
      hours: 5,
      invited: false,
      pay: { cents: JOHNS_PAY, currency: 'USD' },
    });
    const mias = await reader.charter(eventId(), 'mia');
    expect(mias?.own).toMatchObject({ key: 'skipper-1', invited: true, pay: { cents: OPEN_PAY } });
    expect(JSON.stringify(mias)).not.toContain(String(JOHNS_PAY));
  });

  it('shows nothing to others: not invited, inactive, unassigned, unknown', async () => {
    await putAndTell();
    for (const member of ['lee', 'ana', 'nobody', '', 'skipper-1', 'skipper-1/mia'])
      expect(await reader.charter(eventId(), member), member).toBeUndefined();
    expect(await reader.charter('another-event', 'john')).toBeUndefined();
    await putAndTell({ revision: 2, view: { crew: [openSkipper] } });
    expect(await reader.charter(eventId(), 'john')).toBeUndefined();
    expect(await reader.charters('lee')).toEqual([]);
  });

  it('still shows a cancelled charter to who was on it', async () => {
    await putAndTell();
    await putAndTell({ revision: 2, view: { status: 'cancelled' } });
    expect((await reader.charter(eventId(), 'john'))?.event.status).toBe('cancelled');
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
    const listed = await reader.charters('zoe');
    expect(listed.map(({ event, own }) => [event.bookingKey, own.key])).toEqual([
      [`${first}-earlier`, 'skipper-1'],
      [first, 'zoe'],
    ]);
  });

  it('knows nothing of an event that was never released', async () => {
    await put();
    expect(await reader.charter(eventId(), 'john')).toBeUndefined();
    expect(await reader.openLink(await link('john'), NOW)).toBeUndefined();
    expect((await reader.charters('john')).map(({ event }) => event.eventId)).not.toContain(eventId());
  });

  it('shows what was released, pay included, until the next release', async () => {
    await putAndTell({ pay: { john: 10_000, 'skipper-1': 20_000 } });
    const kim = { ...john, key: 'kim', member: 'kim', name: 'Kim' };
    await put({ revision: 2, view: { start: '2027-06-01T09:00', crew: [kim] }, pay: { kim: 30_000 } });
    const [johns, mias] = await Promise.all(['john', 'mia'].map((key) => reader.charter(eventId(), key)));
    expect(johns).toMatchObject({
      revision: 1,
      event: { start: '2027-05-30T09:00' },
      own: { pay: { cents: 10_000 } },
    });
    expect(mias).toMatchObject({ own: { key: 'skipper-1', pay: { cents: 20_000 } } });
    expect(JSON.stringify([johns, mias])).not.toMatch(/Kim|2027-06-01/);
    for (const key of ['john', 'mia'])
      expect((await reader.charters(key)).map(({ event }) => event.bookingKey)).toContain(bookingKey);
    await put({ revision: 3, pay: { john: 12_000 } });
    expect((await reader.charter(eventId(), 'john'))?.own.pay?.cents).toBe(10_000);
    await tell(3);
    expect((await reader.charter(eventId(), 'john'))?.own.pay?.cents).toBe(12_000);
    await putAndTell({ revision: 4, view: { crew: [kim] } });
    for (const key of ['john', 'mia'])
      expect((await reader.charters(key)).map(({ event }) => event.bookingKey)).not.toContain(bookingKey);
  });

  it('shows an open position to nobody who was not invited to it', async () => {
    await putAndTell();
    await scc.registry.put('ana', { name: 'Ana', email: 'ana@example.test', active: true });
    expect(await reader.charter(eventId(), 'mia')).toBeDefined();
    expect(await reader.charter(eventId(), 'ana')).toBeUndefined();
  });
});
