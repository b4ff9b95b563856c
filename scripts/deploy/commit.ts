import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from '#bookings/model/problem.ts';

const run = promisify(execFile);

/** What the program has to be told of the commit. */
export interface Commit extends Record<string, string> {
  readonly DEPLOY_COMMIT: string;
  /** The commit's time, and not the clock, so that the same commit gives the same graph. */
  readonly DEPLOY_TIME: string;
}

/** The commit that is checked out. Throws {@link UserError} without one, or when files differ from it. */
export async function readCommit(
  root: string,
  { mayBeDirty }: { readonly mayBeDirty: boolean },
): Promise<Commit> {
  const git = async (...words: string[]): Promise<string> =>
    (await run('git', ['-C', root, ...words])).stdout.trim();
  const shown = await git('show', '--no-patch', '--format=%H %cI', 'HEAD').catch((cause: unknown) => {
    throw new UserError('There is no commit here: what is deployed has to be known by one.', [], { cause });
  });
  const changed = await git('status', '--porcelain', '--', '.', ':(exclude)Pulumi.*.yaml');
  if (changed !== '' && !mayBeDirty)
    throw new UserError(
      `Files differ from the commit, so that nobody could say later what was deployed. Commit them first:\n${changed}`,
    );
  const [DEPLOY_COMMIT = '', DEPLOY_TIME = ''] = shown.split(' ');
  return { DEPLOY_COMMIT, DEPLOY_TIME };
}
