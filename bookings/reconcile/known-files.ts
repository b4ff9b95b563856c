import type { ConflictRule, Status } from '../model/booking-file.ts';
import { sha256 } from '../model/canonical.ts';
import type { Charter } from '../model/conflicts.ts';
import type { Reference } from '../model/reference.ts';
import type { Instant } from '../model/time.ts';
import { hashFiles, hashText, type Source, type SourceFile } from './load.ts';

/**
 * Keeps between runs what reading files has shown, so that of ten thousand only those that changed are read. Nothing in
 * it is believed but for the same text, the same reference data and the same program.
 */
export interface Notebook {
  /** Hash over the program and all that it runs on. */
  readonly program: string;
  read(): string | undefined;
  write(text: string): void;
}

/** What a plan has to know of a valid file whose booking did not change. */
export interface KnownFile {
  readonly charter: Charter;
  readonly pageId: string;
  readonly rebookedFrom: string | undefined;
  readonly target: string;
}

/** What was noted about files as they are, by their path. */
export function readNotes(
  notebook: Notebook,
  source: Source,
  reference: Reference,
): ReadonlyMap<string, KnownFile> {
  const notes = readSheet(notebook.read() ?? '', stampOf(notebook, source));
  const resolver = createResolver(reference);
  const known = source.bookings.flatMap((file): [string, KnownFile][] => {
    const note = notes[file.path];
    return note?.text === hashText(file) ? [[file.path, resolver(note)]] : [];
  });
  return new Map(known);
}

/** Notes what is known of all files, in place of what was there. */
export function writeNotes(notebook: Notebook, source: Source, known: ReadonlyMap<string, KnownFile>): void {
  const notes = source.bookings.map((file): [string, Note] => [
    file.path,
    toNote(file, known.get(file.path)!),
  ]);
  const body = JSON.stringify(Object.fromEntries(notes));
  notebook.write(`${stampOf(notebook, source)}\n${sha256(body)}\n${body}`);
}

/** What of a booking is the same for the same text, reference data and program; it names nobody outside the crew. */
interface Note {
  /** Hash of the file's text. */
  readonly text: string;
  readonly target: string;
  readonly key: string;
  readonly pageId: string;
  readonly rebookedFrom: string | undefined;
  readonly status: Status;
  readonly startsAt: Instant;
  readonly endsAt: Instant;
  readonly vessel: string;
  readonly guests: number;
  readonly crew: readonly { readonly role: string; readonly member: string | null }[];
  readonly exceptions: readonly ConflictRule[];
}

const stampOf = ({ program }: Notebook, { reference }: Source): string =>
  sha256(`${program} ${hashFiles(reference)}`);

/** Anything but a whole sheet of this very program is as good as none; what is, has the form that it writes. */
function readSheet(text: string, stamp: string): Readonly<Record<string, Note>> {
  const [of, hash, body = ''] = text.split('\n');
  return of === stamp && hash === sha256(body) ? (JSON.parse(body) as Record<string, Note>) : {};
}

function toNote(file: SourceFile, { charter, pageId, rebookedFrom, target }: KnownFile): Note {
  const { key, status, startsAt, endsAt, vessel, guest, crew, exceptions } = charter;
  return {
    ...{ text: hashText(file), target, key, pageId, rebookedFrom, status, startsAt, endsAt },
    vessel: vessel.key,
    guests: guest.count,
    crew: crew.map(({ role, member }) => ({ role, member: member?.key ?? null })),
    exceptions: exceptions.map(({ rule }) => rule),
  };
}

/** Puts back what notes only name. */
function createResolver({ fleet, crew: { members } }: Reference): (note: Note) => KnownFile {
  const vessels = new Map(Object.entries(fleet.vessels).map(([key, vessel]) => [key, { key, ...vessel }]));
  const people = new Map(Object.entries(members).map(([key, { name }]) => [key, { key, name }]));
  return ({
    target,
    pageId,
    rebookedFrom,
    key,
    status,
    startsAt,
    endsAt,
    vessel,
    guests,
    crew,
    exceptions,
  }) => ({
    ...{ target, pageId, rebookedFrom },
    charter: {
      ...{ key, status, startsAt, endsAt },
      vessel: vessels.get(vessel)!,
      guest: { count: guests },
      crew: crew.map(({ role, member }) => ({ role, member: member === null ? null : people.get(member)! })),
      exceptions: exceptions.map((rule) => ({ rule })),
    },
  });
}
