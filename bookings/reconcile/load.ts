import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { bookingFileSchema } from '../model/booking-file.ts';
import { resolveBooking, type Booking } from '../model/booking.ts';
import { sha256 } from '../model/canonical.ts';
import { bookingKeyOf } from '../model/ids.ts';
import { renderProblem, UserError, type Problem } from '../model/problem.ts';
import { readJson } from '../model/read-input.ts';
import { referenceSchemas, type Reference } from '../model/reference.ts';

/** A file with its path as people see it, relative to the repository. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** All booking and reference files as they are on disk, unread. */
export interface Source {
  readonly bookings: readonly SourceFile[];
  readonly reference: readonly SourceFile[];
}

/** A valid set: every file was readable and no two contradict each other. Sorted by booking key. */
export interface Loaded {
  readonly bookings: readonly Booking[];
  readonly reference: Reference;
}

/** Reads `bookings/data/*.json` and `bookings/reference/*.json` below a directory. */
export async function readSource(root: string): Promise<Source> {
  const [bookings, reference] = await Promise.all([
    readJsonFiles(root, 'bookings/data'),
    readJsonFiles(root, 'bookings/reference'),
  ]);
  return { bookings, reference };
}

async function readJsonFiles(root: string, directory: string): Promise<SourceFile[]> {
  const entries = await readdir(join(root, directory), { withFileTypes: true });
  // Editors keep files of their own beside, with a dot in front.
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  const names = files
    .map(({ name }) => name)
    .filter((name) => name.endsWith('.json'))
    .toSorted();
  return Promise.all(
    names.map(async (name) => {
      const path = `${directory}/${name}`;
      return { path, text: await readFile(join(root, path), 'utf8') };
    }),
  );
}

/** Hash over the text of all files: equal sources need no second look. */
export const hashSource = (source: Source): string =>
  sha256(
    [...source.reference, ...source.bookings].map(({ path, text }) => `${path} ${sha256(text)}\n`).join(''),
  );

/** Reads a whole set. Throws {@link UserError} with *all* problems of all files; one bad file stops the set. */
export function load(source: Source): Loaded {
  const found = check(source);
  if (found.problems.length > 0) throw invalid(found.problems);
  return found.loaded!;
}

/** All problems of all files, and the set when there are none. */
export function check(source: Source): { problems: Problem[]; loaded?: Loaded } {
  const { reference, problems } = readReference(source.reference);
  const files = source.bookings.map(({ path, text }) => ({
    path,
    reading: readJson(path, text, bookingFileSchema),
  }));
  problems.push(...files.flatMap(({ reading }) => (reading.ok ? [] : reading.problems)));
  if (reference === undefined) return { problems };

  const bookings: { path: string; booking: Booking }[] = [];
  for (const { path, reading } of files) {
    if (!reading.ok) continue;
    const booking = resolveBooking(path, reading.value, reference);
    if (booking.ok) bookings.push({ path, booking: booking.value });
    else problems.push(...booking.problems);
  }
  problems.push(
    ...misnamed(bookings),
    ...sharedPageIds(bookings),
    ...danglingRebookings(bookings),
    ...notForgotten(bookings, reference.forgotten),
  );
  if (problems.length > 0) return { problems };
  const sorted = bookings
    .map(({ booking }) => booking)
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
  return { problems, loaded: { bookings: sorted, reference } };
}

export function invalid(problems: readonly Problem[]): UserError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const files = new Set(problems.map(({ where }) => where)).size;
  const heading = `${count} in ${files === 1 ? '1 file' : `${files} files`}; nothing was applied.`;
  return new UserError([heading, ...problems.map(renderProblem)].join('\n\n'), problems);
}

function readReference(files: readonly SourceFile[]): { reference?: Reference; problems: Problem[] } {
  const problems: Problem[] = [];
  const reference: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(referenceSchemas)) {
    const path = `bookings/reference/${name}.json`;
    const file = files.find((candidate) => candidate.path === path);
    if (file === undefined) {
      problems.push({
        where: path,
        path: '',
        expected: 'this file',
        found: 'nothing',
        remedy: 'restore it from git',
      });
      continue;
    }
    const reading = readJson(path, file.text, schema);
    if (reading.ok) reference[name] = reading.value;
    else problems.push(...reading.problems);
  }
  return problems.length > 0 ? { problems } : { reference: reference as unknown as Reference, problems };
}

type Resolved = readonly { path: string; booking: Booking }[];

function misnamed(bookings: Resolved): Problem[] {
  return bookings
    .filter(({ path, booking }) => basename(path) !== `${bookingKeyOf(booking.platform, booking.id)}.json`)
    .map(({ path, booking }) => ({
      where: path,
      path: 'id',
      expected: `the file name ${booking.key}.json (platform and id, lower case)`,
      found: basename(path),
      remedy: `git mv ${path} bookings/data/${booking.key}.json`,
    }));
}

function sharedPageIds(bookings: Resolved): Problem[] {
  const first = new Map<string, string>();
  return bookings.flatMap(({ path, booking: { pageId } }) => {
    const other = first.get(pageId);
    if (other === undefined) {
      first.set(pageId, path);
      return [];
    }
    return [
      {
        where: path,
        path: 'pageId',
        expected: 'a page id that no other booking has',
        found: `"${pageId}", which ${other} has too`,
        remedy: 'give the newer booking another one (`npm run booking -- new` chooses a free one)',
      },
    ];
  });
}

const notForgotten = (bookings: Resolved, forgotten: Reference['forgotten']): Problem[] =>
  bookings
    .filter(({ booking: { key } }) => Object.hasOwn(forgotten, key))
    .map(({ path, booking: { key } }) => ({
      where: 'bookings/reference/forgotten.json',
      path: key,
      expected: 'bookings without a file',
      found: path,
      remedy: `remove "${key}" from this list, or delete its file again`,
    }));

function danglingRebookings(bookings: Resolved): Problem[] {
  const keys = new Set(bookings.map(({ booking }) => booking.key));
  return bookings
    .filter(({ booking: { rebookedFrom } }) => rebookedFrom !== undefined && !keys.has(rebookedFrom))
    .map(({ path, booking }) => ({
      where: path,
      path: 'rebookedFrom',
      expected: 'the key of another booking',
      found: `"${booking.rebookedFrom}"`,
      remedy: 'write platform and id of the replaced booking, like "getmyboat-k7m2p"',
    }));
}
