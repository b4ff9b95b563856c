import { setTimeout as wait } from 'node:timers/promises';
import type { Deployment } from '#infra/deployment.ts';
import { probesOf, type Probe } from './probes.ts';

export interface Finding {
  readonly probe: Probe;
  /** Each thing that is not as it should be; empty when all is well. */
  readonly problems: readonly string[];
}

export interface SmokeOptions {
  /** S3's own address: `https://s3.us-east-1.amazonaws.com`. */
  readonly storage: string;
  /** How long, in milliseconds, to ask again what is not well: functions start, names spread. */
  readonly patience: number;
  readonly fetch?: typeof fetch;
}

/** Asks every public door of a stack, and changes nothing. */
export async function smoke(
  deployment: Deployment,
  { storage, patience, fetch: ask = fetch }: SmokeOptions,
): Promise<Finding[]> {
  const until = Date.now() + patience;
  return Promise.all(
    probesOf(deployment, storage).map(async (probe) => {
      for (;;) {
        const problems = await problemsOf(probe, ask);
        if (problems.length === 0 || Date.now() >= until) return { probe, problems };
        await wait(PAUSE);
      }
    }),
  );
}

const PAUSE = 2_000;
/** More than a function's first start takes. */
const TIMEOUT = 15_000;

async function problemsOf(probe: Probe, ask: typeof fetch): Promise<string[]> {
  const { url, headers = {} } = probe;
  try {
    const init = { headers, redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT) } as const;
    const response = await ask(url, init);
    await response.arrayBuffer();
    return compare(probe, response);
  } catch (error) {
    const { message, cause } = error as Error;
    return [`no answer (${cause instanceof Error ? cause.message : message})`];
  }
}

function compare({ status, has = {}, hides = [] }: Probe, response: Response): string[] {
  if (!status.includes(response.status))
    return [`expected status ${status.join(' or ')}, found ${response.status}`];
  const missing = Object.entries(has)
    .filter(([name, value]) => !(response.headers.get(name) ?? '').includes(value))
    .map(
      ([name, value]) => `header ${name}: expected ${value}, found ${response.headers.get(name) ?? 'none'}`,
    );
  const shown = hides
    .filter((name) => response.headers.has(name))
    .map((name) => `header ${name}: expected none, found one`);
  return [...missing, ...shown];
}

export interface WayBack {
  readonly stack: string;
  /** The command that takes functions back to before the last deploy; null: it moved none. Absent: nobody knows. */
  readonly back?: string | null;
}

/** What was found, line by line, and how to go back where something is wrong. */
export function renderFindings(findings: readonly Finding[], way: WayBack): string {
  const failed = findings.filter(({ problems }) => problems.length > 0);
  const lines = findings.map(({ probe, problems }) => {
    if (problems.length === 0) return `✓ ${probe.what}`;
    const asked = [
      `    GET ${probe.url}`,
      ...problems.map((text) => `    ${text}`),
      `    look: ${probe.hint}`,
    ];
    return [`✗ ${probe.what}`, ...asked].join('\n');
  });
  const foot =
    failed.length === 0
      ? [`All ${findings.length} answers are as they should be.`]
      : [
          `${failed.length} of ${findings.length} answers are not as they should be.`,
          '',
          ...wayBack(failed, way),
        ];
  return `${[...lines, '', ...foot].join('\n')}\n`;
}

/** Functions go back in seconds, by their aliases; all else by deploying an earlier commit. */
function wayBack(failed: readonly Finding[], { stack, back }: WayBack): string[] {
  const functions = [...new Set(failed.flatMap(({ probe }) => probe.functions))].toSorted();
  const rollback = `npm run rollback -- --stack ${stack}`;
  const known = back === undefined ? functions.map((name) => `${rollback} --function ${name}`) : [back];
  const commands = functions.length === 0 ? [] : known.filter((command) => command !== null);
  const isDeeper = commands.length === 0 || failed.some(({ probe }) => probe.functions.length === 0);
  return [
    ...(commands.length === 0
      ? []
      : [
          'To put functions back to the version before, within seconds:',
          ...commands.map((command) => `  ${command}    (then again with --yes)`),
        ]),
    ...(isDeeper
      ? [
          'To put infrastructure back: git revert the commit that changed it, and deploy that:',
          `  npm run deploy -- --stack ${stack}`,
        ]
      : []),
  ];
}
