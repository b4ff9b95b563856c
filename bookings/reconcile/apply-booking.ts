import type { Notification } from '../model/notifications.ts';
import type { Artefact } from '../model/views.ts';
import type { BookingPlan } from './plan.ts';
import {
  LeaseLost,
  type ArtefactRecord,
  type BookingRecord,
  type Failure,
  type Lease,
  type Ports,
} from './ports.ts';
import { manifestOf, type Prepared } from './prepare.ts';
import type { Run } from './apply.ts';
import { sha256 } from '../model/canonical.ts';

/** What every step of an apply needs. */
export interface Context {
  readonly lease: Lease;
  readonly run: Run;
  readonly ports: Ports;
}

/** What failed: an artefact, or the ledger itself. */
export type Failures = Partial<Record<Artefact | 'ledger', Failure>>;

/** A booking whose revision is reserved and whose page is stored, though not yet seen to be live. */
export interface Published {
  readonly booking: BookingPlan;
  readonly record: BookingRecord;
  readonly keys: readonly string[];
  readonly failures: Failures;
}

/** What became of one booking. */
export interface Attempt {
  readonly booking: BookingPlan;
  readonly told: readonly Notification[];
  readonly failures: Failures;
}

/** Reserves the revision, then stores the changed page. A failure concerns this booking alone. */
export async function publishPage(
  booking: BookingPlan,
  prepared: Prepared,
  context: Context,
): Promise<Published> {
  const { ledger, pages } = context.ports;
  const record = announce(booking, prepared, context.run);
  const failures: Failures = {};
  await attempt('ledger', record, failures, () => ledger.reserve(context.lease, record));
  const changed = changes(booking, 'page') && failures.ledger === undefined;
  const objects = changed ? (prepared.pages.get(booking.bookingKey) ?? []) : [];
  await attempt('page', record, failures, async () => {
    for (const object of objects) await pages.put(object, booking.revision);
  });
  return { booking, record, keys: objects.map(({ key }) => key), failures };
}

/** Page live, then calendar, crew event and card, then the mails, then the ledger. */
export async function applyBooking(page: Published, prepared: Prepared, context: Context): Promise<Attempt> {
  const { booking } = page;
  const failures: Failures = { ...page.failures };
  if (failures.ledger !== undefined) return { booking, told: [], failures };
  const applied: Applied = {};
  const step: Step = (artefact, effect) =>
    attempt(artefact, page.record, failures, async () => {
      applied[artefact] = (await effect()).remoteId;
    });

  if (changes(booking, 'page') && failures.page === undefined)
    await step('page', () => seeLive(page, prepared, context));
  if (failures.page === undefined) await ensureRest(booking, prepared, context, step);
  const told = await release(page, context, { applied, failures });
  const record = conclude(page.record, { booking, prepared, applied, failures, run: context.run });
  await attempt('ledger', page.record, failures, () => context.ports.ledger.record(context.lease, record));
  return { booking, told, failures };
}

/** Remote ids of what is in place. */
type Applied = Partial<Record<Artefact, string>>;
type Step = (artefact: Artefact, effect: () => Promise<{ remoteId: string }>) => Promise<void>;

async function seeLive(
  { keys }: Published,
  prepared: Prepared,
  { ports }: Context,
): Promise<{ remoteId: string }> {
  const expected = new Map(
    [...prepared.pages.values()]
      .flat()
      .filter(({ key }) => keys.includes(key))
      .map(({ key, body }) => [key, sha256(body)]),
  );
  for (const [key, hash] of expected) {
    const live = await ports.pages.fetchHash(key);
    if (live !== hash)
      throw new Error(
        `${key} is stored, but its public address serves ${live === null ? 'a 404' : 'something else'}`,
      );
  }
  return { remoteId: keys[0] ?? '' };
}

async function ensureRest(
  booking: BookingPlan,
  prepared: Prepared,
  { ports }: Context,
  step: Step,
): Promise<void> {
  const { bookingKey, revision } = booking;
  const { views } = prepared.desired.get(bookingKey)!;
  const effects: Promise<void>[] = [];
  if (changes(booking, 'calendar'))
    effects.push(
      step('calendar', () => ports.calendar.ensure({ bookingKey, revision, view: views.calendar })),
    );
  if (tellsCrew(booking))
    effects.push(
      step('event', () =>
        ports.crew.ensure({ bookingKey, revision, event: views.event, summary: views.summary }),
      ),
    );
  if (changes(booking, 'card'))
    effects.push(step('card', () => ports.board.ensure({ bookingKey, revision, view: views.card })));
  await Promise.all(effects);
}

/** People are told last, and only when everything they may look at is in place. */
async function release(
  { booking, record }: Published,
  { ports }: Context,
  { applied, failures }: { applied: Applied; failures: Failures },
): Promise<readonly Notification[]> {
  if (!tellsCrew(booking)) return [];
  const failed = Object.keys(failures);
  if (failed.length > 0) {
    const error = `nobody was told: ${failed.join(', ')} failed`;
    failures.event ??= failureOf(record, 'event', error);
    failures.summary = failureOf(record, 'summary', error);
    return [];
  }
  let told: readonly Notification[] = [];
  await attempt('summary', record, failures, async () => {
    ({ told } = await ports.crew.release({ bookingKey: booking.bookingKey, revision: booking.revision }));
  });
  if (failures.summary !== undefined) failures.event = failures.summary;
  if (applied.event !== undefined) applied.summary = applied.event;
  return told;
}

const changes = (booking: BookingPlan, artefact: Artefact): boolean =>
  booking.changes.some((change) => change.artefact === artefact);

/** Event and summary travel together and are released together. */
const tellsCrew = (booking: BookingPlan): boolean => changes(booking, 'event') || changes(booking, 'summary');

async function attempt(
  artefact: Artefact | 'ledger',
  record: BookingRecord,
  failures: Failures,
  effect: () => Promise<void>,
): Promise<void> {
  try {
    await effect();
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    failures[artefact] = failureOf(record, artefact, error instanceof Error ? error.message : String(error));
  }
}

const failureOf = (record: BookingRecord, artefact: Artefact | 'ledger', error: string): Failure => ({
  attempts: (record.failures[artefact]?.attempts ?? 0) + 1,
  error,
});

/** The record before the effects: everything that is about to change is in doubt. */
function announce(booking: BookingPlan, { desired, records }: Prepared, run: Run): BookingRecord {
  const { booking: file, target } = desired.get(booking.bookingKey)!;
  const before = records.get(booking.bookingKey);
  const artefacts = { ...before?.artefacts };
  for (const { artefact } of booking.changes)
    artefacts[artefact] = { ...UNKNOWN, ...before?.artefacts[artefact], hash: null };
  return {
    bookingKey: booking.bookingKey,
    identity: { platform: file.platform, id: file.id, pageId: file.pageId, bookedAt: file.bookedAt },
    revision: booking.revision,
    target,
    completed: false,
    artefacts,
    failures: before?.failures ?? {},
    endsAt: file.endsAt,
    cancelled: before?.cancelled ?? false,
    run: run.id,
    commit: run.commit,
  };
}

const UNKNOWN: ArtefactRecord = { hash: null, view: null, remoteId: '', revision: 0, appliedAt: null };

/** The record after the effects. */
function conclude(
  record: BookingRecord,
  outcome: {
    booking: BookingPlan;
    prepared: Prepared;
    applied: Applied;
    failures: Failures;
    run: Run;
  },
): BookingRecord {
  const { booking, prepared, applied, failures, run } = outcome;
  const { views, hashes, booking: file } = prepared.desired.get(booking.bookingKey)!;
  const artefacts = { ...record.artefacts };
  for (const { artefact } of booking.changes) {
    const remoteId = applied[artefact];
    if (failures[artefact] !== undefined || remoteId === undefined) continue;
    const before = prepared.records.get(booking.bookingKey)?.artefacts[artefact];
    const objects = artefact === 'page' ? prepared.pages.get(booking.bookingKey) : undefined;
    artefacts[artefact] = {
      hash: hashes[artefact],
      view: views[artefact],
      ...(objects && { manifest: manifestOf(objects) }),
      remoteId,
      revision: before?.hash === hashes[artefact] ? before.revision : booking.revision,
      appliedAt: run.now,
    };
  }
  const completed = Object.keys(failures).length === 0;
  return {
    ...record,
    artefacts,
    failures,
    completed,
    cancelled: completed ? file.status === 'cancelled' : record.cancelled,
  };
}
