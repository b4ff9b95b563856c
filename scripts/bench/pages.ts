import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { toPageView, type PageView } from '#bookings/model/views/page.ts';
import { load, readSource } from '#bookings/reconcile/load.ts';
import { buildDirectory } from '../connect.ts';
import { writeBookings } from './checkout.ts';
import { machine, renderTable, spreadOf, type Spread } from './figures.ts';

export interface PageRow extends Spread {
  readonly section: 'pages';
  readonly name: string;
  readonly unit: 'ms' | 's' | 'MiB';
  /** What the median should not exceed; null where nothing is asked for. */
  readonly target: number | null;
}

const MANY = 10_000;
const RUNS = 9;
/** Renders after which the first ones, that compile, no longer count. */
const WARM_AFTER = 1000;

/**
 * What it costs to render a booking's page in both languages with its calendar file, and to hash all of it, with the site
 * of a checkout that `createCheckout` made.
 */
export async function measurePages(checkout: string): Promise<PageRow[]> {
  const build = join(buildDirectory(checkout), 'guest');
  const directory = await mkdtemp(join(tmpdir(), 'bosun-bench-'));
  try {
    const views = await generateViews(checkout, MANY);
    const [one, many] = [join(directory, 'one.json'), join(directory, 'many.json')];
    await writeFile(one, JSON.stringify(views.slice(0, 1)));
    await writeFile(many, JSON.stringify(views));
    const single: number[] = [];
    for (let run = 0; run < RUNS; run++) single.push((await render(build, one)).seconds * 1000);
    return toRows(single, await render(build, many));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** By way of booking files and reference data: no view that no file could lead to. */
async function generateViews(checkout: string, count: number): Promise<PageView[]> {
  await writeBookings(checkout, count);
  return load(await readSource(checkout)).bookings.map(toPageView);
}

interface Rendered {
  /** Of the whole process, from its start to its end. */
  readonly seconds: number;
  /** Of each booking. */
  readonly milliseconds: readonly number[];
  readonly peakMebibytes: number;
}

async function render(build: string, viewsFile: string): Promise<Rendered> {
  const program = fileURLToPath(new URL('render.ts', import.meta.url));
  const start = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [program, build, viewsFile], {
    maxBuffer: 16 * 1024 * 1024,
  });
  const seconds = (performance.now() - start) / 1000;
  return { seconds, ...(JSON.parse(stdout) as Omit<Rendered, 'seconds'>) };
}

/** A booking has its page in two languages, and a calendar file, whose cost the pages bear. */
const PAGES = 2;

function toRows(single: readonly number[], many: Rendered): PageRow[] {
  const warm = many.milliseconds.slice(WARM_AFTER);
  const pages = PAGES * MANY;
  return [
    row(
      'one changed page, warm',
      'ms',
      0.5,
      warm.map((each) => each / PAGES),
    ),
    row('one changed booking, warm', 'ms', null, warm),
    row('one booking, whole process', 'ms', 300, single),
    row(`${MANY} pages of ${pages}`, 's', 6, [(many.seconds * MANY) / pages]),
    row(`${pages} pages, whole process`, 's', null, [many.seconds]),
    row(`${pages} pages, peak memory`, 'MiB', 512, [many.peakMebibytes]),
  ];
}

const row = (
  name: string,
  unit: PageRow['unit'],
  target: number | null,
  runs: readonly number[],
): PageRow => ({
  section: 'pages',
  name,
  unit,
  target,
  ...spreadOf(runs),
});

export const renderPages = (rows: readonly PageRow[]): string =>
  renderTable(`Guest pages: both languages, calendar file, hashes (${machine()})`, [
    ['what', 'median', 'target', 'min–max'],
    ...rows.map(({ name, unit, median, target, fastest, slowest }) => [
      name,
      `${round(median)} ${unit}`,
      target === null ? '' : `${target} ${unit}`,
      `${round(fastest)}–${round(slowest)}`,
    ]),
  ]);

const round = (figure: number): string => (figure < 10 ? figure.toFixed(2) : figure.toFixed(0));
