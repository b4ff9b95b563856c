import { eventIdOf } from '../model/ids.ts';
import type { Artefact } from '../model/views.ts';
import { announce, conclude, type Effects, type Failures } from './booking-record.ts';
import { mapBounded } from './bounded.ts';
import { LeaseLost, type BookingRecord, type Failure, type Manifest } from './ledger.ts';
import { isNews, pageRevisionFor, type BookingPlan } from './plan.ts';
import { StaleRevision, type Released } from './ports.ts';
import type { Prepared } from './prepare.ts';
import type { Context } from './run.ts';
import { knownOf } from './tells.ts';

/** A booking whose revision is reserved and whose page is stored, though not yet seen to be live. */
export interface Published {
  readonly booking: BookingPlan;
  readonly record: BookingRecord;
  /** Of the page's objects, when they were to be stored. */
  readonly manifest: Manifest;
  /** What storing each returned. */
  readonly marks: Readonly<Record<string, string>>;
  readonly failures: Failures;
}

/** What became of one booking. */
export interface Attempt extends Released {
  readonly booking: BookingPlan;
  readonly failures: Failures;
}

const NOBODY: Released = { told: [], withoutAddress: [] };

/** Reserves the revision, then stores the changed page. A failure concerns this booking alone. */
export async function publishPage(
  booking: BookingPlan,
  prepared: Prepared,
  { lease, run, ports: { ledger, pages, site } }: Context,
): Promise<Published> {
  const before = prepared.records.get(booking.bookingKey);
  const record = announce(booking, prepared, run);
  const failures: Failures = {};
  await attempt('ledger', record, failures, () => ledger.reserve(lease, record, before));
  const isDue = touches(booking, 'page') && failures.ledger === undefined;
  const manifest = isDue ? (prepared.manifests.get(booking.bookingKey) ?? {}) : {};
  const marks: Record<string, string> = {};
  const known = marksOf(before);
  if (isDue)
    await attempt('page', record, failures, async () => {
      const desired = prepared.desired.get(booking.bookingKey)!;
      const version = { revision: booking.revision, fence: lease.fence };
      const objects = await site.render(desired.views.page, pageRevisionFor(before, desired));
      await mapBounded(objects, objects.length, async (object) => {
        marks[object.key] = await pages.put(object, version, known(object.key));
      });
    });
  return { booking, record, manifest, marks, failures };
}

/** By object key, the mark of what the ledger surely knows to be there: nothing, when the page was never begun. */
function marksOf(before: BookingRecord | undefined): (key: string) => string | undefined {
  const page = before?.artefacts.page;
  if (page === undefined) return () => '';
  return (key) => (page.attempt === null ? page.marks?.[key] : undefined);
}

/** Page live, then calendar, crew event and card, then the mails, then the ledger. */
export async function applyBooking(
  published: Published,
  prepared: Prepared,
  context: Context,
): Promise<Attempt> {
  const { booking, record } = published;
  const failures: Failures = { ...published.failures };
  if (failures.ledger !== undefined) return { booking, failures, ...NOBODY };
  const effects: Effects = { booking, applied: {}, failures };

  if (touches(booking, 'page') && failures.page === undefined) await seeLive(published, effects, context);
  if (failures.page === undefined) await ensureRest(published, effects, prepared, context);
  const released = await release(published, effects, context);
  const concluded = conclude(record, effects, prepared, context.run);
  await attempt('ledger', record, failures, () => context.ports.ledger.record(context.lease, concluded));
  return { booking, failures, ...released };
}

const touches = (booking: BookingPlan, ...artefacts: Artefact[]): boolean =>
  booking.changes.some(({ artefact }) => artefacts.includes(artefact));

/** Nobody is told about a page before all its public addresses serve it. */
const seeLive = (
  { record, manifest, marks }: Published,
  effects: Effects,
  { ports }: Context,
): Promise<void> =>
  attempt('page', record, effects.failures, async () => {
    const objects = Object.entries(manifest);
    await mapBounded(objects, objects.length, async ([key, hash]) => {
      const live = await ports.pages.fetchHash(key);
      if (live === hash) return;
      const instead = live === null ? 'a 404' : 'something else';
      throw new Error(`${key} is stored, but its public address serves ${instead}`);
    });
    effects.applied.page = objects[0]?.[0] ?? '';
    effects.marks = marks;
  });

/** Calendar, crew event and card do not depend on each other. */
async function ensureRest(
  { booking, record }: Published,
  { applied, failures }: Effects,
  prepared: Prepared,
  { ports, calendarTurn }: Context,
): Promise<void> {
  const { bookingKey, revision } = booking;
  const { views } = prepared.desired.get(bookingKey)!;
  const ensure = (artefact: Artefact, effect: () => Promise<{ remoteId: string }>) =>
    attempt(artefact, record, failures, async () => {
      applied[artefact] = (await effect()).remoteId;
    });
  const entry = { bookingKey, revision, view: views.calendar };
  const known = knownOf(prepared.records.get(bookingKey));
  const event = { bookingKey, revision, event: views.event, summary: views.summary, known };
  await Promise.all([
    touches(booking, 'calendar') &&
      ensure('calendar', () => calendarTurn(views.calendar.calendar, () => ports.calendar.ensure(entry))),
    touches(booking, 'event', 'summary') && ensure('event', () => ports.crew.ensure(event)),
    touches(booking, 'card') &&
      ensure('card', async () => {
        // A card that was deleted comes back without what the crew spent. Asked for first: it waits for a card.
        if (isGone(booking, 'card')) await ports.crew.sendExpensesAgain(eventIdOf(bookingKey));
        return ports.board.ensure({ bookingKey, revision, view: views.card });
      }),
  ]);
}

const isGone = (booking: BookingPlan, artefact: Artefact): boolean =>
  booking.changes.some((change) => change.artefact === artefact && change.found === 'missing');

/** People are told last, and only when everything that they may look at is in place. */
async function release(
  { booking, record }: Published,
  { applied, failures }: Effects,
  { ports }: Context,
): Promise<Released> {
  // What is merely put back is no news to anybody.
  if (!touches({ ...booking, changes: booking.changes.filter(isNews) }, 'event', 'summary')) return NOBODY;
  const failed = Object.keys(failures);
  if (failed.length > 0) {
    const failure = failureOf(record, 'summary', new Error(`nobody was told: ${failed.join(', ')} failed`));
    failures.event ??= failure;
    failures.summary = failure;
    return NOBODY;
  }
  let released = NOBODY;
  await attempt('summary', record, failures, async () => {
    released = await ports.crew.release({ bookingKey: booking.bookingKey, revision: booking.revision });
  });
  // Event and summary travel together and are in place when they are released.
  if (failures.summary !== undefined) failures.event = failures.summary;
  if (applied.event !== undefined) applied.summary = applied.event;
  return released;
}

async function attempt(
  what: Artefact | 'ledger',
  record: BookingRecord,
  failures: Failures,
  effect: () => Promise<void>,
): Promise<void> {
  try {
    await effect();
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    failures[what] = failureOf(record, what, error);
  }
}

export const failureOf = (record: BookingRecord, what: Artefact | 'ledger', error: unknown): Failure => ({
  attempts: (record.failures[what]?.attempts ?? 0) + 1,
  error: error instanceof Error ? error.message : String(error),
  ...(error instanceof StaleRevision && { theirs: error.theirs }),
});
