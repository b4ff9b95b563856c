import type { Instant } from '../model/time.ts';
import { applyBooking, publishPage, type Attempt, type Context } from './apply-booking.ts';
import { mapBounded } from './bounded.ts';
import { guard, permitted, type Allowances, type Refusal } from './guard.ts';
import { isEmpty, type BookingPlan, type Plan } from './plan.ts';
import type { Notification } from '../model/notifications.ts';
import { LeaseLost, type CompleteRun, type Lease, type Ports, type SharedFile } from './ports.ts';
import { prepare, sharedKeyOf, type DesiredSet, type Prepared } from './prepare.ts';

/** Who applies what, and when. */
export interface Run {
  readonly id: string;
  readonly commit: string;
  readonly digest: string;
  readonly now: Instant;
  /** Explicit overrides, given the commit that was last completely applied (null: none yet). */
  allow(done: string | null): Promise<Allowances>;
  /** Whether a commit that an earlier apply has seen is part of this checkout's history. */
  includes(commit: string): Promise<boolean>;
  /** Told about each step, for people who wait. */
  report(step: string): void;
}

export type Outcome =
  | { readonly status: 'nothing-to-do' }
  | { readonly status: 'stale-checkout'; readonly seen: string }
  | {
      readonly status: 'applied' | 'failed' | 'refused';
      readonly plan: Plan;
      readonly results: readonly BookingResult[];
      readonly refusals: readonly Refusal[];
    };

export interface BookingResult {
  readonly booking: BookingPlan;
  readonly told: readonly Notification[];
  /** Artefact → error, for what failed and is retried by the next run. */
  readonly failures: Readonly<Record<string, string>>;
}

const LEASE_SECONDS = 900;
const CONCURRENCY = 8;

/** Makes the world be as the files say. Safe to run twice, or again after a crash at any point. */
export async function applyBookings(set: DesiredSet, run: Run, ports: Ports): Promise<Outcome> {
  if ((await ports.ledger.readDigest()) === run.digest) return { status: 'nothing-to-do' };
  const first = await prepare(set, run.now, ports);
  const { seen } = first.index;
  if (seen !== null && !(await run.includes(seen))) return { status: 'stale-checkout', seen };
  const { limits } = set.loaded.reference;
  const refusals = guard(first.plan, limits, await run.allow(first.index.done));
  if (isEmpty(first.plan)) {
    if (refusals.length > 0) return { status: 'refused', plan: first.plan, results: [], refusals };
    await ports.ledger.settle(first.index.fence, completeRun(run, ports));
    return { status: 'nothing-to-do' };
  }
  if (permitted(first.plan, refusals).length === 0 && first.plan.site.length === 0)
    return { status: 'refused', plan: first.plan, results: [], refusals };
  return applyUnderLease(set, first, run, ports);
}

const completeRun = (run: Run, { site }: Ports): CompleteRun => ({
  digest: run.digest,
  buildHash: site.buildHash,
  commit: run.commit,
});

async function applyUnderLease(set: DesiredSet, first: Prepared, run: Run, ports: Ports): Promise<Outcome> {
  const lease = await ports.ledger.takeLease({
    owner: run.id,
    seconds: LEASE_SECONDS,
    commit: run.commit,
    open: openKeys(first.plan.bookings.map(({ bookingKey }) => bookingKey)),
  });
  try {
    return await applyHolding(lease, set, first, run, ports);
  } catch (error) {
    if (!(error instanceof LeaseLost)) await giveBack(lease, first, ports);
    throw error;
  }
}

/** The lease goes back even when the run broke; what it had in hand stays open. */
async function giveBack(lease: Lease, { plan, index }: Prepared, { ledger }: Ports): Promise<void> {
  const open = openKeys(plan.bookings.map(({ bookingKey }) => bookingKey));
  await ledger.finish(lease, { open, shared: index.shared, complete: null }).catch(() => undefined);
}

async function applyHolding(
  lease: Lease,
  set: DesiredSet,
  first: Prepared,
  run: Run,
  ports: Ports,
): Promise<Outcome> {
  const prepared = await prepare(set, run.now, ports);
  const allow = await run.allow(prepared.index.done);
  const refusals = guard(prepared.plan, set.loaded.reference.limits, allow);
  const bookings = permitted(prepared.plan, refusals);
  const attempts = await carryOut(bookings, prepared, { lease, run, ports });
  const results = attempts.map(({ booking, told, failures }) => ({
    booking,
    told,
    failures: messagesOf(failures),
  }));
  const left = leftOver(prepared, results, refusals, first);
  await ports.ledger.finish(lease, {
    open: openKeys(left),
    shared: prepared.shared,
    complete: left.length === 0 && refusals.length === 0 ? completeRun(run, ports) : null,
  });
  const failed = results.some(({ failures }) => Object.keys(failures).length > 0);
  const status = failed ? 'failed' : refusals.length > 0 ? 'refused' : 'applied';
  return { status, plan: prepared.plan, results, refusals };
}

/** Pages first, live before anyone is told of them; then everything else, booking by booking. */
async function carryOut(
  bookings: readonly BookingPlan[],
  prepared: Prepared,
  context: Context,
): Promise<Attempt[]> {
  const { ports, run } = context;
  const shared = await publishShared(prepared, context);
  run.report(`publishing pages of ${bookings.length} bookings`);
  const published = await mapBounded(bookings, CONCURRENCY, (booking) =>
    publishPage(booking, prepared, context),
  );
  const pageKeys = published.flatMap(({ keys }) => keys);
  for (const site of ['guest', 'crew'] as const) {
    const files = shared.filter((file) => file.site === site).map(({ key }) => key);
    const keys = site === 'guest' ? [...files, ...pageKeys] : files;
    if (keys.length > 0) await ports.pages.invalidate(site, keys);
  }

  return mapBounded(published, CONCURRENCY, async (page) => {
    const attempt = await applyBooking(page, prepared, context);
    run.report(`${attempt.booking.label}: ${Object.keys(attempt.failures).length === 0 ? 'done' : 'failed'}`);
    return attempt;
  });
}

/** Hashed assets come first, so that no page ever names a file that is not there. */
async function publishShared({ plan }: Prepared, { ports, run }: Context): Promise<SharedFile[]> {
  const changed = ports.site.shared.filter((file) => plan.site.includes(sharedKeyOf(file)));
  if (changed.length > 0) run.report(`publishing ${changed.length} site files`);
  for (const file of changed) await ports.pages.putShared(file);
  return changed;
}

/** Bookings that the next run has to look at again. */
function leftOver(
  prepared: Prepared,
  results: readonly BookingResult[],
  refusals: readonly Refusal[],
  first: Prepared,
): string[] {
  const failed = results
    .filter(({ failures }) => Object.keys(failures).length > 0)
    .map(({ booking }) => booking.bookingKey);
  const refused = refusals.flatMap(({ bookingKeys }) => bookingKeys);
  const untouched = first.index.open.filter(
    (key) => key !== '*' && !prepared.desired.has(key) && prepared.records.has(key),
  );
  return [...new Set([...failed, ...refused, ...untouched])].toSorted();
}

const MOST_OPEN = 1000;
const openKeys = (keys: readonly string[]): readonly string[] => (keys.length > MOST_OPEN ? ['*'] : keys);

const messagesOf = (failures: Attempt['failures']): Record<string, string> =>
  Object.fromEntries(Object.entries(failures).map(([artefact, failure]) => [artefact, failure.error]));
