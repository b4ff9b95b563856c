import { describe, expect, it } from 'vitest';
import { eventIdOf } from '#bookings/model/ids.ts';
import { createCrewReader } from '#functions/scc/crew-reader.ts';
import { createLinkKeys, parseLinkKeys, type LinkKey } from '#functions/scc/link-keys.ts';
import { readLink, readSession, signLink, signSession } from '#functions/scc/links.ts';
import { putEvent } from '#functions/scc-api/put-event.ts';
import { release } from '#functions/scc-api/release.ts';
import { startLocalScc } from './local-scc.ts';
import { NOW, samplePut } from './samples.ts';

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
      expect(await reader.openLink(signLink(before, johns), NOW)).toMatchObject({ kind: 'open' });
      expect(await reader.openLink('garbage', NOW)).toBeUndefined();
      expect(world.reads).toBe(1);
      expect(await reader.openLink(signLink(KEYS, johns), NOW)).toMatchObject({ kind: 'open' });
      expect(world.reads).toBe(2);
      const forged = signLink([{ ...CURRENT, kid: 'made-up' }], johns);
      expect(await reader.openLink(forged, NOW)).toBeUndefined();
    } finally {
      await scc.close();
    }
  });
});
