import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { AwsCall } from '#scripts/stack/aws/callers.ts';
import { CALL_RECORD } from '#scripts/stack/call-record.ts';

/**
 * Compares, when the tests are over, every call that a local stack saw with what roles allow. What they allow and nobody
 * used can be told only when every test ran and passed; what they do not allow, always.
 */
export default function setup(project: TestProject): (() => Promise<void>) | undefined {
  const folder = project.config.env[CALL_RECORD];
  if (folder === undefined) return undefined;
  rmSync(folder, { recursive: true, force: true });
  return async () => {
    const calls = readCalls(folder);
    rmSync(folder, { recursive: true, force: true });
    const problems = calls.length === 0 ? [] : await problemsOf(calls, await ranWhole(project));
    if (problems.length > 0) throw new CallsError(problems);
  };
}

class CallsError extends Error {
  constructor(problems: readonly string[]) {
    super(`roles and calls differ; see infra/reasons.ts:\n  ${problems.join('\n  ')}`);
    this.name = 'CallsError';
  }
}

/** What it needs is loaded when the tests are over, and only then. */
async function problemsOf(calls: readonly AwsCall[], isWhole: boolean): Promise<string[]> {
  const { anyLocalGraph } = await import('./any-local-graph.ts');
  const { refusedCalls, unusedAllowances } = await import('./rules/allowances.ts');
  const { unusedReasons } = await import('#infra/reasons.ts');
  const graph = await anyLocalGraph();
  return [...refusedCalls(graph, calls), ...(isWhole ? unusedAllowances(graph, calls, unusedReasons) : [])];
}

function readCalls(folder: string): AwsCall[] {
  if (!existsSync(folder)) return [];
  const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'));
  return [...new Set(lines.filter((line) => line !== ''))].map((line) => JSON.parse(line) as AwsCall);
}

/** Every file, without a filter by name, and nothing failed: what a failed test did not do is no news. */
async function ranWhole(project: TestProject): Promise<boolean> {
  const { config, vitest } = project;
  if (config.watch || config.testNamePattern !== undefined) return false;
  if (vitest.state.getCountOfFailedTests() > 0) return false;
  const ran = new Set(vitest.state.getFiles().map(({ filepath }) => filepath));
  const { testFiles } = await project.globTestFiles();
  return testFiles.every((file) => ran.has(file));
}
