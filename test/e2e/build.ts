import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '#scripts/repository.ts';

/**
 * Builds what the stacks of all test files run, once, before any of them starts. In a process of its own, as
 * `npm run pipeline -- build` does: vitest loads this file where a module cannot be asked for another's path.
 */
export default async function build(): Promise<void> {
  await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/pipeline.ts'), 'build'], { cwd: ROOT });
}
