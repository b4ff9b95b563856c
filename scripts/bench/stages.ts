import { findConflicts } from '#bookings/model/conflicts.ts';
import { applyBookings } from '#bookings/reconcile/apply.ts';
import { loadDesired, type DesiredSet } from '#bookings/reconcile/desired-set.ts';
import type { Notebook } from '#bookings/reconcile/known-files.ts';
import type { Manifest } from '#bookings/reconcile/ledger.ts';
import { readSource } from '#bookings/reconcile/load.ts';
import type { GuestSite } from '#bookings/reconcile/ports.ts';
import { digestOf, prepare } from '#bookings/reconcile/prepare.ts';
import type { Run } from '#bookings/reconcile/run.ts';
import { createForgetfulPorts, type Gauge } from './forgetful.ts';

/** What each stage of a pipeline costs with so many bookings, in one process; all of them are new to the outside world. */
export interface Stages {
  readonly bookings: number;
  /** Milliseconds, by what was done. */
  readonly times: Readonly<Record<string, number>>;
  /** Of the apply. */
  readonly gauge: Gauge;
  /** Bookings applied → mebibytes that the process had then. */
  readonly memory: readonly (readonly [applied: number, mebibytes: number])[];
}

/** Before the first charter of all. */
const NOW = '2026-12-15T20:00:00Z';

/** Below `directory` are `bookings/data` and `bookings/reference`, as `createCheckout` makes them. */
export async function measureStages(directory: string, site: GuestSite): Promise<Stages> {
  const times: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    times[name] = performance.now() - start;
    return result;
  };
  const source = await timed('read files', () => readSource(directory));
  const notebook = createNotebook();
  await timed('load: parse, check, views, hashes', () => loadDesired(source));
  loadDesired(source, notebook);
  const set = await timed('load, files known', () => loadDesired(source, notebook));
  await timed('check: conflicts', () => conflictsIn(set));
  await timed('render and hash all pages', () => renderAll(set, site));
  const memory: [number, number][] = [];
  let applied = 0;
  const { ports, gauge } = createForgetfulPorts(site, () => {
    applied += 1;
    if (SAMPLES.includes(applied)) memory.push([applied, process.memoryUsage.rss() / 2 ** 20]);
  });
  await timed('plan, all new', () => prepare(set, NOW, ports));
  const run = runOf(digestOf(source, site, 'bench'));
  const outcome = await timed('plan and apply, all new', () => applyBookings(set, run, ports));
  if (outcome.status !== 'applied') throw new Error(`The apply ended as ${outcome.status}`);
  return { bookings: set.desired.length, times, gauge, memory };
}

/** Only confirmed charters are released, five in six. */
const SAMPLES = [2000, 4000, 8000];

function createNotebook(): Notebook {
  let kept: string | undefined;
  return { program: 'bench', read: () => kept, write: (text) => void (kept = text) };
}

const conflictsIn = ({ loaded: { bookings, reference } }: DesiredSet) =>
  findConflicts(bookings, { limits: reference.limits, now: NOW });

/** As a plan does after a template was changed. */
async function renderAll({ desired }: DesiredSet, site: GuestSite): Promise<number> {
  const pages = desired.map(({ views }) => ({ view: views.page, revision: 1 }));
  const manifests: readonly Manifest[] = site.hash === undefined ? [] : await site.hash(pages);
  return manifests.filter((manifest) => Object.values(manifest).some((hash) => hash !== '')).length;
}

const runOf = (digest: string): Run => ({
  ...{ id: 'bench', commit: 'bench', digest, now: NOW, approved: null, refresh: false },
  allow: async () => ({ recipients: 99_999, cancel: 99_999 }),
  includes: async () => true,
  clock: () => performance.now(),
  report: () => undefined,
});
