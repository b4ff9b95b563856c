import type { Artefact, SpecHashes, Views } from '../model/views.ts';
import type { Instant } from '../model/time.ts';

/** Object key → hex sha-256 of its bytes; of shared files `guest/404.html`, with the site in front. */
export type Manifest = Readonly<Record<string, string>>;

/** What the ledger knows of one artefact of a booking, as last applied. */
export interface ArtefactRecord {
  /** Spec hash of what was last confirmed to be in place; null before the first time. */
  readonly hash: string | null;
  /** That view, from which a plan says what changes for whom; null before the first time. */
  readonly view: unknown;
  /** Only of a page. */
  readonly manifest?: Manifest | undefined;
  /** Only of a page: object key → mark that storing it returned. */
  readonly marks?: Readonly<Record<string, string>> | undefined;
  readonly remoteId: string;
  /** Revision at which the view last changed. */
  readonly revision: number;
  /** null before the first success. */
  readonly appliedAt: Instant | null;
  /** What was announced and not yet confirmed: while there is one, what is in place is in doubt. */
  readonly attempt: { readonly hash: string; readonly revision: number } | null;
}

/** Views with their hashes, by which what was applied is recognised. */
export interface KnownViews {
  readonly views: Views;
  readonly hashes: SpecHashes;
}

/** A failed attempt at an artefact; gone when it succeeds. */
export interface Failure {
  readonly attempts: number;
  readonly error: string;
  /** The revision that the other side already holds, when that was the reason. */
  readonly theirs?: number | undefined;
}

/** The detail item of one booking. */
export interface BookingRecord {
  readonly bookingKey: string;
  /** Fixed by the first apply. */
  readonly identity: {
    readonly platform: string;
    readonly id: string;
    readonly pageId: string;
    readonly bookedAt: string;
  };
  readonly revision: number;
  /** Hash over all views that `revision` was reserved for. */
  readonly target: string;
  /** Hash of the booking's own file as last applied, without reference data. */
  readonly fileHash: string;
  /** Whether everything of `target` is in place. Reserved and not completed, the booking counts as changed. */
  readonly completed: boolean;
  readonly artefacts: Readonly<Partial<Record<Artefact, ArtefactRecord>>>;
  readonly failures: Readonly<Partial<Record<Artefact | 'ledger', Failure>>>;
  readonly endsAt: Instant;
  readonly cancelled: boolean;
  readonly run: string;
  readonly commit: string;
}

/** `HEAD`, and the targets of all bookings. */
export interface LedgerIndex extends LedgerHead {
  /** bookingKey → target that was last completed; empty when none was yet. Every booking ever begun is here. */
  readonly targets: ReadonlyMap<string, string>;
}

/** Which lease was taken last, and which given back: while neither changes, nobody was at the ledger. */
export interface Standing {
  readonly fence: number;
  readonly finished: number;
}

/** `HEAD` alone: all that a run with nothing to do has to read. */
export interface LedgerHead extends Standing {
  /** Digest over files, reference data, site build and configuration of the last complete apply. */
  readonly digest: string | null;
  readonly buildHash: string | null;
  /** Manifest of the shared site files as last published. */
  readonly shared: Manifest;
  /** Commit of the last apply that started, and of the last that was complete. */
  readonly seen: string | null;
  readonly done: string | null;
  /** Booking keys that an unfinished or failed apply had in hand; `*`: all. */
  readonly open: readonly string[];
}

export interface Lease {
  readonly owner: string;
  readonly fence: number;
}

/** The lease, while somebody holds it. */
export interface HeldLease {
  readonly owner: string;
  readonly expiresAt: Instant;
}

/** Thrown when another apply holds the lease, or took it over meanwhile. */
export class LeaseLost extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LeaseLost';
  }
}

/** Thrown when another run was at the ledger since it was read: read it again, and plan again. */
export class LedgerMoved extends LeaseLost {
  constructor(message: string) {
    super(message);
    this.name = 'LedgerMoved';
  }
}

export interface LeaseRequest {
  readonly owner: string;
  readonly seconds: number;
  readonly commit: string;
  /** Booking keys that this apply has in hand. */
  readonly open: readonly string[];
  /** Of the index that the plan was made from. */
  readonly standing: Standing;
  /** What stays true of the site whatever happens: null when pages of another build may be published. */
  readonly buildHash: string | null;
  /** The shared files that this apply will not touch. */
  readonly shared: Manifest;
}

/** What was applied, when, and what was left over. Every write carries the lease's fence. */
export interface Ledger {
  /** An empty one when there is no ledger yet, as of the index. */
  readHead(): Promise<LedgerHead>;
  /** Behind a `HEAD` that was read before: whatever comes between the two shows in where the ledger stands. */
  readIndex(head?: LedgerHead): Promise<LedgerIndex>;
  /** `known`, by booking key: views that are at hand, which need not be read where they are what was applied. */
  readBookings(
    keys: readonly string[],
    known?: ReadonlyMap<string, KnownViews>,
  ): Promise<Map<string, BookingRecord>>;
  /** Takes the lease, writes down what is in doubt from now on, removes the digest. Throws {@link LeaseLost} while another holds it, {@link LedgerMoved} when the plan is out of date. */
  takeLease(request: LeaseRequest): Promise<Lease>;
  /** Makes the lease last so many seconds from now. Throws {@link LeaseLost} when another has it. */
  renew(lease: Lease, seconds: number): Promise<void>;
  /** Writes the record with the reserved revision, before the first remote effect. Throws {@link LedgerMoved} unless the ledger still holds `before`. */
  reserve(lease: Lease, record: BookingRecord, before: BookingRecord | undefined): Promise<void>;
  /** Writes the record after the effects; a completed target goes into the index. */
  record(lease: Lease, record: BookingRecord): Promise<void>;
  /** Gives the lease back. `complete` (nothing failed or refused) stores digest and `done`. */
  finish(
    lease: Lease,
    end: { open: readonly string[]; shared: Manifest; complete: CompleteRun | null },
  ): Promise<void>;
  /** Who holds the lease now; null when nobody does. */
  readLease(): Promise<HeldLease | null>;
  /** Stores the digest of a run whose plan was empty; throws {@link LedgerMoved} when another run came in between. */
  settle(standing: Standing, run: CompleteRun): Promise<void>;
}

export interface CompleteRun {
  readonly digest: string;
  readonly buildHash: string;
  readonly commit: string;
}
