import type { Photo } from './photo-api.ts';

/** The photo so many places further among those that can be shown; after the last comes the first. */
export function neighbour(photos: readonly Photo[], photo: string, by: number): string {
  const seen = photos.filter(({ thumbnail }) => thumbnail !== null);
  const at = seen.findIndex((one) => one.photo === photo);
  return seen.at((at + by) % seen.length)?.photo ?? photo;
}

/** Pixels. */
const SHORTEST = 40;

/** Where a movement of the finger leads: 1 on, -1 back, 0 nowhere. */
export function swipe(x: number, y: number): -1 | 0 | 1 {
  if (Math.abs(x) < SHORTEST || Math.abs(x) < 2 * Math.abs(y)) return 0;
  return x < 0 ? 1 : -1;
}
