import { specHash } from '../model/canonical.ts';
import { findConflicts } from '../model/conflicts.ts';
import type { Instant } from '../model/time.ts';
import { askCrew } from './ask-crew.ts';
import { mapBounded } from './bounded.ts';
import { manifestOf, sharedKeyOf } from './manifest.ts';
import { hashSource, load, type Loaded, type Source } from './load.ts';
import { pageRevisionFor, planBookings, selectChanged, toDesired, type Desired, type Plan } from './plan.ts';
import type { BookingRecord, GuestSite, LedgerIndex, Manifest, Ports } from './ports.ts';

/** A plan with everything that applying it needs. */
export interface Prepared {
  readonly plan: Plan;
  readonly index: LedgerIndex;
  readonly desired: ReadonlyMap<string, Desired>;
  readonly records: ReadonlyMap<string, BookingRecord>;
  /** Of the pages that may have to be published, by booking key; they are rendered again when they are. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly shared: Manifest;
}

/** Valid bookings, ready to be compared with the ledger any number of times. */
export interface DesiredSet {
  readonly loaded: Loaded;
  readonly desired: readonly Desired[];
}

export function loadDesired(source: Source): DesiredSet {
  const loaded = load(source);
  return { loaded, desired: loaded.bookings.map(toDesired) };
}

/** The same, read when it is first looked at: a run with nothing to do never does. */
export function createDesiredSet(source: Source): DesiredSet {
  let set: DesiredSet | undefined;
  const read = () => (set ??= loadDesired(source));
  return {
    get loaded() {
      return read().loaded;
    },
    get desired() {
      return read().desired;
    },
  };
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
  { ledger, site, crew }: Pick<Ports, 'ledger' | 'site' | 'crew'>,
): Promise<Prepared> {
  const index = await ledger.readIndex();
  const changed = selectChanged(desired, index, site.buildHash);
  const keys = new Set(desired.map(({ booking }) => booking.key));
  const gone = [...index.targets.keys()].filter((key) => !keys.has(key));
  const records = await ledger.readBookings([...changed.map(({ booking }) => booking.key), ...gone]);
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
  const plan = planBookings(changed, { ...actual, crew: await askCrew(changed, actual, crew) });
  return {
    plan,
    index,
    desired: new Map(changed.map((one) => [one.booking.key, one])),
    records,
    manifests,
    shared,
  };
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
  const rendered = await mapBounded(due, 1, async (one) => {
    const revision = pageRevisionFor(records.get(one.booking.key), one);
    return [one.booking.key, manifestOf(await site.render(one.views.page, revision))] as const;
  });
  return new Map(rendered);
}
