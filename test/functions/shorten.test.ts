import { describe, expect, it } from 'vitest';
import { shorten } from '#functions/shorten.ts';
import { HOSTILE_NAMES } from '#test/fixtures/hostile-names.ts';

describe('shortening', () => {
  it.each([
    ['short', 10, 'short'],
    ['just right', 10, 'just right'],
    ['one too many', 11, 'one too ma…'],
    ['space before it', 10, 'space bef…'],
    ['no space at the end', 9, 'no space…'],
    ['⛵👨‍👩‍👧⛵', 5, '⛵…'],
    ['👍🏽👍🏽', 5, '👍🏽…'],
    ['Zoe\u0301\u0302\u0303!', 5, 'Zo…'],
    ['👨‍👩‍👧‍👦', 3, '…'],
    ['', 5, ''],
  ])('%j to %i is %j', (text, limit, short) => {
    expect(shorten(text, limit)).toBe(short);
  });

  it.each(HOSTILE_NAMES)('leaves whole characters, and never more than was asked for: $what', ({ name }) => {
    const characters = new Intl.Segmenter('en', { granularity: 'grapheme' });
    const whole = new Set([...characters.segment(name)].map(({ index }) => name.slice(0, index).trimEnd()));
    for (let limit = 1; limit < Math.min(name.length, 120); limit++) {
      const short = shorten(name, limit);
      expect(short.length).toBeLessThanOrEqual(limit);
      expect(short.endsWith('…')).toBe(true);
      expect(whole).toContain(short.slice(0, -1));
    }
  });
});
