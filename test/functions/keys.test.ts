import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keysFrom, matchesHash } from '#functions/keys.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a key', () => {
  it.each([
    ['the current key', 'new', true],
    ['the key before a rotation', 'old', true],
    ['another key', 'other', false],
    ['a hash in place of its key', hash('new'), false],
    ['an empty key', '', false],
  ])('is matched by its hash: %s', (_, value, expected) => {
    expect(matchesHash([value], [hash('old'), hash('new')])).toBe(expected);
  });

  it('matches nothing where no hash, or none that is one, is known', () => {
    expect(matchesHash(['new'], [])).toBe(false);
    expect(matchesHash(['new'], ['', 'zz', hash('new').slice(2)])).toBe(false);
    expect(matchesHash([''], [hash('')])).toBe(false);
    expect(matchesHash([], [hash('new')])).toBe(false);
  });

  it('is matched when one of several fits', () => {
    expect(matchesHash(['other', 'new'], [hash('old'), hash('new')])).toBe(true);
    expect(matchesHash(['other', 'another'], [hash('old'), hash('new')])).toBe(false);
  });

  it.each([
    [{ 'x-service-key': 'a' }, ['a']],
    [{ authorization: 'Bearer b' }, ['b']],
    [{ authorization: 'bearer  b' }, ['b']],
    [{ 'x-service-key': 'a', authorization: 'Bearer b' }, ['a', 'b']],
    [{ 'x-service-key': '', authorization: 'Bearer b' }, ['b']],
    [{ authorization: 'Basic b' }, []],
    [{ authorization: 'Bearer' }, []],
    [{}, []],
  ])('is found in %o', (headers, expected) => {
    const request = new Request('http://127.0.0.1/', { headers: headers as Record<string, string> });
    expect(keysFrom((name) => request.headers.get(name), 'x-service-key')).toEqual(expected);
  });
});
