import { describe, expect, it } from 'vitest';
import type { LinkKey } from '#functions/scc/link-keys.ts';
import {
  crewLink,
  csrfToken,
  feedToken,
  isCsrfToken,
  keysFor,
  readFeed,
  readLink,
  readSession,
  signLink,
  signSession,
} from '#functions/scc/links.ts';
import { NOW } from './samples.ts';

const OLD: LinkKey = { kid: 'a', key: 'the-key-that-was-first', retiredAt: '2027-01-01T00:00:00Z' };
const CURRENT: LinkKey = { kid: 'b', key: 'the-key-that-signs-now', retiredAt: null };
const KEYS = [OLD, CURRENT];
const BEFORE = [{ ...OLD, retiredAt: null }];
const session = signSession(KEYS, { member: 'john', linkVersion: 1, now: NOW });

describe('a CSRF token', () => {
  it('counts for the session that it was made for, also after the keys were rotated', () => {
    expect(isCsrfToken(KEYS, session, csrfToken(KEYS, session))).toBe(true);
    expect(isCsrfToken(KEYS, session, csrfToken(BEFORE, session))).toBe(true);
    expect(isCsrfToken([CURRENT], session, csrfToken(BEFORE, session))).toBe(false);
  });

  it('counts for no other session, not even a later one of the same member', () => {
    const later = signSession(KEYS, { member: 'john', linkVersion: 1, now: new Date(NOW.getTime() + 1000) });
    expect(isCsrfToken(KEYS, later, csrfToken(KEYS, session))).toBe(false);
  });

  it.each(['', 'x', '%%', session, session.split('.')[1]!, 'A'.repeat(43), '€'.repeat(43)])(
    'is not %j',
    (offered) => expect(isCsrfToken(KEYS, session, offered)).toBe(false),
  );
});

describe('a feed token', () => {
  const claims = { member: 'john', linkVersion: 3 };

  it('says whose calendar it is and stays the same, as calendars keep the address', () => {
    expect(readFeed(KEYS, feedToken(KEYS, claims))).toEqual({ m: 'john', v: 3, key: CURRENT });
    expect(feedToken(KEYS, claims)).toBe(feedToken(KEYS, claims));
    expect(readFeed(KEYS, feedToken(BEFORE, claims))?.key).toEqual(OLD);
    expect(readFeed([CURRENT], feedToken(BEFORE, claims))).toBeUndefined();
  });

  it('is no link and no session, nor is either of them a feed', () => {
    const token = feedToken(KEYS, claims);
    expect(readLink(KEYS, token)).toBeUndefined();
    expect(readSession(KEYS, token, NOW)).toBeUndefined();
    expect(readFeed(KEYS, session)).toBeUndefined();
    const link = signLink(KEYS, { member: 'john', eventId: 'e', linkVersion: 3 });
    expect(readFeed(KEYS, link)).toBeUndefined();
    // The same content under the MAC of another purpose.
    const [payload] = token.split('.');
    expect(readFeed(KEYS, `${payload}.${link.split('.')[1]}`)).toBeUndefined();
  });
});

describe('the keys for a token', () => {
  it('are read again only when it names one that is not known', async () => {
    const reads: string[] = [];
    const linkKeys = {
      read: async () => (reads.push('read'), [OLD]),
      reread: async () => (reads.push('reread'), KEYS),
    };
    expect(await keysFor(feedToken(BEFORE, { member: 'john', linkVersion: 1 }), linkKeys)).toEqual([OLD]);
    expect(await keysFor('garbage', linkKeys)).toEqual([OLD]);
    expect(reads).toEqual(['read', 'read']);
    expect(await keysFor(session, linkKeys)).toEqual(KEYS);
    expect(reads).toEqual(['read', 'read', 'read', 'reread']);
  });
});

it('a magic link carries nothing but its token', () => {
  const url = crewLink('https://crew.example.test', KEYS, { member: 'john', eventId: 'e', linkVersion: 1 });
  expect(readLink(KEYS, url.replace('https://crew.example.test/crew/enter?t=', ''))).toMatchObject({
    m: 'john',
  });
});
