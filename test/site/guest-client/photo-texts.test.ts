import { describe, expect, it } from 'vitest';
import { GUEST_REFUSALS } from '#functions/scc/guest-photos.ts';
import { MAX_SIZE } from '#functions/scc/photo-key.ts';
import { fill } from '#site/guest/src/client/element.ts';
import { keyOf } from '#site/guest/src/client/key.ts';
import { PHOTO_TEXTS, type PhotoTexts } from '#site/guest/src/client/photo-texts.ts';

/** Path and text of each word. */
const leavesOf = (texts: PhotoTexts): [string, string][] =>
  Object.entries(texts).flatMap(([name, value]: [string, string | Record<string, string>]) =>
    typeof value === 'string'
      ? [[name, value]]
      : Object.entries(value).map(([key, text]): [string, string] => [`${name}.${key}`, text]),
  );
const gapsOf = (text: string): string[] => (text.match(/\{\w+\}/g) ?? []).toSorted();

describe('the words about photos', () => {
  const english = leavesOf(PHOTO_TEXTS.en);
  const spanish = new Map(leavesOf(PHOTO_TEXTS.es));

  it('are the same ones in both languages, with the same gaps, and none is left in English', () => {
    expect([...spanish.keys()]).toEqual(english.map(([path]) => path));
    for (const [path, text] of english) {
      expect(gapsOf(spanish.get(path)!), path).toEqual(gapsOf(text));
      expect(spanish.get(path), path).not.toBe(text);
    }
  });

  it.each(Object.values(PHOTO_TEXTS))('name every refusal of the server and the true limit', (texts) => {
    for (const code of GUEST_REFUSALS) expect(texts.reasons[code]).toMatch(/\.$/);
    const megabytes = `${MAX_SIZE.original / 1024 / 1024} MB`;
    expect([texts.hint, texts.reasons['too-large']].every((text) => text.includes(megabytes))).toBe(true);
  });

  it('are filled in', () => {
    expect(fill('Photo {at} of {count}', { at: 3, count: 12 })).toBe('Photo 3 of 12');
  });
});

describe('the key of a link', () => {
  it.each([
    ['#k=abc-_9', 'abc-_9'],
    ['#k=abc&utm=1', 'abc'],
    ['#utm=1&k=abc', 'abc'],
    ['', undefined],
    ['#', undefined],
    ['#k=', undefined],
    ['#photos', undefined],
  ])('in %s is %s', (fragment, key) => {
    expect(keyOf(fragment)).toBe(key);
  });
});
