import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '#scripts/repository.ts';
import { MUTANTS } from './mutants.ts';

/** Exit code and output of the tests with a mutant planted; `null`: with none. */
async function test(name: string | null): Promise<{ code: number; output: string }> {
  const vitest = join(ROOT, 'node_modules/vitest/vitest.mjs');
  const words = ['run', '--config', 'test/soak/mutant.config.ts', '--bail', '1', '--reporter', 'dot'];
  const env = { ...process.env, ...(name !== null && { BOSUN_MUTANT: name }) };
  const running = spawn(process.execPath, [vitest, ...words], { cwd: ROOT, env });
  let output = '';
  running.stdout.on('data', (data: Buffer) => (output += String(data)));
  running.stderr.on('data', (data: Buffer) => (output += String(data)));
  const [code] = (await once(running, 'close')) as [number];
  return { code, output };
}

describe('planted bugs', () => {
  it('are at least twenty, each by its own name, where they say', () => {
    expect(MUTANTS.length).toBeGreaterThanOrEqual(20);
    expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
    const occurrences = MUTANTS.map(({ file, find, name }) => [
      name,
      readFileSync(join(ROOT, file), 'utf8').split(find).length - 1,
    ]);
    expect(occurrences).toEqual(MUTANTS.map(({ name }) => [name, 1]));
  });

  it('are all that makes the tests fail', async () => {
    const { code, output } = await test(null);
    expect(code, output).toBe(0);
  });

  it.each(MUTANTS)('are noticed: $name', async ({ name }) => {
    const { code, output } = await test(name);
    expect(code, output).toBe(1);
    expect(output).toMatch(/AssertionError|Error: /);
  });
});
