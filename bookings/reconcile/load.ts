import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { bookingFileSchema } from '../model/booking-file.ts';
import { resolveBooking, type Booking } from '../model/booking.ts';
import { sha256 } from '../model/canonical.ts';
import { renderProblem, UserError, type Problem } from '../model/problem.ts';
import { readJson, type Reading } from '../model/read-input.ts';
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
export const readSource = async (root: string): Promise<Source> => ({
  bookings: readJsonFiles(root, 'bookings/data'),
  reference: readJsonFiles(root, 'bookings/reference'),
});

/** One after the other: ten thousand small files at once take the pool of threads four times as long. */
function readJsonFiles(root: string, directory: string): SourceFile[] {
  const folder = join(root, directory);
  // Git keeps no empty folder: where nothing is left, it is not there.
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  // Editors keep files of their own beside, with a dot in front.
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.'));
  const names = files
    .map(({ name }) => name)
    .filter((name) => name.endsWith('.json'))
    .toSorted();
  return names.map((name) => {
    const path = `${directory}/${name}`;
    return { path, text: readFileSync(join(root, path), 'utf8') };
  });
}

/** Hash over the text of all files: equal sources need no second look. */
export const hashSource = ({ reference, bookings }: Source): string => hashFiles([...reference, ...bookings]);

export const hashFiles = (files: readonly SourceFile[]): string =>
  sha256(files.map((file) => `${file.path} ${hashText(file)}\n`).join(''));

/** Of a file that is looked at more than once. */
export function hashText(file: SourceFile): string {
  const known = hashes.get(file);
  if (known !== undefined) return known;
  const hash = sha256(file.text);
  hashes.set(file, hash);
  return hash;
}

const hashes = new WeakMap<SourceFile, string>();

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

  const found: { path: string; booking: Booking }[] = [];
  for (const { path, reading } of files) {
    if (!reading.ok) continue;
    const booking = resolveBooking(path, reading.value, reference);
    if (booking.ok) found.push({ path, booking: booking.value });
    else problems.push(...booking.problems);
  }
  const named = found.map(({ path, booking: { key, pageId, rebookedFrom } }) => ({
    path,
    key,
    pageId,
    rebookedFrom,
  }));
  problems.push(...misnamed(named), ...contradictions(named, reference));
  if (problems.length > 0) return { problems };
  const bookings = found.map(({ booking }) => booking).toSorted(byKey);
  return { problems, loaded: { bookings, reference } };
}

/** One file as `check` reads it, apart from what other files have to do with it. */
export function readBooking({ path, text }: SourceFile, reference: Reference): Reading<Booking> {
  const reading = readJson(path, text, bookingFileSchema);
  const booking = reading.ok ? resolveBooking(path, reading.value, reference) : reading;
  if (!booking.ok) return booking;
  const problems = misnamed([{ path, key: booking.value.key }]);
  return problems.length === 0 ? booking : { ok: false, problems };
}

export const byKey = (one: { readonly key: string }, other: { readonly key: string }): number =>
  one.key < other.key ? -1 : 1;

export function invalid(problems: readonly Problem[]): UserError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const files = new Set(problems.map(({ where }) => where)).size;
  const heading = `${count} in ${files === 1 ? '1 file' : `${files} files`}; nothing was applied.`;
  return new UserError([heading, ...problems.map(renderProblem)].join('\n\n'), problems);
}

export function readReference(files: readonly SourceFile[]): {
  reference?: Reference;
  problems: Problem[];
} {
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

/** A file, and what it says of itself and of others. */
export interface Named {
  readonly path: string;
  readonly key: string;
  readonly pageId: string;
  readonly rebookedFrom: string | undefined;
}

/** What no file shows by itself. */
export const contradictions = (files: readonly Named[], { forgotten }: Reference): Problem[] => [
  ...sharedPageIds(files),
  ...danglingRebookings(files),
  ...notForgotten(files, forgotten),
];

function misnamed(files: readonly Pick<Named, 'path' | 'key'>[]): Problem[] {
  return files
    .filter(({ path, key }) => basename(path) !== `${key}.json`)
    .map(({ path, key }) => ({
      where: path,
      path: 'id',
      expected: `the file name ${key}.json (platform and id, lower case)`,
      found: basename(path),
      remedy: `git mv ${path} bookings/data/${key}.json`,
    }));
}

function sharedPageIds(files: readonly Named[]): Problem[] {
  const first = new Map<string, string>();
  return files.flatMap(({ path, pageId }) => {
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

const notForgotten = (files: readonly Named[], forgotten: Reference['forgotten']): Problem[] =>
  files
    .filter(({ key }) => Object.hasOwn(forgotten, key))
    .map(({ path, key }) => ({
      where: 'bookings/reference/forgotten.json',
      path: key,
      expected: 'bookings without a file',
      found: path,
      remedy: `remove "${key}" from this list, or delete its file again`,
    }));

function danglingRebookings(files: readonly Named[]): Problem[] {
  const keys = new Set(files.map(({ key }) => key));
  return files
    .filter(({ rebookedFrom }) => rebookedFrom !== undefined && !keys.has(rebookedFrom))
    .map(({ path, rebookedFrom }) => ({
      where: path,
      path: 'rebookedFrom',
      expected: 'the key of another booking',
      found: `"${rebookedFrom}"`,
      remedy: 'write platform and id of the replaced booking, like "getmyboat-k7m2p"',
    }));
}
