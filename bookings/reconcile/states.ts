import type { Booking } from '../model/booking.ts';
import type { Conflict } from '../model/conflicts.ts';
import type { Difference } from '../model/differences.ts';
import type { Instant } from '../model/time.ts';
import { hashViews, targetOf, toViews, type Artefact, type SpecHashes, type Views } from '../model/views.ts';
import type { Drift } from './drift.ts';
import type { BookingRecord, Manifest } from './ledger.ts';

/** A booking with what it wants the world to be. */
export interface Desired {
  readonly key: string;
  readonly booking: Booking;
  readonly views: Views;
  readonly hashes: SpecHashes;
  readonly target: string;
}

export function toDesired(booking: Booking): Desired {
  const views = toViews(booking);
  const hashes = hashViews(views);
  return { key: booking.key, booking, views, hashes, target: targetOf(hashes) };
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

/** `restore`: the outside world is not what was applied, so the same is put there again; nobody is told. */
export type Action = 'create' | 'update' | 'cancel' | 'restore';

export interface Change {
  readonly artefact: Artefact;
  readonly action: Action;
  /** What differs from the last applied view; of a restoration, from what is there. Money is named, never shown. */
  readonly fields: readonly Difference[];
  /** Of a restoration. */
  readonly found?: Drift['found'];
}
