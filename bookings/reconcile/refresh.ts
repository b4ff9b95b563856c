import { canonicalJson } from '../model/canonical.ts';
import type { Artefact } from '../model/views.ts';
import { inChunks, mapBounded } from './bounded.ts';
import type { Drift } from './drift.ts';
import { dueArtefacts, isOver } from './due.ts';
import type { ArtefactRecord } from './ledger.ts';
import { sharedKeyOf } from './manifest.ts';
import type { Ports } from './ports.ts';
import { revisionFor } from './revision.ts';
import type { Actual, Desired } from './states.ts';
import { knownOf } from './tells.ts';

export type Drifts = Readonly<Partial<Record<Artefact, Drift>>>;

/** What could not be compared: nobody knows whether it is as it should be. */
export interface Unanswered {
  /** `site`: the files that pages share, which are no booking's. */
  readonly artefact: Artefact | 'site';
  readonly bookingKeys: readonly string[];
  readonly reason: string;
}

export interface Refreshed {
  /** By booking key; a booking without drift is absent. */
  readonly drifts: ReadonlyMap<string, Drifts>;
  /** Keys of shared files that were published and are not as they were, sorted. */
  readonly lostShared: readonly string[];
  readonly unanswered: readonly Unanswered[];
}

type Outside = Pick<Ports, 'pages' | 'calendar' | 'crew' | 'board' | 'ledger' | 'site'>;

/**
 * Compares all that the ledger says is in place with what is there. What is due is left out, as it is ensured anyway; of
 * charters that are over, only page and card are compared. Changes nothing.
 */
export async function refresh(
  desired: readonly Desired[],
  actual: Actual,
  outside: Outside,
): Promise<Refreshed> {
  const standing = desired.map((one) => ({ one, artefacts: inPlace(one, actual) }));
  const [shared, ...answers] = await Promise.all([
    compareShared(actual, outside),
    ...COMPARED.map((artefact) => {
      const asked = standing.filter(({ artefacts }) => artefacts.has(artefact)).map(({ one }) => one);
      return compareAll(artefact, asked, { actual, outside });
    }),
  ]);
  const { drifts, unanswered } = await withoutMoved(answers, actual, outside.ledger);
  return { drifts, lostShared: shared.lost, unanswered: [...shared.unanswered, ...unanswered] };
}

/** Of the shared files those that were published as they are built. */
async function compareShared(
  { shared: { built, published } }: Actual,
  { pages, site }: Outside,
): Promise<{ readonly lost: readonly string[]; readonly unanswered: readonly Unanswered[] }> {
  const files = site.shared.filter((file) => built[sharedKeyOf(file)] === published[sharedKeyOf(file)]);
  try {
    const lost = await mapBounded(files, AT_ONCE.page.calls, async (file) =>
      (await pages.isInPlace(file)) ? [] : [sharedKeyOf(file)],
    );
    return { lost: lost.flat().toSorted(), unanswered: [] };
  } catch (error) {
    return { lost: [], unanswered: [{ artefact: 'site', bookingKeys: [], reason: messageOf(error) }] };
  }
}

/** A summary is stored with its event, and compared with it. */
const COMPARED = ['page', 'calendar', 'event', 'card'] as const satisfies Artefact[];
type Compared = (typeof COMPARED)[number];
const WHEN_OVER: ReadonlySet<Compared> = new Set(['page', 'card']);

/** The artefacts of which the ledger says that they are as the files want them. */
function inPlace(desired: Desired, actual: Actual): ReadonlySet<Compared> {
  const due = new Set(dueArtefacts(desired, actual));
  const over = isOver(desired.booking, actual);
  return new Set(
    COMPARED.filter((artefact) => {
      if (due.has(artefact) || (over && !WHEN_OVER.has(artefact))) return false;
      if (artefact === 'event' && due.has('summary')) return false;
      return recordOf(desired, artefact, actual)?.hash === desired.hashes[artefact];
    }),
  );
}

interface Asking {
  readonly actual: Actual;
  readonly outside: Outside;
}

interface Answers {
  readonly drifts: readonly { readonly key: string; readonly artefact: Artefact; readonly drift: Drift }[];
  readonly unanswered: readonly Unanswered[];
}

/** A board is looked at as a whole. Google counts requests per minute, and each of these takes a good part of a second. */
const AT_ONCE: Readonly<Record<Compared, { readonly calls: number; readonly bookings: number }>> = {
  page: { calls: 8, bookings: 1 },
  calendar: { calls: 2, bookings: 1 },
  event: { calls: 8, bookings: 1 },
  card: { calls: 1, bookings: 500 },
};

/** A side that failed so often is not asked any more: every question waits for its own time limit. */
const MOST_FAILURES = 3;

async function compareAll(artefact: Compared, asked: readonly Desired[], asking: Asking): Promise<Answers> {
  const { calls, bookings } = AT_ONCE[artefact];
  const failures: string[] = [];
  const groups = await mapBounded(inChunks(asked, bookings), calls, async (group) => {
    const keys = group.map(({ key }) => key);
    try {
      if (failures.length >= MOST_FAILURES) throw new Error(failures[0]);
      const found = await COMPARE[artefact](group, asking);
      const drifts = found.flatMap((drift, at) => (drift ? [{ key: keys[at]!, artefact, drift }] : []));
      return { drifts, left: [] };
    } catch (error) {
      failures.push(messageOf(error));
      return { drifts: [], left: keys };
    }
  });
  const left = groups.flatMap((group) => group.left);
  return {
    drifts: groups.flatMap((group) => group.drifts),
    unanswered: left.length === 0 ? [] : [{ artefact, bookingKeys: left, reason: failures[0]! }],
  };
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

type Compare = (group: readonly Desired[], asking: Asking) => Promise<readonly (Drift | null)[]>;

const each =
  (compare: (one: Desired, asking: Asking) => Promise<Drift | null>): Compare =>
  (group, asking) =>
    Promise.all(group.map((one) => compare(one, asking)));

const COMPARE: Readonly<Record<Compared, Compare>> = {
  page: each((one, { actual, outside }) =>
    outside.pages.inspect(recordOf(one, 'page', actual)?.manifest ?? {}),
  ),
  calendar: each((one, { actual, outside }) => outside.calendar.inspect(entryOf(one, 'calendar', actual))),
  event: each((one, { actual, outside }) => outside.crew.inspect(knownOf(actual.records.get(one.key))!)),
  card: (group, { actual, outside }) =>
    outside.board.inspect(group.map((one) => entryOf(one, 'card', actual))),
};

const entryOf = <A extends 'calendar' | 'card'>(one: Desired, artefact: A, { records }: Actual) => ({
  bookingKey: one.key,
  revision: revisionFor(records.get(one.key), one.target),
  view: one.views[artefact],
});

const recordOf = ({ key }: Desired, artefact: Artefact, { records }: Actual): ArtefactRecord | undefined =>
  records.get(key)?.artefacts[artefact];

/** What another run was at meanwhile only looks as if somebody had changed it. */
async function withoutMoved(
  answers: readonly Answers[],
  { records }: Actual,
  ledger: Outside['ledger'],
): Promise<Pick<Refreshed, 'drifts' | 'unanswered'>> {
  const all = answers.flatMap(({ drifts }) => drifts);
  const keys = [...new Set(all.map(({ key }) => key))];
  const now = keys.length === 0 ? new Map() : await ledger.readBookings(keys);
  const isMoved = ({ key }: Answers['drifts'][number]) =>
    canonicalJson(now.get(key)) !== canonicalJson(records.get(key));
  const moved = all.filter(isMoved).map(({ key, artefact }) => ({
    artefact,
    bookingKeys: [key],
    reason: 'another run was at it meanwhile',
  }));
  return {
    drifts: byBooking(all.filter((drift) => !isMoved(drift))),
    unanswered: [...answers.flatMap(({ unanswered }) => unanswered), ...moved],
  };
}

function byBooking(drifts: Answers['drifts']): ReadonlyMap<string, Drifts> {
  const found = new Map<string, Drifts>();
  for (const { key, artefact, drift } of drifts) found.set(key, { ...found.get(key), [artefact]: drift });
  return found;
}
