import { describe, expect, it } from 'vitest';
import { neighbour, swipe } from '#site/guest/src/client/steps.ts';
import { photo } from './files.ts';

describe('the next photo', () => {
  const photos = [photo('a'), photo('b', { type: 'image/heic', thumbnail: null }), photo('c')];
  it.each([
    ['a', 1, 'c'],
    ['c', 1, 'a'],
    ['a', -1, 'c'],
    ['c', -1, 'a'],
  ])(
    'after %s by %i is %s: what cannot be shown is passed over, and after the last comes the first',
    (...row) => {
      const [from, by, to] = row;
      expect(neighbour(photos, from, by)).toBe(to);
    },
  );

  it('of a single one is itself', () => {
    expect(neighbour([photo('a')], 'a', 1)).toBe('a');
    expect(neighbour([], 'a', 1)).toBe('a');
  });
});

describe('a movement of the finger', () => {
  it.each([
    [-120, 10, 1],
    [120, -10, -1],
    [-39, 0, 0],
    [0, 0, 0],
    [-60, 50, 0],
    [10, 300, 0],
  ])('by %i, %i leads %i', (x, y, by) => {
    expect(swipe(x, y)).toBe(by);
  });
});
