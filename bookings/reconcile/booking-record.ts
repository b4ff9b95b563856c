import type { Artefact } from '../model/views.ts';
import type { ArtefactRecord, BookingRecord, Failure, Manifest } from './ledger.ts';
import { isNews, type BookingPlan } from './plan.ts';
import type { Prepared } from './prepare.ts';
import { revisionOf } from './revision.ts';
import type { Run } from './run.ts';

/** What failed: an artefact, or the ledger itself. */
export type Failures = Partial<Record<Artefact | 'ledger', Failure>>;

/** The record before the effects: what is about to change is in doubt from now on. */
export function announce(
  booking: BookingPlan,
  { desired, records, manifests }: Prepared,
  run: Run,
): BookingRecord {
  const wanted = desired.get(booking.bookingKey)!;
  const { booking: file, target } = wanted;
  const before = records.get(booking.bookingKey);
  const artefacts = { ...before?.artefacts };
  // What is put back is in place as far as the ledger goes: a crash leaves nothing in doubt that was not so before.
  for (const { artefact } of booking.changes.filter(isNews)) {
    const applied = before?.artefacts[artefact] ?? NEVER;
    const attempt = {
      hash: wanted.hashes[artefact],
      revision: revisionOf(applied, wanted, artefact, booking.revision),
    };
    artefacts[artefact] = {
      ...applied,
      attempt,
      remoteId: applied.remoteId || pageKey(artefact, manifests.get(booking.bookingKey)),
    };
  }
  return {
    bookingKey: booking.bookingKey,
    identity: { platform: file.platform, id: file.id, pageId: file.pageId, bookedAt: file.bookedAt },
    revision: booking.revision,
    target,
    fileHash: before?.fileHash ?? '',
    completed: false,
    artefacts,
    failures: before?.failures ?? {},
    endsAt: file.endsAt,
    // What is being put back is no longer safely withdrawn.
    cancelled: (before?.cancelled ?? false) && file.status === 'cancelled',
    run: run.id,
    commit: run.commit,
  };
}

const NEVER: ArtefactRecord = {
  hash: null,
  view: null,
  remoteId: '',
  revision: 0,
  appliedAt: null,
  attempt: null,
};

const pageKey = (artefact: Artefact, manifest: Manifest = {}): string =>
  artefact === 'page' ? (Object.keys(manifest)[0] ?? '') : '';

/** What came of the effects of one booking. */
export interface Effects {
  readonly booking: BookingPlan;
  /** Remote ids of what is in place. */
  readonly applied: Partial<Record<Artefact, string>>;
  /** Of the page's objects. */
  marks?: Readonly<Record<string, string>>;
  readonly failures: Failures;
}

/** The record after the effects. */
export function conclude(
  record: BookingRecord,
  { booking, applied, marks, failures }: Effects,
  prepared: Prepared,
  run: Run,
): BookingRecord {
  const { views, hashes, booking: file } = prepared.desired.get(booking.bookingKey)!;
  const artefacts = { ...record.artefacts };
  for (const { artefact } of booking.changes.filter((change) => !isNews(change)))
    artefacts[artefact] = restored(record.artefacts[artefact]!, artefact, { applied, failures });
  for (const { artefact } of booking.changes.filter(isNews)) {
    const remoteId = applied[artefact];
    const announced = record.artefacts[artefact];
    if (failures[artefact] !== undefined || remoteId === undefined || !announced?.attempt) continue;
    const manifest = artefact === 'page' ? prepared.manifests.get(booking.bookingKey) : undefined;
    artefacts[artefact] = {
      hash: hashes[artefact],
      view: views[artefact],
      manifest: manifest ?? announced.manifest,
      marks: artefact === 'page' ? (marks ?? announced.marks) : undefined,
      remoteId,
      revision: announced.attempt.revision,
      appliedAt: run.now,
      attempt: null,
    };
  }
  const completed = Object.keys(failures).length === 0;
  return {
    ...record,
    ...overtaken(record, failures),
    artefacts,
    failures,
    completed,
    fileHash: completed ? file.fileHash : record.fileHash,
    cancelled: completed ? file.status === 'cancelled' : record.cancelled,
  };
}

/**
 * Nothing but its id can have changed. A failure puts it in doubt, so that the next run tries again; an event only where
 * SCC is ahead of us, as that run's release may tell people of it.
 */
function restored(
  record: ArtefactRecord,
  artefact: Artefact,
  { applied, failures }: Pick<Effects, 'applied' | 'failures'>,
): ArtefactRecord {
  const { hash, revision } = record;
  const failure = failures[artefact];
  const isTriedAgain = failure !== undefined && (artefact !== 'event' || failure.theirs !== undefined);
  if (isTriedAgain && hash !== null) return { ...record, attempt: { hash, revision } };
  return { ...record, remoteId: applied[artefact] ?? record.remoteId };
}

/**
 * Under the lease only a person's own doing, or a ledger that was lost, can have put a higher revision on the other
 * side. Git decides, so the next attempt takes a revision above it.
 */
function overtaken(record: BookingRecord, failures: Failures): Partial<BookingRecord> {
  const theirs = Object.values(failures).map((failure) => failure.theirs ?? 0);
  const highest = Math.max(0, ...theirs);
  return highest >= record.revision ? { revision: highest, target: '' } : {};
}
