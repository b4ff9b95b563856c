import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, sha256, specHash } from '#bookings/model/canonical.ts';

/** As simply as it can be said. */
function plainly(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => plainly(item ?? null)).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const keys = Object.keys(value).toSorted();
  const members = keys.map((key) => [key, (value as Record<string, unknown>)[key]] as const);
  return `{${members
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${JSON.stringify(key)}:${plainly(member)}`)
    .join(',')}}`;
}

describe('canonical JSON', () => {
  it('has its keys in one order, whatever they are', () => {
    fc.assert(
      fc.property(fc.anything({ withBigInt: false, withDate: false, withSet: false }), (value) => {
        expect(canonicalJson(value)).toBe(plainly(value));
      }),
      { numRuns: 2000 },
    );
  });

  it.each<[unknown, string]>([
    [{ b: 1, a: 2 }, '{"a":2,"b":1}'],
    [{ 10: 'ten', 9: 'nine', a: 'x', B: 'y' }, '{"10":"ten","9":"nine","B":"y","a":"x"}'],
    [JSON.parse('{"__proto__":{"a":1},"b":[{"2":1,"10":2}]}'), '{"__proto__":{"a":1},"b":[{"10":2,"2":1}]}'],
    [{ gone: undefined, list: [undefined, null, 1] }, '{"list":[null,null,1]}'],
    [undefined, 'null'],
  ])('of %j is %s', (value, text) => expect(canonicalJson(value)).toBe(text));

  it('is what a spec hash is of', () => {
    const hash = createHash('sha256').update('{"a":[1],"é":"ñ🎉"}', 'utf8').digest('hex');
    expect(specHash({ é: 'ñ🎉', a: [1] })).toBe(hash);
    expect(sha256(new TextEncoder().encode('{"a":[1],"é":"ñ🎉"}'))).toBe(hash);
  });
});
