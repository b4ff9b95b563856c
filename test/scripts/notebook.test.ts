import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNotebook } from '#scripts/notebook.ts';
import { ROOT } from '#scripts/repository.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bosun-notebook-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

/** A program of which one source is written now, after this process began. */
async function createProgram(): Promise<string> {
  const root = join(directory, 'program');
  await mkdir(join(root, 'bookings'), { recursive: true });
  await mkdir(join(root, 'bookings/model'));
  await writeFile(join(root, 'bookings/model/money.ts'), 'export const cents = 1;\n');
  await symlink(join(ROOT, 'bookings/reconcile'), join(root, 'bookings/reconcile'));
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  return root;
}

describe('a notebook', () => {
  it('is kept from run to run, whole or not at all, and begins empty', async () => {
    const file = join(directory, 'cache/bookings');
    // Undefined only if somebody writes a source while this runs.
    const notebook = openNotebook(file, ROOT)!;
    expect(notebook.read()).toBeUndefined();
    notebook.write('first');
    notebook.write('second');
    expect(openNotebook(file, ROOT)?.read()).toBe('second');
    expect(openNotebook(file, ROOT)?.program).toBe(notebook.program);
    expect(await readdir(join(directory, 'cache'))).toEqual(['bookings']);
  });

  it('is not used by a process that began before a source was written, whatever time the file bears', async () => {
    const root = await createProgram();
    expect(openNotebook(join(directory, 'notes'), root)).toBeUndefined();
    await utimes(join(root, 'bookings/model/money.ts'), new Date(0), new Date(0));
    expect(openNotebook(join(directory, 'notes'), root)).toBeUndefined();
  });
});
