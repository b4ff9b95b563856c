import { allCandidates, candidatesOf, withActiveCandidates } from '../model/candidates.ts';
import { sha256 } from '../model/canonical.ts';
import { calendarEventIdOf, eventIdOf, notificationIdOf } from '../model/ids.ts';
import { LANGUAGES } from '../model/language.ts';
import { notificationsFor, type Notification, type Telling } from '../model/notifications.ts';
import { heldSignUps, tellingWithSignUps, type SignUp } from '../model/sign-ups.ts';
import { shiftInstant, type Instant } from '../model/time.ts';
import {
  isNewer,
  LeaseLost,
  LedgerMoved,
  StaleRevision,
  type Board,
  type BookingRecord,
  type Calendar,
  type Crew,
  type GuestSite,
  type Lease,
  type Ledger,
  type LedgerIndex,
  type Pages,
  type SiteObject,
  type Version,
} from './ports.ts';

/** Memory twins of the ports: the same promises as the adapters, kept honest by shared contract tests. */

interface Head {
  fence: number;
  owner: string | null;
  expiresAt: Instant;
  digest: string | null;
  buildHash: string | null;
  shared: LedgerIndex['shared'];
  seen: string | null;
  done: string | null;
  open: readonly string[];
}

export function createMemoryLedger({ now }: { now: () => Instant }): Ledger {
  let head: Head = {
    fence: 0,
    owner: null,
    expiresAt: '1970-01-01T00:00:00Z',
    digest: null,
    buildHash: null,
    shared: {},
    seen: null,
    done: null,
    open: [],
  };
  const targets = new Map<string, string>();
  const records = new Map<string, BookingRecord>();
  const held = () => head.owner !== null && head.expiresAt > now();
  const fenced = (lease: Lease) => {
    if (head.fence !== lease.fence || head.owner !== lease.owner)
      throw new LeaseLost(`another apply took over (fence ${head.fence} > ${lease.fence})`);
  };
  return {
    readDigest: async () => head.digest,
    readIndex: async () => structuredClone({ ...head, targets: new Map(targets) }),
    readBookings: async (keys) =>
      new Map(keys.flatMap((key) => (records.has(key) ? [[key, structuredClone(records.get(key)!)]] : []))),
    async takeLease({ owner, seconds, commit, open, fence, buildHash, shared }) {
      if (held()) throw new LeaseLost(`${head.owner} is applying until ${head.expiresAt}`);
      if (head.fence !== fence)
        throw new LedgerMoved(`another run was here (fence ${head.fence} > ${fence})`);
      const expiresAt = shiftInstant(now(), seconds / 3600);
      const taken = { fence: fence + 1, owner, expiresAt, digest: null, seen: commit };
      head = { ...head, ...taken, open, buildHash, shared };
      return { owner, fence: head.fence };
    },
    async renew(lease, seconds) {
      fenced(lease);
      head = { ...head, expiresAt: shiftInstant(now(), seconds / 3600) };
    },
    async reserve(lease, record, before) {
      fenced(lease);
      const stored = records.get(record.bookingKey);
      if (stored?.revision !== before?.revision || stored?.target !== before?.target)
        throw new LedgerMoved(`${record.bookingKey} was changed by another run`);
      records.set(record.bookingKey, structuredClone(record));
      if (!targets.has(record.bookingKey)) targets.set(record.bookingKey, '');
    },
    async record(lease, record) {
      fenced(lease);
      records.set(record.bookingKey, structuredClone(record));
      if (record.completed) targets.set(record.bookingKey, record.target);
    },
    async finish(lease, { open, shared, complete }) {
      fenced(lease);
      head = { ...head, owner: null, open, shared };
      if (complete)
        head = { ...head, digest: complete.digest, buildHash: complete.buildHash, done: complete.commit };
    },
    async settle(fence, { digest, buildHash, commit }) {
      if (head.fence !== fence || held()) throw new LedgerMoved('another run came in between');
      const done = { digest, buildHash, seen: commit, done: commit, open: [] };
      head = { ...head, ...done, fence: fence + 1, owner: null };
    },
  };
}

export interface MemoryPages extends Pages {
  readonly objects: ReadonlyMap<string, { object: SiteObject; version: Version }>;
}

/** Storage with a cache in front of it that keeps what it has served, a 404 too, until it is invalidated. */
export function createMemoryPages(): MemoryPages {
  const objects = new Map<string, { object: SiteObject; version: Version }>();
  const cache = new Map<string, string | null>();
  return {
    objects,
    async put(object, version) {
      const stored = objects.get(object.key)?.version;
      if (stored !== undefined && isNewer(stored, version))
        throw new StaleRevision(object.key, version.revision, stored.revision);
      objects.set(object.key, { object, version });
    },
    async putShared(file) {
      objects.set(`${file.site}/${file.key}`, { object: file, version: { revision: 0, fence: 0 } });
    },
    async invalidate(_, keys) {
      for (const key of keys) cache.delete(key);
    },
    async fetchHash(key) {
      const stored = objects.get(key);
      if (!cache.has(key)) cache.set(key, stored === undefined ? null : sha256(stored.object.body));
      return cache.get(key)!;
    },
  };
}

export interface MemoryStore<V> {
  readonly entries: ReadonlyMap<string, { revision: number; view: V }>;
}

type Ensure<V> = (entry: { bookingKey: string; revision: number; view: V }) => Promise<{ remoteId: string }>;

function createMemoryStore<V>(what: string, remoteIdOf: (bookingKey: string) => string) {
  const entries = new Map<string, { revision: number; view: V }>();
  const ensure: Ensure<V> = async ({ bookingKey, revision, view }) => {
    const stored = entries.get(bookingKey)?.revision ?? 0;
    if (stored > revision) throw new StaleRevision(`${what} ${bookingKey}`, revision, stored);
    entries.set(bookingKey, structuredClone({ revision, view }));
    return { remoteId: remoteIdOf(bookingKey) };
  };
  return { entries, ensure };
}

export const createMemoryCalendar = (): Calendar & MemoryStore<Parameters<Calendar['ensure']>[0]['view']> =>
  createMemoryStore('calendar entry', (bookingKey) => calendarEventIdOf(bookingKey, 0));

export const createMemoryBoard = (): Board & MemoryStore<Parameters<Board['ensure']>[0]['view']> =>
  createMemoryStore('card', (bookingKey) => bookingKey);

export interface MemoryCrew extends Crew {
  readonly events: ReadonlyMap<string, MemoryEvent>;
  /** Everything that people were ever told, each once. */
  readonly mailbox: ReadonlyMap<string, Notification>;
  /** Somebody accepts an open position, as they do without the pipeline. */
  accept(bookingKey: string, signUp: SignUp): void;
  /** Somebody leaves the crew, or comes back; whoever never left is active. */
  setActive(member: string, isActive: boolean): void;
}

interface MemoryEvent {
  readonly revision: number;
  readonly view: Telling;
  readonly told: Telling | null;
  readonly signUps: readonly SignUp[];
}

export function createMemoryCrew({ now }: { now: () => Instant }): MemoryCrew {
  const events = new Map<string, MemoryEvent>();
  const mailbox = new Map<string, Notification>();
  const left = new Set<string>();
  const inviting = (telling: Telling, signUps: readonly SignUp[]): Telling => {
    const active = new Set(allCandidates([telling.event]).filter((member) => !left.has(member)));
    return { ...telling, event: withActiveCandidates(telling.event, { active, signUps }) };
  };
  return {
    events,
    mailbox,
    async ensure({ bookingKey, revision, event, summary }) {
      const stored = events.get(bookingKey);
      if (stored !== undefined && stored.revision > revision)
        throw new StaleRevision(`event ${bookingKey}`, revision, stored.revision);
      const view = structuredClone({ event: event.view, pay: event.pay, summary });
      events.set(bookingKey, { revision, view, told: stored?.told ?? null, signUps: stored?.signUps ?? [] });
      return { remoteId: eventIdOf(bookingKey) };
    },
    async release({ bookingKey, revision }) {
      const event = events.get(bookingKey);
      if (event === undefined || event.revision !== revision)
        throw new StaleRevision(`event ${bookingKey}`, revision, event?.revision ?? 0);
      const { told: before, signUps } = event;
      const view = inviting(event.view, signUps);
      const known = before && tellingWithSignUps(inviting(before, signUps), signUps);
      const told = notificationsFor(known, tellingWithSignUps(view, signUps), { revision, now: now() });
      for (const notification of told) mailbox.set(notificationIdOf(notification), notification);
      events.set(bookingKey, { ...event, told: view, signUps: heldSignUps(view.event, signUps) });
      return { told, withoutAddress: [] };
    },
    async openPositions(eventId) {
      const event = [...events.values()].find(({ view }) => view.event.eventId === eventId);
      if (!event?.told) return { signUps: [], toldCandidates: null };
      return { signUps: event.signUps, toldCandidates: candidatesOf(event.told.event) };
    },
    activeAmong: async (members) => members.filter((member) => !left.has(member)),
    accept(bookingKey, signUp) {
      const event = events.get(bookingKey)!;
      events.set(bookingKey, { ...event, signUps: [...event.signUps, signUp] });
    },
    setActive: (member, isActive) => void (isActive ? left.delete(member) : left.add(member)),
  };
}

/** A site whose pages are their views as JSON; `build` stands for the templates. */
export const createMemorySite = (build: string): GuestSite => ({
  buildHash: sha256(build),
  shared: [
    {
      site: 'guest',
      key: '404.html',
      body: `not found (${build})`,
      contentType: 'text/html',
      cacheControl: 'no-cache',
    },
  ],
  async render(view, revision) {
    const name = `g/${view.pageId}`;
    const pages = LANGUAGES.map((language) =>
      toPage(`${name}.${language}.html`, { build, view: { ...view, language } }),
    );
    return [
      toPage(`${name}.html`, { build, view }),
      ...pages,
      { ...toPage(`${name}.ics`, { build, view, revision }), contentType: 'text/calendar' },
    ];
  },
});

const toPage = (key: string, content: unknown): SiteObject => ({
  key,
  body: JSON.stringify(content),
  contentType: 'text/html',
  cacheControl: 'no-cache',
});
