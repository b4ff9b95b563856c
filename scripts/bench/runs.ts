import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BookingFileInput } from '#bookings/model/booking-file.ts';
import { loadDesired } from '#bookings/reconcile/desired-set.ts';
import { readSource } from '#bookings/reconcile/load.ts';
import { createGuestSite } from '#site/guest-site.ts';
import { ROOT } from '../repository.ts';
import { awsCredentialsFor, openLocalKeys } from '../stack/credentials.ts';
import { startStack, type Stack } from '../stack/stack.ts';
import { countCalls, isWrite, stepsOf, type Call, type Watched } from './calls.ts';
import { fileOf, runIn, writeBookings } from './checkout.ts';
import { fillLedger } from './fill-ledger.ts';
import { spreadOf, type Spread } from './figures.ts';

/** Whole processes, from their start to their end, against a local stack whose ledger knows so many bookings. */
export interface RunRow extends Omit<Watched, 'calls'> {
  readonly section: 'runs';
  readonly bookings: number;
  readonly name: string;
  readonly seconds: Spread;
  readonly calls: number;
  readonly writes: number;
  /** Calls none of which could begin before the one before was answered. */
  readonly steps: number;
  readonly kinds: readonly [name: string, count: number][];
}

const RUNS = 5;
/** Before the first charter of all. */
const NOW = '2026-12-15T12:00:00-08:00';
const ONLOOKER = 'bench-onlooker';

/** Measures in the checkout that this code belongs to, which `createCheckout` made; its bookings are replaced. */
export async function measureRuns(count: number): Promise<RunRow[]> {
  const checkout = ROOT;
  const directory = await mkdtemp(join(tmpdir(), 'bosun-bench-'));
  try {
    const bookings = await writeBookings(checkout, count);
    return await againstStack(directory, async (stack) => {
      await rememberAll(stack, checkout, directory);
      return measureAll({ checkout, directory, count, bookings });
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function againstStack<T>(directory: string, measure: (stack: Stack) => Promise<T>): Promise<T> {
  // Where clocks differ, AWS's clients make their first calls twice.
  const clockOffset = Math.min(0, Date.parse(NOW) - Date.now());
  const stack = await startStack({
    directory,
    root: ROOT,
    clockOffset,
    commit: NO_COMMIT,
    onlooker: ONLOOKER,
  });
  try {
    return await measure(stack);
  } finally {
    await stack.close();
  }
}

/** The checkout has no history. */
const NO_COMMIT = 'uncommitted';

async function rememberAll({ endpoints }: Stack, checkout: string, directory: string): Promise<void> {
  const { edge: guestUrl, photosOrigin, tables, region, aws } = endpoints;
  const build = join(checkout, '.build');
  const site = await createGuestSite(join(build, 'guest'), {
    guestUrl,
    photosOrigin,
    portalFiles: join(build, 'portal/client'),
  });
  const { desired } = loadDesired(await readSource(checkout));
  const keys = openLocalKeys(join(directory, 'state/keys.json'));
  const access = { region, endpoint: aws.endpoint, credentials: awsCredentialsFor(ONLOOKER, keys) };
  await fillLedger(tables.ledger, access, { desired, site, commit: NO_COMMIT, now: NOW });
}

interface Setting {
  readonly checkout: string;
  readonly directory: string;
  /** Files, and a few bookings more. */
  readonly count: number;
  readonly bookings: readonly BookingFileInput[];
}

async function measureAll(setting: Setting): Promise<RunRow[]> {
  const { checkout, directory, count, bookings } = setting;
  const apply = () => watch(checkout, ['scripts/apply.ts', '--dir', directory]);
  const row = (name: string, runs: readonly Timed[]) => toRow(name, count, runs);
  // The first run finds that the ledger is right, and notes its digest.
  const first = await apply();
  const unchanged = await repeat(RUNS, apply);
  // The first change of a page finds no object to replace.
  await amend(setting, 0);
  await apply();
  const changed: Timed[] = [];
  for (let run = 1; run <= RUNS; run++) {
    await amend(setting, run);
    changed.push(await apply());
  }
  const spare = bookings.slice(count).find(({ status }) => status === 'confirmed')!;
  await writeFile(join(checkout, fileOf(spare)), JSON.stringify(spare));
  const created = await apply();
  await changeTemplate(checkout, count);
  const rebuilt = await watch(checkout, ['scripts/plan.ts', '--dir', directory, '--json']);
  return [
    row('unknown files, nothing changed', [first]),
    row('nothing changed', unchanged),
    row('one page changed', changed),
    row('one new booking', [created]),
    row('new template, plan', [rebuilt]),
  ];
}

async function repeat(times: number, run: () => Promise<Timed>): Promise<Timed[]> {
  const runs: Timed[] = [];
  for (let time = 0; time < times; time++) runs.push(await run());
  return runs;
}

/** Something that only the guest's page shows. */
async function amend({ checkout, bookings }: Setting, minute: number): Promise<void> {
  const booking = bookings.find(({ status }) => status === 'confirmed')!;
  const { count } = booking.guest;
  const at = `2026-11-20T10:0${minute}:00-08:00`;
  const amendments = [
    ...(booking.amendments ?? []),
    { at, field: 'guest.count', from: count + 1, to: count },
  ];
  await writeFile(join(checkout, fileOf(booking)), JSON.stringify({ ...booking, amendments }));
}

/** Every page has this text, so every page changes. */
async function changeTemplate(checkout: string, number: number): Promise<void> {
  const folder = join(checkout, 'site/guest/content/en');
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.md')).toSorted();
  const file = join(folder, name!);
  await writeFile(file, `${await readFile(file, 'utf8')}\nOne more sentence for ${number} bookings.\n`);
  await runIn(checkout, 'scripts/pipeline.ts', 'build');
}

/** As package.json starts commands. */
const STARTED_WITH = ['--max-semi-space-size=8', '--import', './scripts/compile-cache.js'];

interface Timed extends Watched {
  readonly seconds: number;
}

async function watch(checkout: string, args: readonly string[]): Promise<Timed> {
  const file = join(checkout, 'calls.json');
  const watcher = fileURLToPath(new URL('watch-calls.ts', import.meta.url));
  const start = performance.now();
  await promisify(execFile)(process.execPath, [...STARTED_WITH, '--import', watcher, ...args], {
    cwd: checkout,
    env: { ...process.env, BENCH_CALLS: file },
    maxBuffer: 1024 * 1024 * 1024,
  });
  const seconds = (performance.now() - start) / 1000;
  return { seconds, ...(JSON.parse(await readFile(file, 'utf8')) as Watched) };
}

/** Calls are those of the last run: all of a kind make the same. */
function toRow(name: string, bookings: number, runs: readonly Timed[]): RunRow {
  const { calls } = runs.at(-1)!;
  return {
    section: 'runs',
    bookings,
    name,
    seconds: spreadOf(runs.map(({ seconds }) => seconds)),
    cpuMilliseconds: spreadOf(runs.map(({ cpuMilliseconds }) => cpuMilliseconds)).median,
    peakMebibytes: Math.max(...runs.map(({ peakMebibytes }) => peakMebibytes)),
    calls: calls.length,
    writes: calls.filter(isWrite).length,
    steps: stepsOf(calls).length,
    kinds: countCalls(calls.toSorted((one: Call, other: Call) => one.start - other.start)),
  };
}
