import { allCandidates, candidatesOf, withActiveCandidates, withCandidates } from '../model/candidates.ts';
import { canonicalJson, sha256 } from '../model/canonical.ts';
import { differences } from '../model/differences.ts';
import { calendarEventIdOf, eventIdOf, notificationIdOf } from '../model/ids.ts';
import { LANGUAGES } from '../model/language.ts';
import { notificationsFor, type Notification, type Telling } from '../model/notifications.ts';
import { heldSignUps, tellingWithSignUps, type SignUp } from '../model/sign-ups.ts';
import type { Instant } from '../model/time.ts';
import { aheadOf, driftBetween, MISSING, toDrift } from './drift.ts';
import {
  isNewer,
  StaleRevision,
  type Board,
  type Calendar,
  type CalendarEntry,
  type Card,
  type Crew,
  type CrewEvent,
  type GuestSite,
  type Pages,
  type SiteObject,
  type Version,
} from './ports.ts';

/** Memory twins of the ports: the same promises as the adapters, kept honest by shared contract tests. */

export interface MemoryPages extends Pages {
  readonly objects: ReadonlyMap<string, { object: SiteObject; version: Version }>;
  /** Somebody overwrites an object and keeps what is said about it, or deletes it. */
  byHand(key: string, body: string | null): void;
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
      return sha256(object.body);
    },
    async putShared(file) {
      objects.set(`${file.site}/${file.key}`, { object: file, version: { revision: 0, fence: 0 } });
    },
    isInPlace: async ({ site, key, body }) => objects.get(`${site}/${key}`)?.object.body === body,
    async invalidate(_, keys) {
      for (const key of keys) cache.delete(key);
    },
    async fetchHash(key) {
      const stored = objects.get(key);
      if (!cache.has(key)) cache.set(key, stored === undefined ? null : sha256(stored.object.body));
      return cache.get(key)!;
    },
    async inspect(manifest) {
      const fields = Object.entries(manifest).flatMap(([key, hash]) => {
        const stored = objects.get(key);
        const isSame = stored !== undefined && sha256(stored.object.body) === hash;
        return isSame ? [] : [{ path: key, from: stored ? 'other content' : 'missing', to: 'as rendered' }];
      });
      return toDrift(fields);
    },
    byHand: (key, body) => {
      const stored = objects.get(key)!;
      if (body === null) objects.delete(key);
      else objects.set(key, { ...stored, object: { ...stored.object, body } });
    },
  };
}

export interface MemoryStore<V> {
  readonly entries: ReadonlyMap<string, { revision: number; view: V }>;
  /** Somebody changes what is there, or takes it away, as they can without the pipeline. */
  byHand(bookingKey: string, change: Partial<V> | null): void;
}

interface MemoryEntry<V> {
  readonly bookingKey: string;
  readonly revision: number;
  readonly view: V;
}

function createMemoryStore<V extends object>(what: string, remoteIdOf: (bookingKey: string) => string) {
  const entries = new Map<string, { revision: number; view: V }>();
  return {
    entries,
    async ensure({ bookingKey, revision, view }: MemoryEntry<V>) {
      const stored = entries.get(bookingKey)?.revision ?? 0;
      if (stored > revision) throw new StaleRevision(`${what} ${bookingKey}`, revision, stored);
      entries.set(bookingKey, structuredClone({ revision, view }));
      return { remoteId: remoteIdOf(bookingKey) };
    },
    inspect: async ({ bookingKey, revision, view }: MemoryEntry<V>) => {
      const stored = entries.get(bookingKey);
      const drift = driftBetween(stored?.view, view);
      const ahead = aheadOf(revision, stored?.revision ?? 0);
      return drift?.found === 'missing' ? drift : toDrift([...(drift?.fields ?? []), ...ahead]);
    },
    byHand(bookingKey: string, change: Partial<V> | null) {
      const { revision, view } = entries.get(bookingKey)!;
      if (change === null) entries.delete(bookingKey);
      else entries.set(bookingKey, { revision, view: { ...view, ...change } });
    },
  };
}

export const createMemoryCalendar = (): Calendar & MemoryStore<CalendarEntry['view']> =>
  createMemoryStore('calendar entry', (bookingKey) => calendarEventIdOf(bookingKey, 0));

/** A lane is for people to choose. */
export function createMemoryBoard(): Board & MemoryStore<Card['view']> {
  const store = createMemoryStore<Card['view']>('card', (bookingKey) => bookingKey);
  const inspect = async (card: Card) => {
    const lane = store.entries.get(card.bookingKey)?.view.lane ?? card.view.lane;
    return store.inspect({ ...card, view: { ...card.view, lane } });
  };
  return { ...store, inspect: (cards) => Promise.all(cards.map(inspect)) };
}

export interface MemoryCrew extends Crew {
  readonly events: ReadonlyMap<string, MemoryEvent>;
  /** Everything that people were ever told, each once. */
  readonly mailbox: ReadonlyMap<string, Notification>;
  /** Events whose expenses were asked for once more. */
  readonly expensesDue: ReadonlySet<string>;
  /** Somebody changes what is stored and shown of an event, or takes it away with all that is known of it. */
  byHand(bookingKey: string, change: Partial<Telling['event']> | null): void;
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
  const expensesDue = new Set<string>();
  const inviting = (telling: Telling, signUps: readonly SignUp[]): Telling => {
    const active = new Set(allCandidates([telling.event]).filter((member) => !left.has(member)));
    return { ...telling, event: withActiveCandidates(telling.event, { active, signUps }) };
  };
  return {
    events,
    mailbox,
    expensesDue,
    sendExpensesAgain: async (eventId) => void expensesDue.add(eventId),
    async ensure({ bookingKey, revision, known, ...put }) {
      const stored = events.get(bookingKey);
      if (stored !== undefined && stored.revision > revision)
        throw new StaleRevision(`event ${bookingKey}`, revision, stored.revision);
      const view = structuredClone(tellingOf(put));
      const isLost = known !== undefined && isOther(stored?.told, known);
      const told = isLost ? inviting(structuredClone(tellingOf(known)), stored?.signUps ?? []) : stored?.told;
      events.set(bookingKey, { revision, view, told: told ?? null, signUps: stored?.signUps ?? [] });
      return { remoteId: eventIdOf(bookingKey) };
    },
    async inspect({ revision, event, summary }) {
      const { bookingKey } = event.view;
      const stored = events.get(bookingKey);
      if (stored === undefined) return MISSING;
      const told = isOther(stored.told, { event, summary }) ? [{ path: 'told', from: null, to: null }] : [];
      const { view } = stored;
      const found = { view: view.event, pay: view.pay, summary: view.summary };
      const fields = differences(found, { view: event.view, pay: event.pay, summary });
      return toDrift([...fields, ...told, ...aheadOf(revision, stored.revision)]);
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
    byHand(bookingKey, change) {
      const { view, told, ...rest } = events.get(bookingKey)!;
      const changed = (telling: Telling) => ({ ...telling, event: { ...telling.event, ...change } });
      if (change === null) events.delete(bookingKey);
      else events.set(bookingKey, { ...rest, view: changed(view), told: told && changed(told) });
    },
    accept(bookingKey, signUp) {
      const event = events.get(bookingKey)!;
      events.set(bookingKey, { ...event, signUps: [...event.signUps, signUp] });
    },
    setActive: (member, isActive) => void (isActive ? left.delete(member) : left.add(member)),
  };
}

const tellingOf = ({ event, summary }: Omit<CrewEvent, 'revision'>): Telling => ({
  event: event.view,
  pay: event.pay,
  summary,
});

/** Apart from whom open positions really invited. */
function isOther(told: Telling | null | undefined, known: Omit<CrewEvent, 'revision'>): boolean {
  if (!told) return true;
  const wanted = tellingOf(known);
  const event = withCandidates(wanted.event, candidatesOf(told.event));
  return canonicalJson(told) !== canonicalJson({ ...wanted, event });
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
      toPage(`${name}.${language}.html`, { build, view: { ...view, language }, revision }),
    );
    return [
      toPage(`${name}.html`, { build, view, revision }),
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
