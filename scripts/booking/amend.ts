import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { canonicalJson } from '#bookings/model/canonical.ts';
import { UserError } from '#bookings/model/problem.ts';
import { EXIT, instantOf, runCommand } from '../command.ts';
import { ROOT } from '../repository.ts';
import { findBooking, saveBooking } from './file.ts';

const HELP = `
Usage: npm run booking -- amend <code> [options]

Changes a booking file and records each change in "amendments", from which the guest's page says what moved.

  --set <path>=<value>       start=2027-05-31T09:00, hours=2.5, guest.count=7, gross=900.00, notes.crew="…", notes.crew= to remove it
  --assign <entry>=<member>  john=ana replaces John, deckhand-1=ana fills an open position, john= opens John's
  --record <path> --from <json>
                             records a change that was made by hand (the warning of plan and check names it)
  --reason <text>            why, for the operator's own record
  --now <time>               when it was agreed (default: the clock)
  --checkout <folder>        another checkout (default: this one)

Examples:
  npm run booking -- amend XHQGMDH --set start=2027-05-31T09:00 --reason "storm on the 30th"
  npm run booking -- amend XHQGMDH --assign john=ana
`;

/** `npm run booking -- amend` */
export const amend = (args: readonly string[]): Promise<void> =>
  runCommand(
    {
      help: HELP,
      positionals: true,
      options: {
        set: { type: 'string', multiple: true, default: [] },
        assign: { type: 'string', multiple: true, default: [] },
        record: { type: 'string' },
        from: { type: 'string' },
        reason: { type: 'string' },
        now: { type: 'string' },
        checkout: { type: 'string', default: ROOT },
      },
      async run(values, [code]) {
        if (code === undefined) throw new UserError(`Which booking? ${HELP}`);
        const { path, content } = await findBooking(values.checkout, code);
        const steps = [
          ...values.set.map((words) => setField(words)),
          ...values.assign.map((words) => assign(words)),
          ...(values.record === undefined ? [] : [recordField(values.record, values.from)]),
        ];
        if (steps.length === 0) throw new UserError('Nothing to change: give --set, --assign or --record.');
        const amended = steps.reduce<Draft>((booking, step) => step(booking), content);
        const added = newAmendments(content, amended, { at: instantOf(values.now), reason: values.reason });
        if (added.length === 0) throw new UserError(`${path} says that already; nothing was changed.`);
        const { recorded: _, ...booking } = amended;
        await saveBooking(values.checkout, {
          path,
          content: { ...booking, amendments: [...(content.amendments ?? []), ...added] },
        });
        for (const { field, from, to } of added)
          process.stdout.write(`${path}: ${field} ${JSON.stringify(from)} → ${JSON.stringify(to)}\n`);
        process.stdout.write('See what follows from it: npm run plan\n');
        return EXIT.done;
      },
    },
    args,
  );

/** A booking file on its way to being amended; `recorded` are changes that were made by hand before. */
type Draft = BookingFileInput & { recorded?: { field: string; from: unknown }[] };
type Step = (booking: Draft) => Draft;

const NUMBERS = new Set(['hours', 'guest.count']);
const IDENTITY = new Set(['platform', 'id', 'pageId', 'bookedAt']);
/** What `--set` may change; identity is fixed, and crew goes by `--assign`. */
const SETTABLE = [
  ...['status', 'vessel', 'start', 'hours', 'gross', 'rebookedFrom'],
  ...['guest.name', 'guest.count', 'guest.language', 'notes.guest', 'notes.crew', 'notes.internal'],
];

/** `guest.count=7`: a field of the file, or one below `guest` and `notes`. */
export function setField(words: string): Step {
  const [field, text] = splitOnce(words, '--set');
  if (!SETTABLE.includes(field)) {
    const why = IDENTITY.has(field) ? 'is fixed; a new identity is a new booking' : 'is no field to set';
    throw new UserError(`--set ${field}: ${field} ${why}. Fields: ${SETTABLE.join(', ')}`);
  }
  // An empty note is no note.
  const given = text === '' && field.startsWith('notes.') ? undefined : text;
  const value = NUMBERS.has(field) ? Number(text) : given;
  const [head, tail] = field.split('.');
  return (booking) =>
    tail === undefined
      ? { ...booking, [head!]: value }
      : { ...booking, [head!]: { ...(booking as unknown as Record<string, object>)[head!], [tail]: value } };
}

/** `john=ana`, `deckhand-1=ana`, `john=`: git owns assignments, so a reassignment is an amendment. */
export function assign(words: string): Step {
  const [entry, member] = splitOnce(words, '--assign');
  return (booking) => {
    const open = new Map<string, number>();
    let found = false;
    const crew = (booking.crew ?? []).map((position) => {
      const count = (open.get(position.role) ?? 0) + (position.member === undefined ? 1 : 0);
      open.set(position.role, count);
      if ((position.member ?? `${position.role}-${count}`) !== entry || found) return position;
      found = true;
      const { member: _, ...rest } = position;
      return member === '' ? rest : { member, ...rest };
    });
    if (!found)
      throw new UserError(`--assign ${words}: no crew entry "${entry}" (${keysOf(booking).join(', ')}).`);
    return { ...booking, crew };
  };
}

function recordField(field: string, from: string | undefined): Step {
  if (from === undefined)
    throw new UserError('--record needs --from with the old value as JSON, like --from \'"09:00"\'.');
  try {
    const parsed: unknown = JSON.parse(from);
    return (booking) => ({ ...booking, recorded: [...(booking.recorded ?? []), { field, from: parsed }] });
  } catch (error) {
    throw new UserError(`--from ${from}: expected JSON, such as '"2027-05-30T09:00"' or 6.`, [], {
      cause: error,
    });
  }
}

type Amendment = NonNullable<BookingFileInput['amendments']>[number];

/** Fields whose changes are recorded. */
const WATCHED = [...SETTABLE, 'crew'];

/** One amendment for each watched field that differs, and for each change made by hand. */
export function newAmendments(
  before: BookingFileInput,
  after: Draft,
  note: { at: string; reason?: string | undefined },
): Amendment[] {
  const changed = WATCHED.map((field) => ({
    field,
    from: valueAt(before, field),
    to: valueAt(after, field),
  })).filter(({ from, to }) => canonicalJson(from) !== canonicalJson(to));
  const recorded = (after.recorded ?? [])
    .map(({ field, from }) => ({ field, from, to: valueAt(after, field) }))
    .filter(({ from, to }) => canonicalJson(from) !== canonicalJson(to));
  const { at, reason } = note;
  return [...changed, ...recorded].map(({ field, from, to }) => ({
    at,
    field,
    from: from ?? null,
    to: to ?? null,
    ...(reason && { reason }),
  }));
}

const valueAt = (booking: object, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], booking);

const keysOf = ({ crew = [] }: BookingFileInput): string[] =>
  crew.map(({ member, role }) => member ?? `open ${role}`);

function splitOnce(words: string, option: string): [string, string] {
  const at = words.indexOf('=');
  if (at < 1) throw new UserError(`${option} ${words}: expected <name>=<value>.`);
  return [words.slice(0, at), words.slice(at + 1)];
}
