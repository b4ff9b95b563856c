import type { Candidates } from '../model/candidates.ts';
import type { CalendarView } from '../model/views/calendar.ts';
import type { CardView } from '../model/views/card.ts';
import type { EventSpec } from '../model/views/event.ts';
import type { PageView } from '../model/views/page.ts';
import type { SummaryView } from '../model/views/summary.ts';
import type { Notification } from '../model/notifications.ts';
import type { SignUp } from '../model/sign-ups.ts';
import type { Drift } from './drift.ts';
import type { Ledger, Manifest } from './ledger.ts';

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

/** Everything that applying needs of the outside world. */
export interface Ports {
  readonly ledger: Ledger;
  readonly site: GuestSite;
  readonly pages: Pages;
  readonly calendar: Calendar;
  readonly crew: Crew;
  readonly board: Board;
}
