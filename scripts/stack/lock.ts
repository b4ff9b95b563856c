import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '#bookings/model/problem.ts';
import { isAlive } from './endpoints.ts';

/** Makes this process the owner of a stack directory. Throws {@link UserError} while another living process is. */
export function lockDirectory(directory: string): { release(): void } {
  mkdirSync(directory, { recursive: true });
  const file = join(directory, 'stack.pid');
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return { release: () => rmSync(file, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(readFileSync(file, 'utf8'));
    if (owner > 0 && owner !== process.pid && isAlive(owner))
      throw new UserError(
        `A stack runs in ${directory} already (process ${owner}). Stop it with Ctrl-C or \`kill ${owner}\`, or choose another --dir.`,
      );
    rmSync(file, { force: true });
  }
}
