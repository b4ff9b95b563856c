import { applyBooking, failureOf, publishPage, type Attempt, type Published } from './apply-booking.ts';
import { mapBounded } from './bounded.ts';
import type { DesiredSet } from './desired-set.ts';
import { guard, permitted, type Refusal } from './guard.ts';
import { createLeaseKeeper, LEASE_SECONDS, underLease } from './lease.ts';
import { LeaseLost, LedgerMoved, type CompleteRun, type Lease, type LedgerHead } from './ledger.ts';
import { sharedKeyOf, withoutKeys } from './manifest.ts';
import { isEmpty, type BookingPlan, type Plan } from './plan.ts';
import type { Ports, SharedFile, SiteName } from './ports.ts';
import { prepare, type Prepared } from './prepare.ts';
import type { Context, Run } from './run.ts';
import { createSerial } from './serial.ts';

export type Outcome =
  /** `unanswered`: of a refresh, what could not be compared. */
  | { readonly status: 'nothing-to-do'; readonly unanswered?: Plan['unanswered'] }
  | { readonly status: 'stale-checkout'; readonly seen: string }
  /** The plan is not the one that was approved. */
  | { readonly status: 'moved'; readonly plan: Plan }
  | {
      readonly status: 'applied' | 'failed' | 'refused';
      readonly plan: Plan;
      readonly results: readonly Attempt[];
      readonly refusals: readonly Refusal[];
      /** Why files that pages share could not be published. */
      readonly siteFailure: string | null;
    };

const CONCURRENCY = 8;
/** How often a plan is made again because another run was at the ledger meanwhile. */
const ROUNDS = 3;

/** Makes the world be as the files say. Safe to run twice, or again after a crash at any point. */
export async function applyBookings(set: DesiredSet, run: Run, ports: Ports): Promise<Outcome> {
  for (let round = 1; ; round++) {
    const head = await ports.ledger.readHead();
    if (run.approved === null && !run.refresh && head.digest === run.digest)
      return { status: 'nothing-to-do' };
    try {
      return await applyOnce(set, run, ports, head);
    } catch (error) {
      if (!(error instanceof LedgerMoved) || round === ROUNDS) throw error;
    }
  }
}

async function applyOnce(set: DesiredSet, run: Run, ports: Ports, head: LedgerHead): Promise<Outcome> {
  const prepared = await prepare(set, run.now, ports, { refresh: run.refresh, head });
  const { plan, index, unindexed } = prepared;
  if (index.seen !== null && !(await run.includes(index.seen)))
    return { status: 'stale-checkout', seen: index.seen };
  if (run.approved !== null && run.approved !== plan.checksum) return { status: 'moved', plan };
  const refusals = guard(plan, set.loaded.reference.limits, await run.allow(index.done));
  const bookings = permitted(plan, refusals);
  if (isEmpty(plan) && refusals.length === 0 && unindexed.length === 0) {
    if (index.digest !== run.digest) await ports.ledger.settle(index, completeRun(run, ports));
    return { status: 'nothing-to-do', ...(run.refresh && { unanswered: plan.unanswered }) };
  }
  if (bookings.length === 0 && plan.site.length === 0 && unindexed.length === 0)
    return { status: 'refused', plan, results: [], refusals, siteFailure: null };
  return applyUnderLease(bookings, refusals, prepared, { run, ports });
}

const completeRun = (run: Run, { site }: Ports): CompleteRun => ({
  digest: run.digest,
  buildHash: site.buildHash,
  commit: run.commit,
});

async function applyUnderLease(
  bookings: readonly BookingPlan[],
  refusals: readonly Refusal[],
  prepared: Prepared,
  { run, ports }: Pick<Context, 'run' | 'ports'>,
): Promise<Outcome> {
  const { plan, index } = prepared;
  const open = openKeys([...plan.bookings.map(({ bookingKey }) => bookingKey), ...plan.missing]);
  const untouched = withoutKeys(index.shared, plan.site);
  const lease = await ports.ledger.takeLease({
    owner: run.id,
    seconds: LEASE_SECONDS,
    commit: run.commit,
    open,
    standing: index,
    buildHash: index.buildHash === ports.site.buildHash ? index.buildHash : null,
    shared: untouched,
  });
  const keeper = createLeaseKeeper(lease, { ledger: ports.ledger, clock: run.clock });
  const context = { lease, run, ports: underLease(ports, keeper), calendarTurn: createSerial() };
  try {
    for (const record of prepared.unindexed) await ports.ledger.record(lease, record);
    const done = await carryOut(bookings, prepared, context);
    await finish(lease, done, { refusals, prepared, run, ports });
    if (isEmpty(plan) && refusals.length === 0) return { status: 'nothing-to-do' };
    const failed = done.siteFailure !== null || done.results.some(isFailed);
    const status = failed ? 'failed' : refusals.length > 0 ? 'refused' : 'applied';
    return { status, plan, refusals, ...done };
  } catch (error) {
    // The lease goes back even when the run broke, if it is still ours; what the run had in hand stays open.
    await ports.ledger.finish(lease, { open, shared: untouched, complete: null }).catch(() => undefined);
    throw error;
  }
}

interface Done {
  readonly results: readonly Attempt[];
  readonly siteFailure: string | null;
}

const isFailed = ({ failures }: Attempt): boolean => Object.keys(failures).length > 0;

async function finish(
  lease: Lease,
  { results, siteFailure }: Done,
  {
    refusals,
    prepared,
    run,
    ports,
  }: { refusals: readonly Refusal[]; prepared: Prepared } & Pick<Context, 'run' | 'ports'>,
): Promise<void> {
  const failed = results.filter(isFailed).map(({ booking }) => booking.bookingKey);
  const left = [...new Set([...failed, ...refusals.flatMap(({ bookingKeys }) => bookingKeys)])].toSorted();
  const isComplete = left.length === 0 && refusals.length === 0 && siteFailure === null;
  await ports.ledger.finish(lease, {
    open: openKeys(left),
    shared: siteFailure === null ? prepared.shared : withoutKeys(prepared.index.shared, prepared.plan.site),
    complete: isComplete ? completeRun(run, ports) : null,
  });
}

/** Shared files first, then pages, live before anyone is told of them; then everything else, booking by booking. */
async function carryOut(
  bookings: readonly BookingPlan[],
  prepared: Prepared,
  context: Context,
): Promise<Done> {
  const { run } = context;
  const siteFailure = await failureIn(() => publishShared(prepared, context));
  run.report(`publishing pages of ${bookings.length} bookings`);
  const stored = await mapBounded(bookings, CONCURRENCY, (booking) =>
    publishPage(booking, prepared, context),
  );
  const keys = stored.flatMap(({ manifest }) => Object.keys(manifest));
  const cacheFailure = siteFailure ?? (await failureIn(() => invalidate('guest', keys, context)));
  const results = await mapBounded(withFailure(stored, cacheFailure), CONCURRENCY, async (page) => {
    const attempt = await applyBooking(page, prepared, context);
    run.report(`${attempt.booking.label}: ${isFailed(attempt) ? 'failed' : 'done'}`);
    return attempt;
  });
  return { results, siteFailure };
}

/** Hashed assets come first, so that no page ever names a file that is not there. */
async function publishShared({ plan }: Prepared, context: Context): Promise<void> {
  const { ports, run } = context;
  const changed = ports.site.shared.filter((file) => plan.site.includes(sharedKeyOf(file)));
  if (changed.length > 0) run.report(`publishing ${changed.length} site files`);
  for (const file of changed)
    await ports.pages.putShared(file, plan.restoredSite.includes(sharedKeyOf(file)));
  for (const site of ['guest', 'crew'] as const) await invalidate(site, keysOf(changed, site), context);
}

const keysOf = (files: readonly SharedFile[], site: SiteName): string[] =>
  files.filter((file) => file.site === site).map(({ key }) => key);

async function invalidate(site: SiteName, keys: readonly string[], { ports }: Context): Promise<void> {
  if (keys.length > 0) await ports.pages.invalidate(site, keys);
}

/** The message of what went wrong, or null. Losing the lease ends the whole run. */
async function failureIn(work: () => Promise<void>): Promise<string | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (error instanceof LeaseLost) throw error;
    return error instanceof Error ? error.message : String(error);
  }
}

/** A cache that could not be emptied, or a shared file that is missing, concerns every booking whose page changed. */
const withFailure = (stored: readonly Published[], message: string | null): readonly Published[] =>
  message === null
    ? stored
    : stored.map((page) =>
        isEmptyManifest(page)
          ? page
          : {
              ...page,
              failures: { page: failureOf(page.record, 'page', new Error(message)), ...page.failures },
            },
      );

const isEmptyManifest = ({ manifest }: Published): boolean => Object.keys(manifest).length === 0;

const MOST_OPEN = 1000;
const openKeys = (keys: readonly string[]): readonly string[] => (keys.length > MOST_OPEN ? ['*'] : keys);
