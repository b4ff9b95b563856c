import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { UserError } from '#bookings/model/problem.ts';

const run = promisify(execFile);

/** The checkout that this code belongs to. */
export const ROOT = fileURLToPath(new URL('..', import.meta.url)).replace(/\/$/, '');

/** Stands for a commit where there is no git history, as in an unpacked archive. */
const NO_COMMIT = 'uncommitted';

/** The commit that is checked out. */
export async function currentCommit(root: string): Promise<string> {
  const { stdout } = await run('git', ['-C', root, 'rev-parse', 'HEAD']).catch(() => ({ stdout: NO_COMMIT }));
  return stdout.trim();
}

/**
 * Whether a commit is part of the checked-out history. Without history nothing can be older. Throws {@link UserError} where
 * only a part of the history is there, and the commit is not in it.
 */
export async function includesCommit(root: string, commit: string): Promise<boolean> {
  if (commit === NO_COMMIT || (await currentCommit(root)) === NO_COMMIT) return true;
  const isKnown = await succeeds(root, ['cat-file', '-e', `${commit}^{commit}`]);
  if (isKnown) return succeeds(root, ['merge-base', '--is-ancestor', commit, 'HEAD']);
  const { stdout } = await run('git', ['-C', root, 'rev-parse', '--is-shallow-repository']);
  if (stdout.trim() !== 'true') return false;
  throw new UserError(
    `This checkout has only a part of the history, so nobody can tell whether commit ${commit} is in it: git fetch --unshallow`,
  );
}

const succeeds = (root: string, words: readonly string[]): Promise<boolean> =>
  run('git', ['-C', root, ...words]).then(
    () => true,
    () => false,
  );

/** Values of the trailer `Bosun-Allow` in all commits after one that was completely applied. */
export async function allowTrailers(root: string, done: string | null): Promise<string[]> {
  const range = done === null || done === NO_COMMIT ? 'HEAD' : `${done}..HEAD`;
  const format = '--format=%(trailers:key=Bosun-Allow,valueonly,separator=%x2C)';
  const { stdout } = await run('git', ['-C', root, 'log', format, range]).catch(() => ({ stdout: '' }));
  return stdout
    .split(/[\n,]/)
    .map((value) => value.trim())
    .filter((value) => value !== '');
}
