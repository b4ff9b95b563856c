import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem } from '#bookings/model/problem.ts';
import type { Reference } from '#bookings/model/reference.ts';
import { findMissingTexts } from '#site/guest/src/content-problems.ts';

/** What guests of a vessel would look for in vain. A folder with bookings alone has no texts at all. */
export function missingTexts(root: string, { fleet }: Reference): Problem[] {
  if (!existsSync(join(root, 'site/guest/content'))) return [];
  return findMissingTexts(Object.keys(fleet.vessels), (path) => existsSync(join(root, path)));
}
