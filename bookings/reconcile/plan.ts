import type { Booking } from '../model/booking.ts';
import { specHash } from '../model/canonical.ts';
import type { Conflict } from '../model/conflicts.ts';
import { differences, type Difference } from '../model/differences.ts';
import type { Notification } from '../model/notifications.ts';
import type { Instant } from '../model/time.ts';
import { hashViews, targetOf, toViews, type Artefact, type SpecHashes, type Views } from '../model/views.ts';
import type { EventSpec } from '../model/views/event.ts';
import { undocumentedChanges } from './amendments.ts';
import { dueArtefacts, isOver } from './due.ts';
import type { ArtefactRecord, BookingRecord, LedgerIndex, Manifest } from './ports.ts';
import { revisionFor, revisionOf } from './revision.ts';
import { tellsOf, type CrewFacts } from './tells.ts';

/** A booking with what it wants the world to be. */
export interface Desired {
  readonly booking: Booking;
  readonly views: Views;
  readonly hashes: SpecHashes;
  readonly target: string;
}

export type Action = 'create' | 'update' | 'cancel';

export interface Change {
  readonly artefact: Artefact;
  readonly action: Action;
  /** What differs from the last applied view. Money is named, never shown: a plan is read by everyone. */
  readonly fields: readonly Difference[];
}

export interface BookingPlan {
  readonly bookingKey: string;
  /** `XHQGMDH · JADA · 2027-05-30T09:00`, for people. */
  readonly label: string;
  readonly revision: number;
  readonly target: string;
  /** Whether a charter that stood is withdrawn: cancelled, or put on hold. */
  readonly cancels: boolean;
  /** Whether the charter is over: nobody is told anything about it any more. */
  readonly over: boolean;
  readonly changes: readonly Change[];
  readonly tells: readonly Notification[];
  /** An earlier attempt was not completed: people may have been told more than the ledger knows. */
  readonly inDoubt: boolean;
  readonly warnings: readonly string[];
}

/** What apply would do, as a value: sorted, serialisable, the same for the same world. */
export interface Plan {
  /** Keys of shared site files to publish. */
  readonly site: readonly string[];
  readonly bookings: readonly BookingPlan[];
  /** Booking keys that the ledger knows and no file describes. */
  readonly missing: readonly string[];
  /** Bookings that cannot take place as they stand, whether or not they change. */
  readonly conflicts: readonly Conflict[];
  /** Fields fixed by the first apply that a file changes: `boatsetter-xhqgmdh: pageId`. */
  readonly identityChanges: readonly { readonly bookingKey: string; readonly field: string }[];
  readonly checksum: string;
}

/** What is, as far as the ledger and the site build tell. */
export interface Actual {
  readonly records: ReadonlyMap<string, BookingRecord>;
  /** Of pages that were rendered because view or site build changed. */
  readonly manifests: ReadonlyMap<string, Manifest>;
  readonly shared: { readonly built: Manifest; readonly published: Manifest };
  readonly missing: readonly string[];
  readonly conflicts: readonly Conflict[];
  readonly now: Instant;
}

export interface World extends Actual {
  /** Of the bookings whose mails depend on it, by booking key; null when SCC did not answer. */
  readonly crew: ReadonlyMap<string, CrewFacts | null>;
}

export function toDesired(booking: Booking): Desired {
  const views = toViews(booking);
  const hashes = hashViews(views);
  return { booking, views, hashes, target: targetOf(hashes) };
}

/** Which bookings need a look: another target than the ledger's, an unfinished attempt, or a new site build. */
export function selectChanged(desired: readonly Desired[], index: LedgerIndex, buildHash: string): Desired[] {
  const open = new Set(index.open);
  const rebuilt = index.buildHash !== buildHash || open.has('*');
  return desired.filter(
    ({ booking: { key }, target }) => rebuilt || open.has(key) || index.targets.get(key) !== target,
  );
}

/** The revision a page is rendered with: the one at which its view last changed. */
export const pageRevisionFor = (record: BookingRecord | undefined, desired: Desired): number =>
  revisionOf(record?.artefacts.page, desired, 'page', revisionFor(record, desired.target));

/** Compares what is desired with what the ledger says was applied. Pure. */
export function planBookings(desired: readonly Desired[], world: World): Plan {
  const bookings = desired
    .map((one) => planBooking(one, world))
    .filter(({ changes }) => changes.length > 0)
    .toSorted((one, other) => (one.bookingKey < other.bookingKey ? -1 : 1));
  const content = {
    site: changedKeys(world.shared.built, world.shared.published),
    bookings,
    missing: [...world.missing].toSorted(),
    conflicts: world.conflicts,
    identityChanges: desired.flatMap((one) => identityChanges(one, world.records.get(one.booking.key))),
  };
  return { ...content, checksum: specHash(content) };
}

export const isEmpty = (plan: Plan): boolean => plan.bookings.length === 0 && plan.site.length === 0;

function planBooking(desired: Desired, world: World): BookingPlan {
  const { booking, views, target } = desired;
  const record = world.records.get(booking.key);
  const over = isOver(booking, world);
  const revision = revisionFor(record, target);
  const changes = dueArtefacts(desired, world).map((artefact) =>
    changeOf(artefact, views, record?.artefacts[artefact]),
  );
  const facts = world.crew.get(booking.key);
  return {
    bookingKey: booking.key,
    label: `${booking.id} · ${booking.vessel.name} · ${booking.start}`,
    revision,
    target,
    cancels: changes.some(({ artefact, action }) => WITHDRAWALS.has(artefact) && action === 'cancel'),
    over,
    changes,
    tells: tellsOf(desired, changes, { record, facts: facts ?? null }, { revision, now: world.now }),
    inDoubt: Object.values(record?.artefacts ?? {}).some(({ attempt }) => attempt !== null),
    warnings: [...undocumentedChanges(booking, record), ...(facts === null ? [CREW_UNKNOWN] : [])],
  };
}

const CREW_UNKNOWN =
  'who is active, and who signed up for open positions, could not be asked: who is told is planned as if all were active and nobody had';

const WITHDRAWALS: ReadonlySet<Artefact> = new Set(['calendar', 'event']);

function changeOf(artefact: Artefact, views: Views, applied: ArtefactRecord | undefined): Change {
  const before = applied?.view ?? null;
  const view = views[artefact];
  const fields = before === null ? [] : differences(before, view).map((each) => withoutMoney(artefact, each));
  return { artefact, action: actionOf(artefact, before, view), fields };
}

function actionOf(artefact: Artefact, before: unknown, view: unknown): Action {
  if (before === null) return 'create';
  return IS_WITHDRAWN[artefact](view) && !IS_WITHDRAWN[artefact](before) ? 'cancel' : 'update';
}

const isCancelled = (view: unknown): boolean => (view as { status: string }).status === 'cancelled';

const IS_WITHDRAWN: Record<Artefact, (view: unknown) => boolean> = {
  page: isCancelled,
  calendar: isCancelled,
  event: (view) => (view as EventSpec).view.status !== 'confirmed',
  card: (view) => (view as Views['card']).lane === 'Cancelled',
  summary: isCancelled,
};

/** Amounts of the card and pay of the crew: that they change is said, not how. */
const MONEY = /^(gross|crew|captain|portFee|net|pay\..*|pay)$/;

const withoutMoney = (artefact: Artefact, difference: Difference): Difference =>
  (artefact === 'card' || artefact === 'event') && MONEY.test(difference.path)
    ? { path: difference.path, from: null, to: null }
    : difference;

const changedKeys = (built: Manifest, published: Manifest): string[] =>
  Object.keys(built)
    .filter((key) => built[key] !== published[key])
    .toSorted();

function identityChanges({ booking }: Desired, record: BookingRecord | undefined) {
  if (record === undefined) return [];
  return (['platform', 'id', 'pageId', 'bookedAt'] as const)
    .filter((field) => booking[field] !== record.identity[field])
    .map((field) => ({ bookingKey: booking.key, field }));
}
