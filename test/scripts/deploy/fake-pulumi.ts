import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One call of the command line: its words, and what of the environment matters to it. */
export interface Call {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface FakePulumi {
  /** To put on PATH. */
  readonly path: string;
  calls(): Promise<readonly Call[]>;
}

/** What it does, by the first words of a call (`stack export`). */
export type Answers = Readonly<Record<string, Answer>>;

interface Answer {
  readonly out?: string;
  /** Other than 0 lets the call fail. */
  readonly exit?: number;
  /** A URL that is asked first, for what the call would have made. */
  readonly calls?: string;
}

/** An executable named `pulumi` that writes down how it was called, and says what it is told to. */
export async function createFakePulumi(directory: string, answers: Answers): Promise<FakePulumi> {
  const path = join(directory, 'bin');
  const log = join(directory, 'calls.jsonl');
  await mkdir(path, { recursive: true });
  await writeFile(log, '');
  await writeFile(join(path, 'pulumi'), scriptOf(log, answers));
  await chmod(join(path, 'pulumi'), 0o755);
  return {
    path,
    async calls() {
      const lines = (await readFile(log, 'utf8')).split('\n').filter((line) => line !== '');
      return lines.map((line) => JSON.parse(line) as Call);
    },
  };
}

const scriptOf = (log: string, answers: Answers): string => `#!${process.execPath}
const { appendFileSync } = require('node:fs');
const words = process.argv.slice(2);
appendFileSync(${JSON.stringify(log)}, JSON.stringify({ words, env: process.env }) + '\\n');
const answers = ${JSON.stringify(answers)};
const known = Object.keys(answers).find((start) => words.join(' ').startsWith(start));
const { out = '', exit = 0, calls } = answers[known] ?? {};
(calls === undefined ? Promise.resolve() : fetch(calls)).then(() => {
  process.stdout.write(out);
  process.exitCode = exit;
});
`;
