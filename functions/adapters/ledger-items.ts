import { createHash } from 'node:crypto';
import * as z from 'zod';
import { ARTEFACTS, type Artefact } from '#bookings/model/views.ts';
import type { ArtefactRecord, BookingRecord, KnownViews } from '#bookings/reconcile/ledger.ts';

/** Keys of the ledger's items: `HEAD`, `SHARD#00` … `SHARD#3f`, `BOOKING#<bookingKey>`. */
export const HEAD = 'HEAD';
export const BOOKING_PREFIX = 'BOOKING#';
const SHARDS = 64;

export const SHARD_KEYS: readonly string[] = Array.from({ length: SHARDS }, (_, number) => shardKey(number));

/** The shard that keeps a booking's target. */
export const shardOf = (bookingKey: string): string =>
  shardKey(createHash('sha256').update(bookingKey).digest()[0]! % SHARDS);

function shardKey(number: number): string {
  return `SHARD#${number.toString(16).padStart(2, '0')}`;
}

export const detailKey = (bookingKey: string): string => `${BOOKING_PREFIX}${bookingKey}`;

/** Attribute of a booking's target in its shard. */
export const targetAttribute = (bookingKey: string): string => `t:${bookingKey}`;

/** The targets in a shard: bookingKey → target. */
export const targetsIn = (shard: Readonly<Record<string, unknown>>): [string, string][] =>
  Object.entries(shard)
    .filter(([name]) => name.startsWith('t:'))
    .map(([name, target]) => [name.slice(2), String(target)]);

const manifest = z.record(z.string(), z.string());

/** `HEAD`; every attribute is absent until something first writes it. */
export const headSchema = z.object({
  fence: z.int().default(0),
  /** Who holds the lease, until when, and which request took it. All three go when it is given back. */
  lease_owner: z.string().optional(),
  /** Milliseconds since 1970: instants as text do not sort when some have fractions of a second. */
  lease_expires: z.number().optional(),
  lease_claim: z.string().optional(),
  /** Fence of the last lease that was given back. */
  finished: z.int().default(0),
  /** Fence that the last settling of an empty plan left behind. */
  settled: z.int().default(0),
  seen: z.string().nullable().default(null),
  done: z.string().nullable().default(null),
  digest: z.string().nullable().default(null),
  build_hash: z.string().nullable().default(null),
  shared: manifest.default({}),
  open: z.array(z.string()).default([]),
});
export type Head = z.output<typeof headSchema>;

const artefactRecord = z.object({
  hash: z.string().nullable(),
  manifest: manifest.optional(),
  marks: manifest.optional(),
  remoteId: z.string(),
  revision: z.int(),
  appliedAt: z.string().nullable(),
  attempt: z.object({ hash: z.string(), revision: z.int() }).nullable(),
});

/** A detail item; `fence` is that of the lease under which it was last written. */
const detailSchema = z.object({
  bookingKey: z.string(),
  identity: z.object({ platform: z.string(), id: z.string(), pageId: z.string(), bookedAt: z.string() }),
  revision: z.int(),
  target: z.string(),
  fileHash: z.string(),
  completed: z.boolean(),
  artefacts: z.partialRecord(z.enum(ARTEFACTS), artefactRecord),
  /** By themselves, as they are the most of an item, and to be had from a booking's file as well. */
  views: z.partialRecord(z.enum(ARTEFACTS), z.unknown()).default({}),
  failures: z.partialRecord(
    z.enum([...ARTEFACTS, 'ledger']),
    z.object({ attempts: z.int(), error: z.string(), theirs: z.int().optional() }),
  ),
  endsAt: z.string(),
  cancelled: z.boolean(),
  run: z.string(),
  commit: z.string(),
});

/** Of a detail item, all that is read when its views are known. */
export const WITHOUT_VIEWS: readonly string[] = Object.keys(detailSchema.omit({ views: true }).shape);

export const toDetailItem = ({ artefacts, ...record }: BookingRecord, fence: number) => ({
  pk: detailKey(record.bookingKey),
  fence,
  ...record,
  artefacts: mapArtefacts(artefacts, ({ view: _view, ...state }) => state),
  views: mapArtefacts(artefacts, ({ view }) => view),
});

/** Throws a `ZodError` for an item that this code did not write. */
export function toBookingRecord(item: unknown): BookingRecord {
  const { views, artefacts, ...record } = detailSchema.parse(item);
  return {
    ...record,
    artefacts: mapArtefacts(artefacts, (state, artefact) => ({ ...state, view: views[artefact] ?? null })),
  };
}

/** The record of an item that was read without its views; undefined when one that was applied is not the one known. */
export function withKnownViews(
  item: unknown,
  known: ReadonlyMap<string, KnownViews>,
): BookingRecord | undefined {
  const record = toBookingRecord(item);
  const { views, hashes } = known.get(record.bookingKey)!;
  const isKnown = ({ hash }: ArtefactRecord, artefact: Artefact) =>
    hash === null || hash === hashes[artefact];
  if (!entriesOf(record.artefacts).every(([artefact, state]) => isKnown(state, artefact))) return undefined;
  const artefacts = mapArtefacts(record.artefacts, (state, artefact) => ({
    ...state,
    view: state.hash === null ? null : views[artefact],
  }));
  return { ...record, artefacts };
}

type ByArtefact<T> = Readonly<Partial<Record<Artefact, T>>>;

const entriesOf = <T>(artefacts: ByArtefact<T>): [Artefact, T][] =>
  Object.entries(artefacts) as [Artefact, T][];

const mapArtefacts = <T, R>(artefacts: ByArtefact<T>, map: (value: T, artefact: Artefact) => R) =>
  Object.fromEntries(
    entriesOf(artefacts).map(([artefact, value]) => [artefact, map(value, artefact)]),
  ) as ByArtefact<R>;
