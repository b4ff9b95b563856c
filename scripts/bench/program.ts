import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../repository.ts';
import { machine, renderTable, spreadOf, type Spread } from './figures.ts';

/** Times are in milliseconds. */
export interface ProgramRow extends Spread {
  readonly section: 'program';
  readonly resources: number;
  /** Of the processor, which a busy machine does not lengthen; the median. */
  readonly cpuMilliseconds: number;
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
  const counted = runs.slice(1);
  const cpuMilliseconds = spreadOf(counted.map(({ cpu }) => cpu)).median;
  const times = spreadOf(counted.map(({ milliseconds }) => milliseconds));
  return [{ section: 'program', resources: runs[0]!.resources, target: TARGET, cpuMilliseconds, ...times }];
}

interface Run {
  readonly milliseconds: number;
  readonly cpu: number;
  readonly resources: number;
}

async function run(): Promise<Run> {
  const program = join(ROOT, 'scripts/bench/measure-program.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  return JSON.parse(stdout) as Run;
}

export const renderProgram = (rows: readonly ProgramRow[]): string =>
  renderTable(`The Pulumi program under its test runtime, ${RUNS} runs (${machine()})`, [
    ['resources', 'median ms', 'at most', 'min–max', 'CPU ms'],
    ...rows.map(({ resources, median, target, fastest, slowest, cpuMilliseconds }) => [
      String(resources),
      median.toFixed(0),
      String(target),
      `${fastest.toFixed(0)}–${slowest.toFixed(0)}`,
      cpuMilliseconds.toFixed(0),
    ]),
  ]);
