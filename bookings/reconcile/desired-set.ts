import type { Booking } from '../model/booking.ts';
import type { Charter } from '../model/conflicts.ts';
import type { Reference } from '../model/reference.ts';
import { readNotes, writeNotes, type KnownFile, type Notebook } from './known-files.ts';
import {
  byKey,
  contradictions,
  load,
  readBooking,
  readReference,
  type Source,
  type SourceFile,
} from './load.ts';
import { toDesired, type Desired } from './states.ts';

/** Valid bookings, ready to be compared with the ledger any number of times. */
export interface DesiredSet {
  readonly loaded: { readonly bookings: readonly Charter[]; readonly reference: Reference };
  /** Sorted by booking key. */
  readonly desired: readonly Desired[];
}

/** With a notebook, only files that it does not know are read; views of the others are made when they are looked at. */
export function loadDesired(source: Source, notebook?: Notebook): DesiredSet {
  if (notebook === undefined) return loadAll(source);
  const { reference } = readReference(source.reference);
  const noted = reference && readNotes(notebook, source, reference);
  const known = noted && readOthers(source, reference, noted);
  // What is wrong is for the whole reading to tell.
  if (reference === undefined || known === undefined) return loadAll(source);
  if (noted?.size !== source.bookings.length) writeNotes(notebook, source, known);
  const desired = source.bookings.map((file) => desiredLater(file, reference, known.get(file.path)!));
  const bookings = [...known.values()].map(({ charter }) => charter);
  return { loaded: { reference, bookings: bookings.toSorted(byKey) }, desired: desired.toSorted(byKey) };
}

/** The same, read when it is first looked at: a run with nothing to do never does. */
export function createDesiredSet(source: Source, notebook?: Notebook): DesiredSet {
  let set: DesiredSet | undefined;
  const read = () => (set ??= loadDesired(source, notebook));
  return {
    get loaded() {
      return read().loaded;
    },
    get desired() {
      return read().desired;
    },
  };
}

function loadAll(source: Source): DesiredSet {
  const loaded = load(source);
  return { loaded, desired: loaded.bookings.map(toDesired) };
}

/** What is known of all files; undefined when one is not valid, or two contradict each other. */
function readOthers(
  source: Source,
  reference: Reference,
  noted: ReadonlyMap<string, KnownFile>,
): ReadonlyMap<string, KnownFile> | undefined {
  const known = new Map(noted);
  for (const file of source.bookings) {
    if (known.has(file.path)) continue;
    const reading = readBooking(file, reference);
    if (!reading.ok) return undefined;
    known.set(file.path, toKnown(reading.value));
  }
  const named = [...known].map(
    ([
      path,
      {
        charter: { key },
        ...rest
      },
    ]) => ({ path, key, ...rest }),
  );
  return contradictions(named, reference).length === 0 ? known : undefined;
}

/** Only what is needed of all bookings: with their views, ten thousand take hundreds of megabytes. */
function toKnown(booking: Booking): KnownFile {
  const { key, status, startsAt, endsAt, vessel, guest, crew, exceptions, pageId, rebookedFrom } = booking;
  const charter = { key, status, startsAt, endsAt, vessel, guest: { count: guest.count }, crew, exceptions };
  return { charter, pageId, rebookedFrom, target: toDesired(booking).target };
}

function desiredLater(file: SourceFile, reference: Reference, { charter, target }: KnownFile): Desired {
  let made: Desired | undefined;
  const make = () => (made ??= readAgain(file, reference, target));
  return {
    key: charter.key,
    target,
    get booking() {
      return make().booking;
    },
    get views() {
      return make().views;
    },
    get hashes() {
      return make().hashes;
    },
  };
}

function readAgain(file: SourceFile, reference: Reference, target: string): Desired {
  const reading = readBooking(file, reference);
  const desired = reading.ok ? toDesired(reading.value) : undefined;
  if (desired?.target !== target) throw new Error(`${file.path} is not what was noted about it`);
  return desired;
}
