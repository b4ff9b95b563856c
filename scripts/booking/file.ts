import { mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { bookingFileSchema, type BookingFileInput } from '#bookings/model/booking-file.ts';
import { readJson } from '#bookings/model/read-input.ts';
import { check, invalid, readSource } from '#bookings/reconcile/load.ts';
import { keyOfPath, pageIdIn, pickBooking } from './find.ts';

/** A booking file that a command works on, as written, so that nothing a person put there is lost. */
export interface OpenFile {
  readonly path: string;
  readonly content: BookingFileInput;
}

/** Finds a booking by key, confirmation code, page id or file name, in any letter case. Throws {@link UserError} with the choices. */
export async function findBooking(root: string, words: string): Promise<OpenFile> {
  const { bookings } = await readSource(root);
  const choices = bookings.map((file) => ({
    ...file,
    key: keyOfPath(file.path),
    pageId: pageIdIn(file.text),
  }));
  const { path, text } = pickBooking(choices, words);
  const reading = readJson(path, text, bookingFileSchema);
  if (!reading.ok) throw invalid(reading.problems);
  return { path, content: JSON.parse(text) as BookingFileInput };
}

/** Writes a booking file, but only if the whole set is valid with it; otherwise nothing changes. */
export async function saveBooking(root: string, { path, content }: OpenFile): Promise<void> {
  const text = formatBooking(content);
  const source = await readSource(root);
  const others = source.bookings.filter((file) => file.path !== path);
  const { problems } = check({ ...source, bookings: [...others, { path, text }] });
  if (problems.length > 0) throw invalid(problems);
  const target = join(root, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(`${target}.new`, text);
  await rename(`${target}.new`, target);
}

/** Page ids in use, and whether a file exists. */
export async function takenNames(root: string): Promise<{ pageIds: Set<string>; files: Set<string> }> {
  const { bookings } = await readSource(root);
  const pageIds = bookings.flatMap(({ text }) => pageIdIn(text) ?? []);
  return { pageIds: new Set(pageIds), files: new Set(bookings.map(({ path }) => basename(path))) };
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
