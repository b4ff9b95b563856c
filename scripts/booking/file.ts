import { readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bookingFileSchema, type BookingFileInput } from '#bookings/model/booking-file.ts';
import { UserError } from '#bookings/model/problem.ts';
import { readJson } from '#bookings/model/read-input.ts';
import { check, invalid, readSource, type Source } from '#bookings/reconcile/load.ts';

const DATA = 'bookings/data';

/** A booking file that a command works on, as written, so that nothing a person put there is lost. */
export interface OpenFile {
  readonly path: string;
  readonly content: BookingFileInput;
}

/** Finds a booking by key, confirmation code or file name, in any letter case. Throws {@link UserError} with the choices. */
export async function findBooking(root: string, words: string): Promise<OpenFile> {
  const source = await readSource(root);
  const wanted = words
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/\.json$/, '');
  const found = source.bookings.filter(({ path }) => {
    const key = path.slice(DATA.length + 1, -'.json'.length);
    return key === wanted || key.slice(key.indexOf('-') + 1) === wanted;
  });
  const [file] = found;
  if (file === undefined || found.length > 1) throw notOne(words, found.length, source);
  const reading = readJson(file.path, file.text, bookingFileSchema);
  if (!reading.ok) throw invalid(reading.problems);
  return { path: file.path, content: JSON.parse(file.text) as BookingFileInput };
}

function notOne(words: string, count: number, source: Source): UserError {
  const known = source.bookings.map(({ path }) => path.slice(DATA.length + 1, -'.json'.length)).join(', ');
  const what = count === 0 ? 'no booking has that code' : `${count} platforms have that code, name the file`;
  return new UserError(`${words}: ${what}. Bookings: ${known || 'none'}`);
}

/** Writes a booking file, but only if the whole set is valid with it; otherwise nothing changes. */
export async function saveBooking(root: string, { path, content }: OpenFile): Promise<void> {
  const text = formatBooking(content);
  const source = await readSource(root);
  const others = source.bookings.filter((file) => file.path !== path);
  const { problems } = check({ ...source, bookings: [...others, { path, text }] });
  if (problems.length > 0) throw invalid(problems);
  const target = join(root, path);
  await writeFile(`${target}.new`, text);
  await rename(`${target}.new`, target);
}

/** Page ids in use, and whether a file exists. */
export async function takenNames(root: string): Promise<{ pageIds: Set<string>; files: Set<string> }> {
  const files = new Set(await readdir(join(root, DATA)));
  const source = await readSource(root);
  const pageIds = source.bookings.flatMap(({ text }) => /"pageId":\s*"([^"]+)"/.exec(text)?.[1] ?? []);
  return { pageIds: new Set(pageIds), files };
}

const WIDTH = 110;

/** JSON as the repository's formatter writes it: members on lines of their own, short values on one line. */
export const formatBooking = (content: object): string => `${format(content, 0, 0)}\n`;

function format(value: unknown, indent: number, before: number): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const oneLine = inline(value);
  if (indent > 0 && indent + before + oneLine.length + 1 <= WIDTH && !isTable(value)) return oneLine;
  const inner = indent + 2;
  const pad = ' '.repeat(inner);
  const members = Array.isArray(value)
    ? value.map((item) => `${pad}${format(item, inner, 0)}`)
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => `${pad}${JSON.stringify(key)}: ${format(member, inner, key.length + 4)}`);
  const [open, close] = Array.isArray(value) ? ['[', ']'] : ['{', '}'];
  return `${open}\n${members.join(',\n')}\n${' '.repeat(indent)}${close}`;
}

/** A list of several objects stands one per line, however short. */
const isTable = (value: object): boolean =>
  Array.isArray(value) &&
  value.length > 1 &&
  value.every((item) => typeof item === 'object' && item !== null);

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  if (members.length === 0) return '{}';
  return `{ ${members.map(([key, member]) => `${JSON.stringify(key)}: ${inline(member)}`).join(', ')} }`;
}
