import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { refuseToShow, ROTATE_COMMANDS } from '#scripts/rotate/commands.ts';
import { ROOT } from '#scripts/repository.ts';

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const rotate = (...args: string[]): Promise<Outcome> =>
  promisify(execFile)(process.execPath, [join(ROOT, 'scripts/rotate.ts'), ...args]).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Outcome) => error,
  );

describe('npm run rotate', () => {
  it('lists its commands, and no others exist', async () => {
    const { code, stdout } = await rotate('--help');
    expect(code).toBe(0);
    for (const name of Object.keys(ROTATE_COMMANDS)) expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
    expect(await rotate('everything')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no command "everything".') as string,
    });
  });

  it('wants to know the stack, and leaves local ones alone', async () => {
    expect(await rotate('status')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('expected dev or prod') as string,
    });
    expect((await rotate('link-key', '--stack', 'local')).stderr).toContain(
      'a local stack makes its own keys',
    );
  });

  it('takes only the options of the command', async () => {
    expect((await rotate('service-key', '--stack', 'prod', '--show')).code).toBe(2);
  });

  it('shows no token where output is kept', () => {
    expect(() => refuseToShow({ CI: 'true' })).toThrow('--show is for people');
    expect(() => refuseToShow({})).not.toThrow();
  });
});
