import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keyFrom, matchesHash } from '#functions/keys.ts';

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

describe('a key', () => {
  it.each([
    ['the current key', 'new', true],
    ['the key before a rotation', 'old', true],
    ['another key', 'other', false],
    ['a hash in place of its key', hash('new'), false],
    ['an empty key', '', false],
    ['no key', undefined, false],
  ])('is matched by its hash: %s', (_, value, expected) => {
    expect(matchesHash(value, [hash('old'), hash('new')])).toBe(expected);
  });

  it('matches nothing where no hash, or none that is one, is known', () => {
    expect(matchesHash('new', [])).toBe(false);
    expect(matchesHash('new', ['', 'zz', hash('new').slice(2)])).toBe(false);
    expect(matchesHash('', [hash('')])).toBe(false);
  });

  it.each([
    [{ 'x-service-key': 'a' }, 'a'],
    [{ authorization: 'Bearer b' }, 'b'],
    [{ authorization: 'bearer b' }, 'b'],
    [{ 'x-service-key': 'a', authorization: 'Bearer b' }, 'a'],
    [{ authorization: 'Basic b' }, undefined],
    [{ authorization: 'Bearer' }, undefined],
    [{}, undefined],
  ])('is found in %o', (headers, expected) => {
    const request = new Request('http://127.0.0.1/', { headers: headers as Record<string, string> });
    expect(keyFrom(request, 'X-Service-Key')).toBe(expected);
  });
});
