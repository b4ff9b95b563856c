import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import type { Instant } from '#bookings/model/time.ts';
import { applyBookings, type Outcome } from '#bookings/reconcile/apply.ts';
import type { Allowances } from '#bookings/reconcile/guard.ts';
import type { Source } from '#bookings/reconcile/load.ts';
import {
  createMemoryBoard,
  createMemoryCalendar,
  createMemoryCrew,
  createMemoryPages,
  createMemorySite,
} from '#bookings/reconcile/memory.ts';
import { createMemoryLedger } from '#bookings/reconcile/memory-ledger.ts';
import type { Ports } from '#bookings/reconcile/ports.ts';
import { loadDesired } from '#bookings/reconcile/desired-set.ts';
import { digestOf, prepare } from '#bookings/reconcile/prepare.ts';
import { sourceOf } from '#test/fixtures/bookings.ts';

interface ApplyOptions {
  /** Checksum of the plan that somebody approved. */
  readonly approved?: string;
  readonly allow?: Allowances;
  /** Replaces ports, to make them fail. */
  readonly tamper?: (ports: Ports) => Ports;
  /** Compares everything with the outside world. */
  readonly refresh?: boolean;
  readonly includes?: (commit: string) => Promise<boolean>;
}

/** A whole world in memory, and the two things one can do to it. */
export function createMemoryWorld(start: Instant = '2026-11-21T12:00:00Z') {
  let time = start;
  let build = 'one';
  let run = 0;
  const now = () => time;
  const kept = {
    ledger: createMemoryLedger({ now }),
    pages: createMemoryPages(),
    calendar: createMemoryCalendar(),
    crew: createMemoryCrew({ now }),
    board: createMemoryBoard(),
  };
  const ports = (): Ports & typeof kept => ({ ...kept, site: createMemorySite(build) });

  return {
    ...kept,
    setTime: (instant: Instant) => (time = instant),
    setBuild: (name: string) => (build = name),
    plan: async (...files: BookingFileInput[]) =>
      (await prepare(loadDesired(sourceOf(...files)), time, ports())).plan,
    /** The same, compared with the outside world. */
    refresh: async (files: BookingFileInput[], tamper = (used: Ports) => used) =>
      (await prepare(loadDesired(sourceOf(...files)), time, tamper(ports()), { refresh: true })).plan,
    /** Applies files, through ports that a test may have tampered with. */
    apply(files: BookingFileInput[] | Source, options: ApplyOptions = {}): Promise<Outcome> {
      const source = Array.isArray(files) ? sourceOf(...files) : files;
      const used = options.tamper ? options.tamper(ports()) : ports();
      run += 1;
      const context = {
        id: `run-${run}`,
        commit: `commit-${run}`,
        digest: digestOf(source, used.site, 'test'),
        now: time,
        approved: options.approved ?? null,
        refresh: options.refresh ?? false,
        clock: () => Date.parse(time),
        allow: async () => options.allow ?? {},
        includes: options.includes ?? (async () => true),
        report: () => undefined,
      };
      return applyBookings(loadDesired(source), context, used);
    },
    /** Everything outside, without revisions: what two histories with the same end must agree on. */
    outside: () => ({
      pages: Object.fromEntries([...kept.pages.objects].map(([key, { object }]) => [key, object.body])),
      calendar: viewsIn(kept.calendar.entries),
      events: viewsIn(kept.crew.events),
      cards: viewsIn(kept.board.entries),
    }),
    mails: () => [...kept.crew.mailbox.keys()].map((id) => id.split('#').slice(1, 3).join(' ')).toSorted(),
  };
}

const viewsIn = (entries: ReadonlyMap<string, { view: unknown }>) =>
  Object.fromEntries([...entries].map(([key, { view }]) => [key, view]));
