import { describeConflict } from '#bookings/model/conflicts.ts';
import type { DesiredSet } from '#bookings/reconcile/desired-set.ts';
import { guard, type Allowances } from '#bookings/reconcile/guard.ts';
import type { BookingRecord, HeldLease } from '#bookings/reconcile/ledger.ts';
import type { Source } from '#bookings/reconcile/load.ts';
import type { Ports } from '#bookings/reconcile/ports.ts';
import { prepare } from '#bookings/reconcile/prepare.ts';
import { conflictsAside } from '#bookings/reconcile/render-plan.ts';
import type { Pending, SentMail, StoryFacts } from '#bookings/reconcile/story-facts.ts';
import { keyOfPath, pageIdIn, pathOfKey, pickBooking, type Named } from './find.ts';
import { deletedFiles, readHistory, toJson } from './history.ts';

/** Whom a story is asked of. */
export interface Sources {
  /** All files as they are in the checkout. */
  source(): Promise<Source>;
  /** Rejects when there is none to ask. */
  stack(): Promise<StackSources>;
}

export interface StackSources {
  /** Of every booking that the ledger ever saw begun. */
  knownKeys(): Promise<readonly string[]>;
  records(keys: readonly string[]): Promise<ReadonlyMap<string, BookingRecord>>;
  mails(bookingKey: string): Promise<readonly SentMail[]>;
  addressOf(pageId: string): string;
  lease(): Promise<HeldLease | null>;
  pending(bookingKey: string): Promise<Pending>;
}

type NotAsked = StoryFacts['notAsked'][number][];

/** Everything that is known of the booking that these words name. What cannot be asked is said, and stops nothing. */
export async function gatherFacts(root: string, words: string, sources: Sources): Promise<StoryFacts> {
  const notAsked: NotAsked = [];
  const ask = async <T>(what: string, question: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await question();
    } catch (error) {
      notAsked.push({ what, why: reasonOf(error) });
      return undefined;
    }
  };
  const source = await sources.source();
  const stack = await ask('the stack (ledger, mails, plan)', () => sources.stack());
  const { key: bookingKey } = pickBooking(await choicesIn(root, source, stack, ask), words);
  const path = pathOfKey(bookingKey);
  const text = source.bookings.find((file) => file.path === path)?.text ?? null;
  const file = toJson(text);
  const [history, asked] = await Promise.all([
    ask('git', () => readHistory(root, path)),
    stack === undefined ? NOTHING : askStack(bookingKey, stack, ask),
  ]);
  if (history?.isShallow)
    notAsked.push({ what: 'older commits', why: 'this checkout does not have them (git fetch --unshallow)' });
  const { committed, commits } = history ?? {};
  return {
    bookingKey,
    zone: zoneOf(file ?? commits?.at(-1)?.before, asked.record, source),
    file,
    commits,
    ...(history !== undefined && JSON.stringify(committed) !== JSON.stringify(file) && { committed }),
    forgotten: forgottenIn(source)[bookingKey] ?? null,
    ...asked,
    notAsked,
  };
}

type Ask = <T>(what: string, question: () => Promise<T>) => Promise<T | undefined>;

type FromStack = Pick<StoryFacts, 'record' | 'mails' | 'lease' | 'pending' | 'page'>;
const NOTHING: FromStack = {};

async function askStack(bookingKey: string, stack: StackSources, ask: Ask): Promise<FromStack> {
  const [records, mails, lease, pending] = await Promise.all([
    ask('the ledger', () => stack.records([bookingKey])),
    ask('the mails', () => stack.mails(bookingKey)),
    ask('the lease', () => stack.lease()),
    ask('the plan', () => stack.pending(bookingKey)),
  ]);
  const record = records === undefined ? undefined : (records.get(bookingKey) ?? null);
  return {
    record,
    mails,
    lease,
    pending,
    page: record ? stack.addressOf(record.identity.pageId) : undefined,
  };
}

/** Every booking that anybody knows of: in the checkout, in git, in the ledger, or forgotten. */
async function choicesIn(
  root: string,
  source: Source,
  stack: StackSources | undefined,
  ask: Ask,
): Promise<Named[]> {
  const files = [...(await deletedFiles(root)), ...source.bookings];
  const named: Named[] = files.map(({ path, text }) => ({ key: keyOfPath(path), pageId: pageIdIn(text) }));
  const inFiles = new Set(named.map(({ key }) => key));
  const others =
    stack === undefined ? undefined : await ask('the list of the ledger', () => stack.knownKeys());
  const gone = (others ?? []).filter((key) => !inFiles.has(key));
  const records =
    gone.length === 0 ? undefined : await ask('the list of the ledger', () => stack!.records(gone));
  const inLedger = gone.map((key) => ({ key, pageId: records?.get(key)?.identity.pageId }));
  const forgotten = Object.keys(forgottenIn(source)).map((key) => ({ key }));
  return [...new Map([...forgotten, ...inLedger, ...named].map((one) => [one.key, one])).values()];
}

/** Key → why; of a file that need not be valid. */
function forgottenIn({ reference }: Source): Record<string, string> {
  const content = contentOf(reference, 'forgotten');
  return Object.fromEntries(
    Object.entries(content).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** The vessel's, by the fleet as it is, or by what was last applied. */
function zoneOf(file: unknown, record: BookingRecord | null | undefined, { reference }: Source): string {
  const { vessel } = (file ?? {}) as { vessel?: unknown };
  const { vessels = {} } = contentOf(reference, 'fleet') as { vessels?: Record<string, { zone?: string }> };
  const applied = record?.artefacts.page?.view as { zone?: string } | null | undefined;
  return (typeof vessel === 'string' && vessels[vessel]?.zone) || applied?.zone || 'UTC';
}

function contentOf(reference: Source['reference'], name: string): object {
  const file = reference.find(({ path }) => path === `bookings/reference/${name}.json`);
  return toJson(file?.text) ?? {};
}

/** The first line: what is wrong with files is for `booking check` to list. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0]!;

interface Planning {
  readonly set: DesiredSet;
  readonly ports: Ports;
  readonly now: string;
  readonly allow: (done: string | null) => Promise<Allowances>;
}

/** Of a whole plan, what concerns one booking. */
export async function planFor(bookingKey: string, { set, ports, now, allow }: Planning): Promise<Pending> {
  const { plan, index } = await prepare(set, now, ports);
  const refusals = guard(plan, set.loaded.reference.limits, await allow(index.done));
  const concerns = ({ bookingKeys }: { readonly bookingKeys: readonly string[] }) =>
    bookingKeys.includes(bookingKey);
  return {
    plan: plan.bookings.find((booking) => booking.bookingKey === bookingKey) ?? null,
    refusals: refusals.filter(concerns),
    conflicts: conflictsAside(plan).filter(concerns).map(describeConflict),
  };
}
