import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createSession } from '#scripts/session.ts';
import { copyCheckout, OPERATOR } from '#test/fixtures/operator.ts';

const NOW = '2026-12-01T12:00:00-08:00';
/** Of the operator's bookings: everyone assigned or invited, and one summary for each confirmed charter ahead. */
const MAILS = 13;

let checkout: string;
let directory: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  checkout = await copyCheckout(await mkdtemp(join(tmpdir(), 'bosun-start-checkout-')));
});

afterAll(() => rm(checkout, { recursive: true, force: true }));

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'bosun-start-'));
});

afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(directory, { recursive: true, force: true });
});

interface Running {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  /** Resolves when the output says so; rejects when it ends before. */
  said(text: string): Promise<void>;
}

function run(script: string, ...words: string[]): Running {
  const child = spawn(process.execPath, [join(checkout, 'scripts', script), ...words], { cwd: checkout });
  started.push(child);
  let output = '';
  const ended = new Promise<number | string>((resolve) => {
    child.on('exit', (code, signal) => resolve(code ?? signal ?? ''));
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  const said = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => output.includes(text) && resolve();
      child.stdout.on('data', look);
      void ended.then(() => reject(new Error(`ended without saying "${text}":\n${output}`)));
      look();
    });
  return { child, output: () => output, ended, said };
}

const start = (...words: string[]) => run('start.ts', '--dir', directory, '--now', NOW, ...words);

async function mailCount(): Promise<number> {
  const text = await readFile(join(directory, 'state/mailbox.jsonl'), 'utf8');
  return text.split('\n').filter((line) => line !== '').length;
}

describe('npm start', () => {
  it('killed in the middle of an apply, it finishes at the next start; then there is nothing to do, and nobody is told twice', async () => {
    const killed = start('--once');
    await killed.said('resources realised');
    killed.child.kill('SIGKILL');
    expect(await killed.ended).toBe('SIGKILL');

    expect(await start('--once').ended).toBe(0);
    expect(await mailCount()).toBe(MAILS);

    const idle = start('--once');
    expect(await idle.ended).toBe(0);
    expect(idle.output()).toMatch(/apply\s+nothing to do/);
    expect(await mailCount()).toBe(MAILS);
  }, 60_000);

  it('starts anew only in a directory of its own', async () => {
    await writeFile(join(directory, 'letter.txt'), 'mine');
    const running = start('--once', '--fresh');
    expect(await running.ended).toBe(2);
    expect(await readFile(join(directory, 'letter.txt'), 'utf8')).toBe('mine');
  });

  it('asked to stop while it starts, it finishes the step, gives up the directory and says so', async () => {
    const running = start();
    await running.said('validate');
    running.child.kill('SIGTERM');
    expect(await running.ended).toBe(130);
    expect(running.output()).toContain('Stopping after this step');
    expect(existsSync(join(directory, 'stack.pid'))).toBe(false);
    expect(existsSync(join(directory, 'endpoints.json'))).toBe(false);
  });

  it('is refused a directory in which a stack runs; other commands find that stack', async () => {
    const first = start();
    await first.said('Watching bookings/');
    const endpoints = JSON.parse(await readFile(join(directory, 'endpoints.json'), 'utf8')) as object;
    expect(endpoints).toMatchObject({ version: 1, pid: first.child.pid, status: 'ready' });
    const second = start('--once');
    expect(await second.ended).toBe(2);
    expect(second.output()).toContain(`process ${first.child.pid}`);

    // Commands that find the stack running go by its clock, or by the time that they are given.
    const at = async (now?: string) =>
      (await (await createSession({ stack: 'local', dir: directory, allow: [], now }, checkout)).forApply())
        .now;
    expect(await at()).toMatch(/^2026-12-01T20:0/);
    expect(await at('2028-01-01T00:00:00Z')).toBe('2028-01-01T00:00:00.000Z');
    first.child.kill('SIGINT');
    expect(await first.ended).toBe(0);
  });
});

describe('npm start without bookings', () => {
  beforeAll(() => rm(join(checkout, 'bookings/data'), { recursive: true }));
  afterAll(() => cp(OPERATOR, checkout, { recursive: true }));

  it('runs, where git left no folder for them', async () => {
    const running = start('--once');
    expect(await running.ended, running.output()).toBe(0);
    expect(await mailCount()).toBe(0);
  });
});

describe('npm run pipeline', () => {
  it('refuses a stage that does not exist', async () => {
    const running = run('pipeline.ts', 'nope');
    expect(await running.ended).toBe(2);
    expect(running.output()).toContain('validate, build, plan, deploy, apply');
  });
});
