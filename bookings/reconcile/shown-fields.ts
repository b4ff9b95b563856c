import { STATUSES } from '../model/booking-file.ts';
import type { Difference } from '../model/differences.ts';
import { LANGUAGES } from '../model/language.ts';
import { isWallTime } from '../model/time.ts';
import type { Artefact } from '../model/views.ts';
import { isolate } from '../model/visible-text.ts';
import { code, isKey } from './markdown-code.ts';

/*
 * The allow-list of a comment on a pull request: which fields of which views show their values, and what others are called.
 * A field that a view gains shows nothing until it is listed here.
 */

/** What a field that nobody listed is called. */
export const DETAILS = 'details';

/** A field by its name, with its values where they are shown; nothing, where another field says the same. */
export function describeField(artefact: Shown, { path, from, to }: Difference): string[] {
  const shown = lookUp(SHOWN[artefact], path)?.(from, to);
  if (shown === undefined) return namesOf(path);
  return namesOf(path).map((field) => (shown === null ? field : `${field} ${shown}`));
}

/** Of what somebody is told, the fields: their values stand beside, in what changes. */
export function fieldsNamed(fields: readonly Difference[]): string {
  const names = fields.flatMap(({ path }) => namesOf(path));
  return names.length === 0 ? '' : ` (${[...new Set(names)].join(', ')})`;
}

export function namesOf(path: string): string[] {
  const field = path.replace(/^view\./, '');
  return FOLLOWS.has(field) ? [] : [lookUp(NAMES, field) ?? DETAILS];
}

/** Own keys only: a field may be called `constructor`. */
const lookUp = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** What follows from other fields, and would say the same twice. */
const FOLLOWS: ReadonlySet<string> = new Set([
  ...['startsAt', 'endsAt', 'checkIn', 'stamp', 'createdTimestamp'],
  ...['guest.firstName', 'vessel.key', 'berth.map'],
]);

/** Says both values; null when one of them does not look as it should. */
type Show = (from: unknown, to: unknown) => string | null;

const valuesThat =
  (isFine: (value: unknown) => boolean): Show =>
  (from, to) =>
    [from, to].every((value) => value === undefined || isFine(value))
      ? `${valueOf(from)} → ${valueOf(to)}`
      : null;

const valueOf = (value: unknown): string => (value === undefined ? 'none' : isolate(code(String(value))));

const time = valuesThat((value) => typeof value === 'string' && isWallTime(value));
const number = valuesThat((value) => typeof value === 'number');
/** Names of our own, from reference data. */
const name = valuesThat((value) => typeof value === 'string' && value.length <= 80);
const oneOf = (words: readonly string[]): Show => valuesThat((value) => words.includes(value as string));

type Shown = Exclude<Artefact, 'card'>;

const TIMES = { start: time, end: time, hours: number };

/** The fields of views whose values are shown. */
const SHOWN: Readonly<Record<Shown, Readonly<Record<string, Show>>>> = {
  page: {
    ...TIMES,
    status: oneOf(STATUSES),
    language: oneOf(LANGUAGES),
    'guest.count': number,
    'vessel.name': name,
    'berth.name': name,
  },
  calendar: { ...TIMES, status: oneOf(STATUSES), vessel: name },
  event: {
    'view.start': time,
    'view.end': time,
    'view.hours': number,
    'view.status': oneOf(['confirmed', 'cancelled', 'on-hold']),
    'view.guest.count': number,
    'view.vessel.name': name,
    'view.berth.name': name,
    'view.crew': showCrew,
  },
  summary: {
    ...TIMES,
    status: oneOf(STATUSES),
    'guest.count': number,
    'guest.language': oneOf(LANGUAGES),
    vessel: name,
    berth: name,
    crew: showCrew,
  },
};

/** What fields are called, in views and in notifications. */
const NAMES: Readonly<Record<string, string>> = {
  start: 'start',
  end: 'end',
  hours: 'hours',
  status: 'status',
  role: 'role',
  crew: 'crew',
  language: 'language',
  'guest.language': 'language',
  'guest.count': 'guests',
  'guest.name': 'the guest’s name',
  guestName: 'the guest’s name',
  vessel: 'vessel',
  'vessel.name': 'vessel',
  berth: 'berth',
  'berth.name': 'berth',
  notes: 'notes',
  'notes.guest': 'notes',
  'notes.crew': 'notes',
  'notes.internal': 'notes',
  amendments: 'amendments',
  checklists: 'checklists',
};

/** Who left and who came, by key; null when nobody did, or when it is a list without keys. */
function showCrew(from: unknown, to: unknown): string | null {
  const [before, after] = [positionsIn(from), positionsIn(to)];
  if (before === null || after === null) return null;
  const gone = before.filter((position) => !after.includes(position)).map((position) => `−${position}`);
  const come = after.filter((position) => !before.includes(position)).map((position) => `+${position}`);
  return [...gone, ...come].join(' ') || null;
}

function positionsIn(crew: unknown): string[] | null {
  if (!Array.isArray(crew)) return null;
  const positions = (crew as readonly Record<string, unknown>[]).map(({ key, role, hours }) =>
    isKey(key) && isKey(role) && typeof hours === 'number'
      ? `${code(key)} (${code(role)}, ${hours} h)`
      : null,
  );
  return positions.includes(null) ? null : (positions as string[]);
}
