import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '#bookings/reconcile/ledger.ts';
import { manifestOf } from '#bookings/reconcile/manifest.ts';
import type { GuestSite } from '#bookings/reconcile/ports.ts';
import { buildGuestSite } from '#scripts/build-site.ts';
import { buildDirectory } from '#scripts/connect.ts';
import { ROOT } from '#scripts/repository.ts';
import { createGuestSite } from '#site/guest-site.ts';
import { pageViews } from './page-views.ts';
import { ORIGINS } from './read-page.ts';

let site: GuestSite;
beforeAll(async () => {
  const build = join(buildDirectory(ROOT), 'guest');
  await buildGuestSite(build);
  site = await createGuestSite(build, ORIGINS);
});

/** So many that threads are worth their start. */
const MANY = 420;
const views = Object.values(pageViews);
const pages = Array.from({ length: MANY }, (_, index) => ({
  view: { ...views[index % views.length]!, pageId: `page${String(index).padStart(4, '0')}` },
  revision: 1 + (index % 3),
}));

const oneByOne = async (some: typeof pages): Promise<Manifest[]> => {
  const manifests: Manifest[] = [];
  for (const { view, revision } of some) manifests.push(manifestOf(await site.render(view, revision)));
  return manifests;
};

describe('pages rendered in several threads', () => {
  it('are byte for byte those rendered one by one, in their order', async () => {
    const manifests = await site.hash!(pages);
    expect(manifests).toEqual(await oneByOne(pages));
    expect(new Set(manifests.flatMap((manifest) => Object.keys(manifest))).size).toBe(MANY * 4);
  });

  it('may be few, or none', async () => {
    expect(await site.hash!(pages.slice(0, 3))).toEqual(await oneByOne(pages.slice(0, 3)));
    expect(await site.hash!([])).toEqual([]);
  });

  it('fail together when one cannot be rendered, in whichever thread', async () => {
    for (const broken of [0, 41]) {
      const view = {
        ...pages[broken]!.view,
        vessel: { key: 'unknown', name: 'Unknown' },
        status: 'confirmed' as const,
      };
      const some = pages.with(broken, { view, revision: 1 });
      await expect(site.hash!(some)).rejects.toThrow(/answered 500 instead of 200/);
    }
  });
});
