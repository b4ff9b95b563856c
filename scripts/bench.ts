import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { stackConfig } from '#infra/config.ts';
import { buildFunctions } from './build-functions.ts';
import { buildPortal } from './build-site.ts';
import { EXIT, runCommand } from './command.ts';
import { buildDirectory } from './connect.ts';
import { ROOT } from './repository.ts';
import { awsCredentialsFor, type LocalKeys } from './stack/credentials.ts';
import { functionsOf } from './stack/declared-compute.ts';
import { readGraph } from './stack/graph.ts';

const HELP = `
Usage: npm run bench [-- --json]

Measures, each in a process of its own: size and cold import of every Lambda handler (median of 9), and prints a
table. Times differ from machine to machine and from run to run; compare within one run.
`;

const RUNS = 9;
const run = promisify(execFile);

/** Every function with the environment that the Pulumi program gives it. */
async function declaredFunctions() {
  const url = 'http://127.0.0.1:9';
  const config = stackConfig('local', {
    urls: { guest: url, crew: url },
    photosOrigin: url,
    googleRootUrl: `${url}/`,
    boardUrl: url,
    boardPage: url,
    serviceKeyHashes: ['0'.repeat(64)],
    originSecrets: ['0'.repeat(32)],
    deployment: { commit: 'bench', time: '2026-01-01T00:00:00Z' },
  });
  const addresses = {
    apiUrls: { dashboard: url, scc: url, portal: url },
    distributions: { 'guest-site': url, 'crew-site': url },
    endpoint: url,
  };
  const keys = { awsSeed: 'bench' } as LocalKeys;
  return functionsOf(await readGraph({ config, addresses }), (principal) =>
    awsCredentialsFor(principal, keys),
  );
}

interface Row {
  readonly name: string;
  readonly kibibytes: number;
  /** Milliseconds: median, and the fastest and slowest run. */
  readonly median: number;
  readonly fastest: number;
  readonly slowest: number;
}

await runCommand({
  help: HELP,
  options: { json: { type: 'boolean', default: false } },
  async run({ json }) {
    const out = buildDirectory(ROOT);
    await Promise.all([buildFunctions(`${out}/functions`), buildPortal(`${out}/portal`)]);
    const rows: Row[] = [];
    for (const { name, directory, environment } of await declaredFunctions())
      rows.push(await measure(name, directory, environment));
    if (json) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    else process.stdout.write(render(rows));
    return EXIT.done;
  },
});

/** Imports a bundle in fresh processes with nothing but its own environment. */
async function measure(
  name: string,
  directory: string,
  environment: Readonly<Record<string, string>>,
): Promise<Row> {
  const file = join(directory, 'index.mjs');
  const program = `const t = performance.now(); await import(${JSON.stringify(`file://${file}`)}); console.log(performance.now() - t); process.exit()`;
  const times: number[] = [];
  for (let index = 0; index < RUNS + 1; index++) {
    const env = { ...environment, AWS_REGION: 'us-east-1' };
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program], { env });
    if (index > 0) times.push(Number(stdout));
  }
  times.sort((one, other) => one - other);
  const { size } = await stat(file);
  return {
    name,
    kibibytes: size / 1024,
    median: times[RUNS >> 1]!,
    fastest: times[0]!,
    slowest: times.at(-1)!,
  };
}

function render(rows: readonly Row[]): string {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}`;
  const lines = rows.map(
    ({ name, kibibytes, median, fastest, slowest }) =>
      `| ${name.padEnd(22)} | ${kibibytes.toFixed(0).padStart(8)} | ${median.toFixed(0).padStart(10)} | ${fastest.toFixed(0).padStart(4)}–${slowest.toFixed(0).padEnd(4)} |`,
  );
  return [
    `Cold import of each handler, ${RUNS} runs (${machine})`,
    '',
    '| function               | size KiB | median ms  | min–max   |',
    '| ---------------------- | -------- | ---------- | --------- |',
    ...lines,
    '',
  ].join('\n');
}
