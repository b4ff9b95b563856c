import * as z from 'zod';
import { canonicalJson } from './canonical.ts';
import { differences, type Difference } from './differences.ts';
import { compareInstants, type Instant } from './time.ts';
import type { EventView, Pay } from './views/event.ts';
import type { SummaryView } from './views/summary.ts';

/** What people are, or were last, told about a charter: with those who signed up in their positions. */
export interface Telling {
  readonly event: EventView;
  readonly pay: Pay;
  readonly summary: SummaryView;
}

/** What follows from a release: {@link notificationsFor}. */
const RELEASE_KINDS = [
  'assigned',
  'invited',
  'changed',
  'cancelled',
  'unassigned',
  'filled',
  'summary',
] as const;

/** What follows from the crew's answers, or their silence, and from asking for a new link; `filled` and `invited` may, too. */
const ANSWER_KINDS = ['reminder', 'declined', 'all-confirmed', 'new-link'] as const;

export const notificationKinds = [...RELEASE_KINDS, ...ANSWER_KINDS] as const;

export const notificationSchema = z.strictObject({
  eventId: z.string(),
  /** Member key; `manager` for captain and booking manager together, `captain` for the captain's address alone. */
  recipient: z.string(),
  kind: z.enum(notificationKinds),
  /**
   * What gives rise to it: a revision, the id of the entry that answers, `<start>/<72, 48 or 24>` for a reminder, the
   * time slot of a request for a new link.
   */
  occasion: z.string(),
  /** Position on board that it is about; absent in a summary. */
  position: z.string().optional(),
  /** What changed for this recipient, old and new. */
  changes: z.array(z.object({ path: z.string(), from: z.unknown().optional(), to: z.unknown().optional() })),
});
export type Notification = z.output<typeof notificationSchema>;

/**
 * Who has to be told what when people know `told` and the truth is now `view`. Pure: the plan prints it and SCC
 * sends it. Nobody is told about a charter that is over, nor of a change that their own view does not show.
 */
export function notificationsFor(
  told: Telling | null,
  view: Telling,
  { revision, now }: { revision: number; now: Instant },
): Notification[] {
  if (compareInstants(view.event.endsAt, now) <= 0) return [];
  if (told === null && view.event.status !== 'confirmed') return [];
  const { eventId } = view.event;
  const occasion = String(revision);
  const before = told === null ? new Map<string, Place>() : placesOf(told);
  const after = placesOf(view);
  const people = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  const crew = people.flatMap((recipient) => {
    const news = newsFor(before.get(recipient), after.get(recipient), view.event.status);
    return news === undefined ? [] : [{ eventId, recipient, occasion, ...news }];
  });
  return [...crew, ...summaryNews(told, view, { eventId, occasion })];
}

/** One person's place in a charter, with all that their own page shows of it. */
interface Place {
  readonly position: string;
  readonly invited: boolean;
  readonly shown: Record<string, unknown>;
}

type News = Pick<Notification, 'kind' | 'position' | 'changes'>;

function newsFor(
  before: Place | undefined,
  after: Place | undefined,
  status: EventView['status'],
): News | undefined {
  if (after === undefined) {
    if (before === undefined) return undefined;
    const gone = before.invited ? 'filled' : 'unassigned';
    return { kind: status === 'confirmed' ? gone : 'cancelled', position: before.position, changes: [] };
  }
  const { position } = after;
  if (before === undefined) return { kind: after.invited ? 'invited' : 'assigned', position, changes: [] };
  if (before.invited && !after.invited) return { kind: 'assigned', position, changes: [] };
  // Who had a place and may apply for one has no place any more.
  if (!before.invited && after.invited) return { kind: 'unassigned', position: before.position, changes: [] };
  const changes = differences(before.shown, after.shown).map(withoutPay);
  return changes.length === 0 ? undefined : { kind: 'changed', position, changes };
}

/** Pay is stored in its owner's assignment alone: a notification says that it changed, the mail reads how. */
const withoutPay = (change: Difference): Difference =>
  change.path.startsWith('pay') ? { path: 'pay', from: null, to: null } : change;

/** Everyone who has, or is invited to, a place; nobody when the charter is cancelled or on hold. */
function placesOf({ event, pay }: Telling): Map<string, Place> {
  const places = new Map<string, Place>();
  if (event.status !== 'confirmed') return places;
  const invitations = event.crew.filter(({ member }) => member === null);
  const assignments = event.crew.filter(({ member }) => member !== null);
  for (const entry of [...invitations.toReversed(), ...assignments]) {
    const place = { position: entry.key, invited: entry.member === null, shown: shownTo(entry, event, pay) };
    for (const member of entry.member === null ? entry.candidates : [entry.member]) places.set(member, place);
  }
  return places;
}

/** What a person's own page shows of the charter; colleagues are left out: their changes are no news by mail. */
export const shownTo = (
  entry: EventView['crew'][number],
  event: EventView,
  pay: Pay,
): Record<string, unknown> => ({
  start: event.start,
  end: event.end,
  zone: event.zone,
  vessel: event.vessel.name,
  berth: event.berth.name,
  guest: event.guest,
  role: entry.role,
  hours: entry.hours,
  pay: pay[entry.key]?.cents,
  notes: event.notes,
});

function summaryNews(
  told: Telling | null,
  view: Telling,
  ids: { eventId: string; occasion: string },
): Notification[] {
  const changes = told === null ? [] : differences(told.summary, view.summary).filter(isNews);
  if (told !== null && changes.length === 0) return [];
  return [{ ...ids, recipient: 'manager', kind: 'summary', changes }];
}

/**
 * Of the crew it is news who does what: not in which order, nor that `deckhand-2` became `deckhand-1`, as the first was
 * filled before, nor that git names who signed up, whom SCC's registry may know by another name.
 */
const isNews = ({ path, from, to }: Difference): boolean =>
  path !== 'crew' || whoDoesWhat(from).join() !== whoDoesWhat(to).join();

const whoDoesWhat = (crew: unknown): string[] =>
  (crew as SummaryView['crew'])
    .map(({ key, name, role, hours }) => canonicalJson([name === null ? null : key, role, hours]))
    .toSorted();
