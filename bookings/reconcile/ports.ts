import type { Candidates } from '../model/candidates.ts';
import type { Artefact, SpecHashes, Views } from '../model/views.ts';
import type { CalendarView } from '../model/views/calendar.ts';
import type { CardView } from '../model/views/card.ts';
import type { EventSpec } from '../model/views/event.ts';
import type { PageView } from '../model/views/page.ts';
import type { SummaryView } from '../model/views/summary.ts';
import type { Notification } from '../model/notifications.ts';
import type { SignUp } from '../model/sign-ups.ts';
import type { Instant } from '../model/time.ts';
import type { Drift } from './drift.ts';

/** A file of a site as it is stored: object key (`g/xhqgmdh.html`), bytes and how they are served. */
export interface SiteObject {
  readonly key: string;
  readonly body: string | Uint8Array;
  readonly contentType: string;
  readonly cacheControl: string;
}

/** A file that pages share, and which of the two sites it belongs to. */
export interface SharedFile extends SiteObject {
  readonly site: SiteName;
}
export type SiteName = 'guest' | 'crew';

/** Object key → hex sha-256 of its bytes; of shared files `guest/404.html`, with the site in front. */
export type Manifest = Readonly<Record<string, string>>;

/** The built templates of the guest site: renders pages, owns the files that pages share. */
export interface GuestSite {
  /** Hash of all that guest pages are made of. */
  readonly buildHash: string;
  /** Files that pages of guests and crew share, published before any page. Hashed assets come first. */
  readonly shared: readonly SharedFile[];
  /**
   * Every object of one booking's page, deterministic, the page at its plain address first: in the booking's language,
   * in each language, and as a calendar file. `revision` is the one at which the view last changed; it is in the bytes of
   * each, so that what is put back later is another object than what it puts back.
   */
  render(view: PageView, revision: number): Promise<readonly SiteObject[]>;
  /** Manifests of what `render` gives, in the order of the pages; of many at once, where a site can do better than one by one. */
  readonly hash?: (pages: readonly PageToRender[]) => Promise<readonly Manifest[]>;
}

/** What a page is rendered from. */
export interface PageToRender {
  readonly view: PageView;
  readonly revision: number;
}

/** Thrown by a port whose other side already holds a newer revision: our work is stale and must not be repeated. */
export class StaleRevision extends Error {
  /** The revision that the other side holds. */
  readonly theirs: number;
  constructor(what: string, ours: number, theirs: number) {
    super(`${what} is already at revision ${theirs}; ours is ${ours}`);
    this.name = 'StaleRevision';
    this.theirs = theirs;
  }
}

/** Orders what is stored: by revision, and between two runs of one revision by the lease's fence. */
export interface Version {
  readonly revision: number;
  readonly fence: number;
}

export const isNewer = (one: Version, other: Version): boolean =>
  one.revision > other.revision || (one.revision === other.revision && one.fence > other.fence);

/** Where guest pages live: storage and the cache in front of it. */
export interface Pages {
  /**
   * Stores an object under a version; throws {@link StaleRevision} when a newer one is there. Repeatable. Returns a mark of
   * what is stored now. `known` is the mark of what should be there, empty for nothing: then it is replaced without a look.
   */
  put(object: SiteObject, version: Version, known?: string): Promise<string>;
  /** Stores a shared file; a hashed one that exists is left alone, as its key says what is in it, unless it is `altered`. */
  putShared(file: SharedFile, altered?: boolean): Promise<void>;
  /** Removes the paths of these object keys from a site's caches and returns when that is complete. */
  invalidate(site: SiteName, keys: readonly string[]): Promise<void>;
  /** Hex sha-256 of what the public address of an object serves now; null when it answers 404. */
  fetchHash(key: string): Promise<string | null>;
  /** Compares every object of a page, both as it is stored and as its public address serves it. */
  readonly inspect: Inspect<Manifest>;
  /** Whether a shared file is stored as it was published. Rejects without an answer. */
  isInPlace(file: SharedFile): Promise<boolean>;
}

/** Compares an artefact with what is there and changes nothing; null: it is as it should be. Rejects without an answer. */
export type Inspect<Wanted> = (wanted: Wanted) => Promise<Drift | null>;

/** `revision`: the booking's; whatever is there has at most that. */
export interface CalendarEntry {
  readonly bookingKey: string;
  readonly revision: number;
  readonly view: CalendarView;
}

export interface Calendar {
  /** Makes the entry be as the view says. Returns its remote id. Throws {@link StaleRevision}. */
  ensure(entry: CalendarEntry): Promise<{ remoteId: string }>;
  readonly inspect: Inspect<CalendarEntry>;
}

/** Event and summary, which are stored together, at a revision of the booking. */
export interface CrewEvent {
  readonly revision: number;
  readonly event: EventSpec;
  readonly summary: SummaryView;
}

/** ShipCaptainCrew: the event and everything that people are told. */
export interface Crew {
  /**
   * Stores event and summary beside what people were last told; tells nobody. Throws {@link StaleRevision}. `known` is
   * what they were last told as far as the ledger surely knows: should SCC have lost it, it is put back first, so that
   * nobody is told anew. The same as the event, it is all there is to do: what was released is restored.
   */
  ensure(
    event: CrewEvent & { readonly bookingKey: string; readonly known?: CrewEvent | undefined },
  ): Promise<{ remoteId: string }>;
  /** Compares the event with what was stored and released, pay and assignments included. */
  readonly inspect: Inspect<CrewEvent>;
  /** What the crew spent is sent to the board once more, whose card of it is new. Nothing where there is no event. */
  sendExpensesAgain(eventId: string): Promise<void>;
  /** Tells people what changed since they were last told; the last step. Repeatable: nobody is told twice. */
  release(release: { bookingKey: string; revision: number }): Promise<Released>;
  /** What became of an event's open positions since git described them. */
  openPositions(eventId: string): Promise<OpenPositions>;
  /** Those of these members who are active in SCC's registry: a release invites nobody else. */
  activeAmong(members: readonly string[]): Promise<readonly string[]>;
}

export interface OpenPositions {
  /** Who accepted one, the first first. */
  readonly signUps: readonly SignUp[];
  /** Whom the last release really invited; null when nobody was told of the event, or there is none. */
  readonly toldCandidates: Candidates | null;
}

export interface Released {
  readonly told: readonly Notification[];
  /** Recipients without an active address: the operator has to reach them otherwise. */
  readonly withoutAddress: readonly string[];
}

export interface Card {
  readonly bookingKey: string;
  readonly revision: number;
  readonly view: CardView;
}

/** The revenue kanban board. */
export interface Board {
  ensure(card: Card): Promise<{ remoteId: string }>;
  /** Compares cards in one look at the board, as each takes seconds; in their order. A lane is for people to choose. */
  inspect(cards: readonly Card[]): Promise<readonly (Drift | null)[]>;
}

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

/** Everything that applying needs of the outside world. */
export interface Ports {
  readonly ledger: Ledger;
  readonly site: GuestSite;
  readonly pages: Pages;
  readonly calendar: Calendar;
  readonly crew: Crew;
  readonly board: Board;
}
