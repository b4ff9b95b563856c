import { specHash } from '../model/canonical.ts';
import { findConflicts } from '../model/conflicts.ts';
import type { Instant } from '../model/time.ts';
import { askCrew } from './ask-crew.ts';
import { mapBounded } from './bounded.ts';
import type { DesiredSet } from './desired-set.ts';
import type { BookingRecord, LedgerHead, LedgerIndex, Manifest } from './ledger.ts';
import { hashSource, type Source } from './load.ts';
import { manifestOf, sharedKeyOf, withoutKeys } from './manifest.ts';
import { pageRevisionFor, planBookings, selectChanged, type Plan } from './plan.ts';
import type { GuestSite, PageToRender, Ports } from './ports.ts';
import { refresh, type Refreshed } from './refresh.ts';
import type { Desired } from './states.ts';

/** A plan with everything that applying it needs. */
export interface Prepared {
  readonly plan: Plan;
  readonly index: LedgerIndex;
  readonly desired: ReadonlyMap<string, Desired>;
  readonly records: ReadonlyMap<string, BookingRecord>;
  /** Of the pages that may have to be published, by booking key; they are rendered again when they are. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly shared: Manifest;
  /** Records that are complete, and whose target a run that died could not enter in the index any more. */
  readonly unindexed: readonly BookingRecord[];
}

/** The digest of a run: over all files, the site build and the configuration. */
export const digestOf = (source: Source, site: GuestSite, configuration: unknown): string =>
  specHash({
    source: hashSource(source),
    buildHash: site.buildHash,
    shared: sharedManifestOf(site),
    configuration,
  });

/** Reads the ledger, asks SCC what a release goes by, renders what may have changed, and plans. Changes nothing. */
export async function prepare(
  { loaded, desired }: DesiredSet,
  now: Instant,
  ports: Ports,
  {
    refresh: isRefresh = false,
    head,
  }: {
    /** Compares everything with the outside world as well. */
    refresh?: boolean;
    /** As it was read a moment ago. */
    head?: LedgerHead;
  } = {},
): Promise<Prepared> {
  const { ledger, site, crew } = ports;
  const index = await ledger.readIndex(head);
  const changed = isRefresh ? desired : selectChanged(desired, index, site.buildHash);
  const keys = new Set(desired.map(({ key }) => key));
  const gone = [...index.targets.keys()].filter((key) => !keys.has(key));
  const unchanged = changed.filter(({ key, target }) => index.targets.get(key) === target);
  const records = await ledger.readBookings(
    [...changed.map(({ key }) => key), ...gone],
    new Map(unchanged.map((one) => [one.key, one])),
  );
  const manifests = await renderPages(changed, { index, records, site });
  const shared = sharedManifestOf(site);
  const actual = {
    records,
    manifests,
    shared: { built: shared, published: index.shared },
    missing: [...records.values()]
      .filter((record) => !keys.has(record.bookingKey) && !record.cancelled)
      .map(({ bookingKey }) => bookingKey)
      .filter((key) => !Object.hasOwn(loaded.reference.forgotten, key)),
    conflicts: findConflicts(loaded.bookings, { limits: loaded.reference.limits, now }),
    now,
  };
  const refreshed = isRefresh ? await refresh(changed, actual, ports) : undefined;
  const published = withoutKeys(index.shared, refreshed?.lostShared ?? []);
  const plan = planBookings(changed, {
    ...actual,
    shared: { built: shared, published },
    refreshed,
    crew: await askCrew(changed, actual, crew),
  });
  return {
    plan,
    index,
    desired: new Map(changed.map((one) => [one.key, one])),
    records,
    manifests: refreshed === undefined ? manifests : withRestored(manifests, refreshed, records),
    shared,
    unindexed: [...records.values()].filter((record) => isUnindexed(record, index)),
  };
}

/** Left so, a revert to what the index still says would be overlooked. */
const isUnindexed = ({ bookingKey, completed, target }: BookingRecord, { targets }: LedgerIndex): boolean =>
  completed && targets.get(bookingKey) !== target;

/** A page that is put back is the one that was applied, so its manifest is known. */
function withRestored(
  manifests: ReadonlyMap<string, Manifest>,
  { drifts }: Refreshed,
  records: ReadonlyMap<string, BookingRecord>,
): ReadonlyMap<string, Manifest> {
  const restored = [...drifts].flatMap(([key, { page }]) =>
    page === undefined ? [] : [[key, records.get(key)?.artefacts.page?.manifest ?? {}] as const],
  );
  return new Map([...manifests, ...restored]);
}

const sharedManifestOf = ({ shared }: GuestSite): Manifest =>
  manifestOf(shared.map((file) => ({ ...file, key: sharedKeyOf(file) })));

interface RenderContext {
  readonly index: LedgerIndex;
  readonly records: ReadonlyMap<string, BookingRecord>;
  readonly site: Ports['site'];
}

/** Only where view or site build differs from what was applied. */
async function renderPages(
  changed: readonly Desired[],
  context: RenderContext,
): Promise<ReadonlyMap<string, Manifest>> {
  const { index, records, site } = context;
  const due = changed.filter(({ booking, hashes }) => {
    const applied = records.get(booking.key)?.artefacts.page;
    if (applied === undefined || applied.attempt !== null) return true;
    return applied.hash !== hashes.page || index.buildHash !== site.buildHash;
  });
  const pages = due.map((one) => ({
    view: one.views.page,
    revision: pageRevisionFor(records.get(one.key), one),
  }));
  const hash = site.hash ?? ((all) => mapBounded(all, 1, (page) => hashPage(page, site)));
  const manifests = await hash(pages);
  return new Map(due.map(({ key }, index) => [key, manifests[index]!]));
}

const hashPage = async ({ view, revision }: PageToRender, site: GuestSite): Promise<Manifest> =>
  manifestOf(await site.render(view, revision));
