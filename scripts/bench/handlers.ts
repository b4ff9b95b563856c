import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { buildFunctions } from '../build-functions.ts';
import { buildPortal } from '../build-site.ts';
import { buildDirectory } from '../connect.ts';
import { ROOT } from '../repository.ts';
import { awsCredentialsFor, type LocalKeys } from '../stack/credentials.ts';
import { functionsOf } from '../stack/declared-compute.ts';
import { keptGraph } from '../stack/kept-graph.ts';
import { NOWHERE } from '../stack/local-program.ts';
import { machine, renderTable, spreadOf, type Spread } from './figures.ts';

/** Times are in milliseconds. */
export interface HandlerRow extends Spread {
  readonly section: 'handlers';
  readonly name: string;
  readonly kibibytes: number;
  /** As it is sent to Lambda, compressed. */
  readonly packed: number;
  readonly sizeLimit: number;
  /** Of the processor, which a busy machine does not lengthen; the median. */
  readonly cpuMilliseconds: number;
  /** What the median should not exceed. */
  readonly target: number;
}

const RUNS = 9;
const TARGET = 150;

/** What a bundle should not exceed, in KiB: the authorizer is asked before each request of the operator. */
export const sizeLimitOf = (name: string): number => (name === 'dashboard-authorizer' ? 350 : 1.2 * 1024);

/** Size and cold import of every Lambda handler. */
export async function measureHandlers(): Promise<HandlerRow[]> {
  const out = buildDirectory(ROOT);
  await Promise.all([buildFunctions(`${out}/functions`), buildPortal(`${out}/portal`)]);
  const rows: HandlerRow[] = [];
  for (const { name, directory, environment } of await declaredFunctions())
    rows.push(await measure(name, join(directory, 'index.mjs'), environment));
  return rows;
}

/** Every function with the environment that the Pulumi program gives it. */
async function declaredFunctions() {
  const graph = await keptGraph(NOWHERE);
  const keys = { awsSeed: 'bench' } as LocalKeys;
  return functionsOf(graph, (principal) => awsCredentialsFor(principal, keys));
}

/** Imports a bundle in fresh processes with nothing but its own environment; the first run warms the disk. */
async function measure(
  name: string,
  file: string,
  environment: Readonly<Record<string, string>>,
): Promise<HandlerRow> {
  const program = `const [t, cpu] = [performance.now(), process.cpuUsage()]; await import(${JSON.stringify(`file://${file}`)}); const { user, system } = process.cpuUsage(cpu); console.log(performance.now() - t, (user + system) / 1000); process.exit()`;
  const env = { ...environment, AWS_REGION: 'us-east-1' };
  const runs: { time: number; cpu: number }[] = [];
  for (let index = 0; index <= RUNS; index++) {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program], {
      env,
    });
    const [time, cpu] = stdout.split(' ').map(Number);
    if (index > 0) runs.push({ time: time!, cpu: cpu! });
  }
  const bytes = await readFile(file);
  const [kibibytes, packed] = [bytes.length / 1024, gzipSync(bytes).length / 1024];
  const limits = { sizeLimit: sizeLimitOf(name), target: TARGET };
  const cpuMilliseconds = spreadOf(runs.map(({ cpu }) => cpu)).median;
  const times = spreadOf(runs.map(({ time }) => time));
  return { section: 'handlers', name, kibibytes, packed, cpuMilliseconds, ...limits, ...times };
}

export const renderHandlers = (rows: readonly HandlerRow[]): string =>
  renderTable(`Cold import of each handler, ${RUNS} runs (${machine()})`, [
    ['function', 'size KiB', 'at most', 'packed KiB', 'median ms', 'at most', 'min–max', 'CPU ms'],
    ...rows.map(
      ({ name, kibibytes, sizeLimit, packed, median, target, fastest, slowest, cpuMilliseconds }) => [
        name,
        kibibytes.toFixed(0),
        sizeLimit.toFixed(0),
        packed.toFixed(0),
        median.toFixed(0),
        String(target),
        `${fastest.toFixed(0)}–${slowest.toFixed(0)}`,
        cpuMilliseconds.toFixed(0),
      ],
    ),
  ]);
