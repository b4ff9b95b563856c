import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../repository.ts';
import { machine, renderTable, spreadOf, type Spread } from './figures.ts';

/** Times are in milliseconds. */
export interface ProgramRow extends Spread {
  readonly section: 'program';
  readonly resources: number;
  /** What the median should not exceed. */
  readonly target: number;
}

const RUNS = 5;
const TARGET = 5_000;

/** The Pulumi program under its test runtime, as a whole process each time. */
export async function measureProgram(): Promise<ProgramRow[]> {
  const runs = [];
  for (let index = 0; index <= RUNS; index++) runs.push(await run());
  // The first one warms the disk.
  const times = runs.slice(1).map(({ milliseconds }) => milliseconds);
  return [{ section: 'program', resources: runs[0]!.resources, target: TARGET, ...spreadOf(times) }];
}

async function run(): Promise<{ milliseconds: number; resources: number }> {
  const program = join(ROOT, 'scripts/bench/measure-program.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  return JSON.parse(stdout) as { milliseconds: number; resources: number };
}

export const renderProgram = (rows: readonly ProgramRow[]): string =>
  renderTable(`The Pulumi program under its test runtime, ${RUNS} runs (${machine()})`, [
    ['resources', 'median ms', 'at most', 'min–max'],
    ...rows.map(({ resources, median, target, fastest, slowest }) => [
      String(resources),
      median.toFixed(0),
      String(target),
      `${fastest.toFixed(0)}–${slowest.toFixed(0)}`,
    ]),
  ]);
