import { compareInstants, shiftInstant } from '#bookings/model/time.ts';
import { readValue } from '#bookings/model/read-input.ts';
import type { EventView } from '#bookings/model/views/event.ts';
import { HttpProblem } from '../http.ts';
import type { NoticeCode } from '../scc/notices.ts';
import { effectiveView } from '../scc/answers.ts';
import type { DeviceContent, DeviceEntry, Entry } from '../scc/entries/entry.ts';
import { deviceEntrySchema } from '../scc/entries/entry-schema.ts';
import { isSameEntry, type EntryStore } from '../scc/entries/entry-store.ts';
import { foldEntries } from '../scc/entries/fold.ts';
import { contentOfForm } from '../scc/entries/read-form.ts';
import { refusalOf, REFUSALS, type EntryContext, type RefusalCode } from '../scc/entries/refusal.ts';
import { isTold, type EventStore, type ToldEvent } from '../scc/event-store.ts';
import { placeOf } from '../scc/place.ts';

export interface EntryDeps {
  readonly events: Pick<EventStore, 'find' | 'markExpenses'>;
  readonly entries: EntryStore;
  readonly now: () => Date;
}

/** A charter's entries as a member of its crew finds them. */
export interface EventLog extends EntryContext {
  readonly event: ToldEvent;
  /** What the crew sees. */
  readonly view: EventView;
  /** On board, and not merely invited: may write. */
  readonly isOnBoard: boolean;
}

/** 403 for who has neither a place nor an invitation, and just so when there is no such event. */
export async function openLog(
  { eventId, member }: { eventId: string; member: string },
  { events, entries, now }: EntryDeps,
): Promise<EventLog> {
  const event = await events.find(eventId);
  const view = event !== undefined && isTold(event) ? effectiveView(event) : undefined;
  const place = view && placeOf(view, member);
  if (event === undefined || !isTold(event) || view === undefined || place === undefined)
    throw new HttpProblem(403, 'Not one of your charters');
  const all = await entries.ofEvent(eventId);
  const until = shiftInstant(view.endsAt, WRITABLE_HOURS);
  return {
    event,
    view,
    member,
    isOnBoard: !place.invited,
    isCaptain: !place.invited && place.position.role === 'captain',
    checklists: view.checklists,
    isOver: compareInstants(now().toISOString(), until) > 0,
    entries: all,
    state: foldEntries(all),
  };
}

/** Expenses come in late; a month after the end, whatever is still on some phone has lost its meaning. */
const WRITABLE_HOURS = 30 * 24;

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
