/** A bug, planted into one file for one run of the tests. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Text that is in the file exactly once, and what stands there instead. */
  readonly find: string;
  readonly replace: string;
}

const mutant = (file: string, name: string, find: string, replace: string): Mutant => ({
  name,
  file,
  find,
  replace,
});

const DUE = 'bookings/reconcile/due.ts';
const REVISION = 'bookings/reconcile/revision.ts';
const PLAN = 'bookings/reconcile/plan.ts';
const GUARD = 'bookings/reconcile/guard.ts';
const APPLY = 'bookings/reconcile/apply.ts';
const BOOKING = 'bookings/reconcile/apply-booking.ts';
const RECORD = 'bookings/reconcile/booking-record.ts';
const LEASE = 'bookings/reconcile/lease.ts';
const LEDGER = 'functions/adapters/ledger-table.ts';
const LEDGER_LEASE = 'functions/adapters/ledger-lease.ts';
const NOTIFICATIONS = 'functions/adapters/notification-table.ts';
const PAGES = 'functions/adapters/page-objects.ts';

/** What the suite has to notice. */
export const MUTANTS: readonly Mutant[] = [
  mutant(
    DUE,
    'what is in doubt is believed',
    'applied === undefined || applied.attempt !== null',
    'applied === undefined',
  ),
  mutant(
    DUE,
    'a page of another build is left as it is',
    'rendered !== undefined &&',
    'rendered === null &&',
  ),
  mutant(
    DUE,
    'charters that are over follow everything',
    'HISTORY.has(artefact) &&',
    '!HISTORY.has(artefact) &&',
  ),
  mutant(
    REVISION,
    'a new target keeps the revision of the last',
    'record.revision : record.revision + 1',
    'record.revision : record.revision',
  ),
  mutant(
    REVISION,
    'a retry takes the next revision',
    'record.target === target ? record.revision :',
    'record.target === target ? record.revision + 1 :',
  ),
  mutant(
    PLAN,
    'what an unfinished run had in hand is not looked at',
    'rebuilt || open.has(key) ||',
    'rebuilt ||',
  ),
  mutant(
    PLAN,
    'a new site build is not looked at',
    "index.buildHash !== buildHash || open.has('*')",
    "open.has('*')",
  ),
  mutant(GUARD, 'what is refused is applied', '!refused.has(bookingKey)', 'refused.size >= 0 || bookingKey'),
  mutant(GUARD, 'one cancellation too many', 'cancelled.length <= limit', 'cancelled.length <= limit + 1'),
  mutant(
    APPLY,
    'an older checkout is applied',
    '!(await run.includes(index.seen))',
    '(await run.includes(index.seen)) === null',
  ),
  mutant(
    APPLY,
    'a run that left something out counts as complete',
    'left.length === 0 && refusals.length === 0 && siteFailure === null',
    'siteFailure === null',
  ),
  mutant(
    APPLY,
    'a build that may be half published is believed',
    'index.buildHash === ports.site.buildHash ? index.buildHash : null',
    'index.buildHash',
  ),
  mutant(
    APPLY,
    'an approved plan that moved is applied',
    'run.approved !== plan.checksum',
    'plan.checksum === null',
  ),
  mutant(
    BOOKING,
    'a page counts as live without a look',
    'if (live === hash) return;',
    'if (live !== undefined) return;',
  ),
  mutant(
    BOOKING,
    'people are told although something failed',
    'if (failed.length > 0) {',
    'if (failed.length > 9) {',
  ),
  mutant(
    BOOKING,
    'no revision is reserved',
    '() => ledger.reserve(lease, record, before)',
    'async () => void before',
  ),
  mutant(
    BOOKING,
    'nothing is recorded',
    '() => context.ports.ledger.record(context.lease, concluded)',
    'async () => void concluded',
  ),
  mutant(
    RECORD,
    'a failure counts as complete',
    'const completed = Object.keys(failures).length === 0;',
    'const completed = failures !== null;',
  ),
  mutant(RECORD, 'an attempt is not announced', '      attempt,\n', '      attempt: null,\n'),
  mutant(
    RECORD,
    'a remote that is ahead is never overtaken',
    'highest >= record.revision ?',
    'highest < 0 ?',
  ),
  mutant(LEASE, 'a lease that ran out is acted on', 'LEASE_SECONDS * 1000 - MARGIN)', 'LEASE_SECONDS * 1e9)'),
  mutant(
    LEDGER_LEASE,
    'two runs hold the lease',
    "(attribute_not_exists(#lease_owner) OR #lease_expires <= :now)'",
    "(attribute_not_exists(#lease_owner) OR :now > :now OR #lease_expires > #fence)'",
  ),
  mutant(
    LEDGER,
    'a lower fence overwrites a higher one',
    "'attribute_not_exists(#fence) OR #fence <= :fence'",
    "'attribute_not_exists(#fence) OR #fence <= :fence OR #fence > :fence'",
  ),
  mutant(
    LEDGER,
    'an unfinished target goes into the index',
    '      if (record.completed)\n',
    '      if (record.run)\n',
  ),
  mutant(LEDGER_LEASE, 'the digest outlives the lease', ": 'REMOVE #digest';", ": 'REMOVE #nothing';"),
  mutant(
    NOTIFICATIONS,
    'a claim is taken from who has it',
    '#claimed_at < :stale AND attribute_not_exists(#evidence_at))',
    '#claimed_at <> :stale)',
  ),
  mutant(
    NOTIFICATIONS,
    'evidence settles nothing',
    "await change(id, sentChange('evidence_at', at, messageId), EXISTS);",
    'await Promise.resolve([id, at, messageId]);',
  ),
  mutant(
    PAGES,
    'an older page overwrites a newer one',
    'if (stored !== undefined && isNewer(stored, version))',
    'if (stored === null)',
  ),
  mutant(
    PAGES,
    'a page is written whatever is there',
    "...(etag ? { IfMatch: etag } : { IfNoneMatch: '*' })",
    '...(etag ? {} : {})',
  ),
  mutant(
    'functions/crew-notify/deliver.ts',
    'a send in doubt is given back at once',
    "  return 'in-doubt';",
    "  await deps.notifications.unclaim(intent.id, claimedAt);\n  return 'in-doubt';",
  ),
  mutant(
    'functions/notification-sweeper/sweep.ts',
    'the sweeper sweeps nothing',
    'ids.map((id) => deps.publish(id))',
    'ids.slice(ids.length).map((id) => deps.publish(id))',
  ),
  mutant(
    'functions/scc/event-expressions.ts',
    'an older event overwrites a newer one',
    '#revision <= :revision',
    '#revision <> :revision',
  ),
  mutant(
    'functions/scc-api/release.ts',
    'a release that is repeated tells again',
    'if (event.toldRevision === revision)',
    'if (event.toldRevision === revision + 0.5)',
  ),
  mutant(
    'functions/calendar-sync/settle.ts',
    'an older entry overwrites a newer one',
    'if (shown > task.revision)',
    'if (shown < 0)',
  ),
  mutant(
    'scripts/stack/aws/s3-conditions.ts',
    'the local S3 ignores If-Match',
    'if (!namesEtag(match, existing)) throw preconditionFailed();',
    '',
  ),
  mutant(
    'scripts/stack/aws/sqs.ts',
    'the local SQS takes failures for success',
    "typeof id === 'string' && sent.has(id)) ? new Set(named as string[]) : sent",
    "typeof id === 'string') ? new Set() : sent",
  ),
];
