import { specHash } from '../model/canonical.ts';
import type { Conflict } from '../model/conflicts.ts';
import { differences } from '../model/differences.ts';
import type { Notification } from '../model/notifications.ts';
import { ARTEFACTS, type Artefact, type Views } from '../model/views.ts';
import type { EventSpec } from '../model/views/event.ts';
import { undocumentedChanges } from './amendments.ts';
import type { Drift } from './drift.ts';
import { dueArtefacts, isOver } from './due.ts';
import type { ArtefactRecord, BookingRecord, LedgerIndex, Manifest } from './ledger.ts';
import type { Refreshed, Unanswered } from './refresh.ts';
import { revisionFor, revisionOf } from './revision.ts';
import type { Action, Actual, Change, Desired } from './states.ts';
import { tellsOf, type CrewFacts } from './tells.ts';
import { withoutMoney } from './without-money.ts';

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

/** `boatsetter-xhqgmdh: pageId`; `of`: a new booking claims the page of one whose file is gone, as a rename of its id does. */
export interface IdentityChange {
  readonly bookingKey: string;
  readonly field: string;
  readonly of?: string;
}

/** What apply would do, as a value: sorted, serialisable, the same for the same world. */
export interface Plan {
  /** Keys of shared site files to publish. */
  readonly site: readonly string[];
  /** Those of them that were published and are not as they were; none unless that was asked. */
  readonly restoredSite: readonly string[];
  readonly bookings: readonly BookingPlan[];
  /** Booking keys that the ledger knows and no file describes. */
  readonly missing: readonly string[];
  /** Bookings that cannot take place as they stand, whether or not they change. */
  readonly conflicts: readonly Conflict[];
  /** Fields fixed by the first apply that a file changes. */
  readonly identityChanges: readonly IdentityChange[];
  /** What should have been compared with the outside world and could not be. No part of the checksum. */
  readonly unanswered: readonly Unanswered[];
  readonly checksum: string;
}

export interface World extends Actual {
  /** Of the bookings whose mails depend on it, by booking key; null when SCC did not answer. */
  readonly crew: ReadonlyMap<string, CrewFacts | null>;
  /** What is not as it was applied, where that was asked. */
  readonly refreshed?: Refreshed | undefined;
}

/** Which bookings need a look: another target than the ledger's, an unfinished attempt, or a new site build. */
export function selectChanged(desired: readonly Desired[], index: LedgerIndex, buildHash: string): Desired[] {
  const open = new Set(index.open);
  const rebuilt = index.buildHash !== buildHash || open.has('*');
  return desired.filter(({ key, target }) => rebuilt || open.has(key) || index.targets.get(key) !== target);
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
    restoredSite: world.refreshed?.lostShared ?? [],
    bookings,
    missing: [...world.missing].toSorted(),
    conflicts: world.conflicts,
    identityChanges: identityChangesOf(desired, world.records),
  };
  const bytes = [world.shared.built, bookings.map(({ bookingKey }) => world.manifests.get(bookingKey) ?? {})];
  const checksum = specHash({ ...content, bytes });
  return { ...content, unanswered: world.refreshed?.unanswered ?? [], checksum };
}

export const isEmpty = (plan: Plan): boolean => plan.bookings.length === 0 && plan.site.length === 0;

function planBooking(desired: Desired, world: World): BookingPlan {
  const { booking, views, target } = desired;
  const record = world.records.get(booking.key);
  const over = isOver(booking, world);
  const revision = revisionFor(record, target);
  const due = dueArtefacts(desired, world).map((artefact) =>
    changeOf(artefact, views, record?.artefacts[artefact]),
  );
  const changes = [...restorations(booking.key, world), ...due].toSorted(byArtefact);
  const facts = world.crew.get(booking.key);
  return {
    bookingKey: booking.key,
    label: `${booking.id} · ${booking.vessel.name} · ${booking.start}`,
    revision,
    target,
    cancels: changes.some(({ artefact, action }) => WITHDRAWALS.has(artefact) && action === 'cancel'),
    over,
    changes,
    tells: tellsOf(desired, due, { record, facts: facts ?? null }, { revision, now: world.now }),
    inDoubt: Object.values(record?.artefacts ?? {}).some(({ attempt }) => attempt !== null),
    warnings: [...undocumentedChanges(booking, record), ...(facts === null ? [CREW_UNKNOWN] : [])],
  };
}

const CREW_UNKNOWN =
  'who is active, and who signed up for open positions, could not be asked: who is told is planned as if all were active and nobody had';

function restorations(bookingKey: string, { refreshed }: World): Change[] {
  const drifts = Object.entries(refreshed?.drifts.get(bookingKey) ?? {}) as [Artefact, Drift][];
  return drifts.map(([artefact, { found, fields }]) => ({
    artefact,
    action: 'restore',
    found,
    fields: fields.map((each) => withoutMoney(artefact, each)),
  }));
}

const byArtefact = (one: Change, other: Change): number =>
  ARTEFACTS.indexOf(one.artefact) - ARTEFACTS.indexOf(other.artefact);

/** What changes by git: everything but what is merely put back. */
export const isNews = ({ action }: Change): boolean => action !== 'restore';

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

const changedKeys = (built: Manifest, published: Manifest): string[] =>
  Object.keys(built)
    .filter((key) => built[key] !== published[key])
    .toSorted();

function identityChangesOf(
  desired: readonly Desired[],
  records: ReadonlyMap<string, BookingRecord>,
): IdentityChange[] {
  const described = new Set(desired.map(({ key }) => key));
  const left = new Map(
    [...records.values()]
      .filter(({ bookingKey }) => !described.has(bookingKey))
      .map(({ bookingKey, identity }) => [identity.pageId, bookingKey]),
  );
  return desired.flatMap((one) => identityChanges(one, records.get(one.key), left));
}

function identityChanges(
  { key, booking }: Desired,
  record: BookingRecord | undefined,
  left: ReadonlyMap<string, string>,
): IdentityChange[] {
  if (record !== undefined)
    return (['platform', 'id', 'pageId', 'bookedAt'] as const)
      .filter((field) => booking[field] !== record.identity[field])
      .map((field) => ({ bookingKey: key, field }));
  const of = left.get(booking.pageId);
  return of === undefined ? [] : [{ bookingKey: key, field: 'pageId', of }];
}
