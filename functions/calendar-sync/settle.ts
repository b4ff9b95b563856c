import { canonicalJson } from '#bookings/model/canonical.ts';
import { calendarEventIdOf } from '#bookings/model/ids.ts';
import type { AuditedWrite } from './audit.ts';
import type { Calendars, RemoteEntry, Written } from './calendars.ts';
import type { EnsureReply } from './contract.ts';
import type { EntryBody } from './entry.ts';

/** One entry to bring about in one calendar. */
export interface Task {
  readonly calendars: Calendars;
  readonly calendarId: string;
  readonly bookingKey: string;
  readonly revision: number;
  readonly body: EntryBody;
  readonly aim: 'keep' | 'delete';
  /** Runs a write between its two audit items. */
  record(write: Pick<AuditedWrite, 'eventId' | 'action'>, run: () => Promise<Written>): Promise<Written>;
}

/** Looks and writes until nothing came in between. Throws when others keep changing the entry. */
export async function settle(task: Task): Promise<EnsureReply> {
  for (let round = 0; round < ROUNDS; round++) {
    // At revision 1 nothing can be known, so the first round inserts without looking; an id in use is answered 409.
    const isNew = round === 0 && task.revision === 1 && task.aim === 'keep';
    const latest = isNew ? NOTHING : await findLatest(task.calendars, task.calendarId, task.bookingKey);
    const reply = await step(task, latest);
    if (reply !== 'again') return reply;
  }
  throw new Error(`${task.bookingKey}: its calendar entry kept changing during ${ROUNDS} attempts`);
}

const ROUNDS = 6;

interface Latest {
  readonly incarnation: number;
  readonly entry: RemoteEntry | undefined;
}

const NOTHING: Latest = { incarnation: 0, entry: undefined };

/** The living incarnation of a booking's entry, else the last one: a later one exists only if Google refused to revive it. */
export async function findLatest(
  calendars: Calendars,
  calendarId: string,
  bookingKey: string,
): Promise<Latest> {
  let latest = NOTHING;
  for (let incarnation = 0; ; incarnation++) {
    const entry = await calendars.get(calendarId, calendarEventIdOf(bookingKey, incarnation));
    if (entry === undefined) return latest;
    latest = { incarnation, entry };
    if (!entry.isDeleted) return latest;
  }
}

type Step = EnsureReply | 'again';

async function step(task: Task, { incarnation, entry }: Latest): Promise<Step> {
  const eventId = calendarEventIdOf(task.bookingKey, incarnation);
  const shown = Number(entry?.properties['revision'] ?? 0);
  if (shown > task.revision) return { ok: false, error: 'stale', revision: shown };
  if (task.aim === 'delete') {
    return entry === undefined || entry.isDeleted ? done('absent', eventId) : remove(task, entry);
  }
  if (entry === undefined) return insert(task, incarnation);
  if (entry.isDeleted) return revive(task, entry, incarnation);
  return isSame(entry, task.body) ? done('unchanged', eventId) : update(task, entry, 'updated');
}

const done = (outcome: Extract<EnsureReply, { ok: true }>['outcome'], eventId: string) =>
  ({ ok: true, outcome, eventId }) as const;

async function insert(task: Task, incarnation: number): Promise<Step> {
  const eventId = calendarEventIdOf(task.bookingKey, incarnation);
  const written = await task.record({ eventId, action: 'insert' }, () =>
    task.calendars.insert(task.calendarId, eventId, task.body),
  );
  return written === 'done' ? done('created', eventId) : 'again';
}

/** Google is reported both to restore a deleted entry by an update and to forbid it. */
async function revive(task: Task, entry: RemoteEntry, incarnation: number): Promise<Step> {
  const reply = await update(task, entry, 'restored');
  return reply === 'forbidden' ? insert(task, incarnation + 1) : reply;
}

function update(task: Task, entry: RemoteEntry, outcome: 'updated'): Promise<Step>;
function update(task: Task, entry: RemoteEntry, outcome: 'restored'): Promise<Step | 'forbidden'>;
async function update(
  task: Task,
  entry: RemoteEntry,
  outcome: 'updated' | 'restored',
): Promise<Step | 'forbidden'> {
  const written = await replace(task, entry);
  if (written === 'done') return done(outcome, entry.eventId);
  if (written !== 'forbidden') return 'again';
  if (outcome === 'restored') return 'forbidden';
  throw new Error(
    `${task.bookingKey}: Google does not let this service account change the entry ${entry.eventId}`,
  );
}

const replace = (
  { calendars, calendarId, body, record }: Task,
  { eventId, etag }: RemoteEntry,
): Promise<Written> =>
  record({ eventId, action: 'update' }, () => calendars.update(calendarId, eventId, body, etag));

/** The entry is brought up to date first, so that the deleted one keeps the revision that deleted it. */
async function remove(task: Task, entry: RemoteEntry): Promise<Step> {
  if (!isSame(entry, task.body)) {
    const updated = await update(task, entry, 'updated');
    return updated !== 'again' && updated.ok ? 'again' : updated;
  }
  const written = await task.record({ eventId: entry.eventId, action: 'delete' }, () =>
    task.calendars.delete(task.calendarId, entry.eventId, entry.etag),
  );
  return written === 'changed' ? 'again' : done('deleted', entry.eventId);
}

const isSame = ({ content, properties }: RemoteEntry, body: EntryBody): boolean => {
  const { summary, description, start, end, transparency } = body;
  const wanted = [{ summary, description, start, end, transparency }, body.extendedProperties.private];
  return canonicalJson([content, properties]) === canonicalJson(wanted);
};
