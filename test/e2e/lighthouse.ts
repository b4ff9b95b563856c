import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { confirmed } from './bookings.ts';
import { browserProgram } from './browser.ts';
import build from './build.ts';
import { startWorld } from './world.ts';

/**
 * Fetched by npx when it is wanted: with all it brings along it is larger than the rest of the tools together. Version
 * 13.5.0 takes any page that has a Referrer-Policy header for one that was not loaded.
 */
const LIGHTHOUSE = 'lighthouse@13.0.1';
const CATEGORIES = ['performance', 'accessibility', 'best-practices'] as const;
const LEAST = 99;
const RUNS = 3;

interface Report {
  readonly categories: Record<(typeof CATEGORIES)[number], { readonly score: number | null }>;
  readonly audits: Record<
    string,
    { readonly score: number | null; readonly displayValue?: string; readonly title: string }
  >;
}
const METRICS = [
  'first-contentful-paint',
  'largest-contentful-paint',
  'total-blocking-time',
  'cumulative-layout-shift',
];

/** `npm run lighthouse` audits a guest's page as on a phone and fails below 99. It is no test: a figure of time depends on the machine. */
async function audit(url: string, folder: string): Promise<Report> {
  const file = join(folder, 'report.json');
  const { program, flags } = await browserProgram();
  await promisify(execFile)(
    'npx',
    [
      '--yes',
      LIGHTHOUSE,
      url,
      '--quiet',
      '--output=json',
      `--output-path=${file}`,
      `--only-categories=${CATEGORIES.join(',')}`,
      `--chrome-flags=${flags.join(' ')}`,
    ],
    { env: { ...process.env, ...(program !== undefined && { CHROME_PATH: program }) }, maxBuffer: 2 ** 26 },
  );
  return JSON.parse(await readFile(file, 'utf8')) as Report;
}

const percent = (score: number | null): number => Math.round((score ?? 0) * 100);
const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[values.length >> 1]!;

function describe(name: string, reports: readonly Report[]): boolean {
  const scores = CATEGORIES.map((category) =>
    median(reports.map((one) => percent(one.categories[category].score))),
  );
  process.stdout.write(
    `${name}: ${CATEGORIES.map((category, at) => `${category} ${scores[at]}`).join(', ')}\n`,
  );
  const { audits } = reports[0]!;
  process.stdout.write(
    `  ${METRICS.map((metric) => `${metric} ${audits[metric]?.displayValue ?? '–'}`).join(', ')}\n`,
  );
  for (const { title, score } of Object.values(audits))
    if (score !== null && score < 0.9) process.stdout.write(`  ${percent(score)} ${title}\n`);
  return scores.every((score) => score >= LEAST);
}

await build();
const folder = await mkdtemp(join(tmpdir(), 'bosun-lighthouse-'));
const world = await startWorld();
try {
  await world.apply([confirmed()]);
  const isGood: boolean[] = [];
  for (const path of ['/g/xhqgmdh', '/g/xhqgmdh/es']) {
    const reports: Report[] = [];
    for (let run = 0; run < RUNS; run++) reports.push(await audit(world.endpoints.edge + path, folder));
    isGood.push(describe(path, reports));
  }
  process.exitCode = isGood.every(Boolean) ? 0 : 1;
} finally {
  await world.close();
  await rm(folder, { recursive: true, force: true });
}
