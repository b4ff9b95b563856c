import { readValue } from '#bookings/model/read-input.ts';
import { HttpProblem } from '../http.ts';
import type { DeviceContent, DeviceEntry, Entry } from '../scc/entries/entry.ts';
import { deviceEntrySchema } from '../scc/entries/entry-schema.ts';
import { isSameEntry, type EntryStore } from '../scc/entries/entry-store.ts';
import { contentOfForm } from '../scc/entries/read-form.ts';
import { refusalOf, REFUSALS, type RefusalCode } from '../scc/entries/refusal.ts';
import type { NoticeCode } from '../scc/notices.ts';
import type { EntryDeps, EventLog } from './event-log.ts';

export interface EntryOutcome {
  readonly id: string;
  /** `duplicate`: it was there already, which is as good. */
  readonly status: 'stored' | 'duplicate' | 'refused';
  readonly code?: RefusalCode;
  /** The code in words, for the person whose entry it is. */
  readonly reason?: string;
}

/**
 * Stores what a device made, each entry or not by itself, whatever comes with it and in whatever order. Sending it all
 * again is always right. 403 for who is not on board; entries of a cancelled charter are taken, as it may have cost.
 */
export async function addEntries(
  log: EventLog,
  sent: readonly { readonly id: string }[],
  { events, entries, now }: EntryDeps,
): Promise<EntryOutcome[]> {
  if (!log.isOnBoard) throw new HttpProblem(403, 'Only those on board write here');
  const verdicts = sent.map((one) => judge(one, log, now()));
  // Before they are stored: a crash in between costs expense-sync a needless look, and never the board an expense.
  if (verdicts.some(({ entry }) => entry?.kind === 'expense')) await events.markExpenses(log.event);
  const settle = async ({ outcome, entry }: Verdict) =>
    outcome ?? (await append(entry, log.event.eventId, entries));
  const outcomes: EntryOutcome[] = [];
  for (let at = 0; at < verdicts.length; at += AT_ONCE)
    outcomes.push(...(await Promise.all(verdicts.slice(at, at + AT_ONCE).map(settle))));
  return outcomes;
}

const AT_ONCE = 20;

type Verdict =
  | { readonly entry: Entry; readonly outcome?: undefined }
  | { readonly entry?: undefined; readonly outcome: EntryOutcome };

function judge(sent: { readonly id: string }, log: EventLog, now: Date): Verdict {
  const reading = readValue('entry', sent, deviceEntrySchema);
  if (!reading.ok) {
    const problems = reading.problems.map(({ path, expected }) => `${path}: expected ${expected}`);
    return { outcome: refused(sent.id, 'invalid', problems.join('; ')) };
  }
  const entry = toEntry(reading.value, log.member, now);
  const stored = log.entries.find(({ id }) => id === entry.id);
  if (stored !== undefined)
    return {
      outcome: isSameEntry(stored, entry)
        ? { id: entry.id, status: 'duplicate' }
        : refused(entry.id, 'conflict'),
    };
  const refusal = refusalOf(reading.value, log);
  return refusal === undefined ? { entry } : { outcome: refused(entry.id, refusal) };
}

/** A clock that is ahead is not believed. */
const toEntry = (sent: DeviceEntry, member: string, now: Date): Entry => ({
  ...sent,
  member,
  at: new Date(Math.min(Date.parse(sent.at), now.getTime())).toISOString(),
  receivedAt: now.toISOString(),
});

/** Somebody may have used the id since the log was read. */
async function append(entry: Entry, eventId: string, entries: EntryStore): Promise<EntryOutcome> {
  const status = await entries.append(eventId, entry);
  return status === 'conflict' ? refused(entry.id, 'conflict') : { id: entry.id, status };
}

const refused = (id: string, code: RefusalCode, reason: string = REFUSALS[code]): EntryOutcome => ({
  id,
  status: 'refused',
  code,
  reason,
});

/** One entry from a page's form: the server gives it counter and time. Throws what the page has to say. */
export async function addFormEntry(
  log: EventLog,
  fields: Readonly<Record<string, string>>,
  deps: EntryDeps,
): Promise<DeviceContent> {
  const content = contentOfForm(fields);
  if ('problem' in content)
    throw new HttpProblem(422, 'The form does not fit', undefined, { notice: content.problem });
  const made = { id: fields['id'] ?? '', lamport: log.state.lamport + 1, at: deps.now().toISOString() };
  const [outcome] = await addEntries(log, [{ ...made, ...content }], deps);
  if (outcome?.status !== 'refused') return content;
  const notice = NOTICE_OF[outcome.code ?? 'invalid'] ?? 'refused';
  throw new HttpProblem(422, 'The entry was not taken', outcome.reason, { notice });
}

const NOTICE_OF: Partial<Record<RefusalCode, NoticeCode>> = { closed: 'closed', over: 'over' };
