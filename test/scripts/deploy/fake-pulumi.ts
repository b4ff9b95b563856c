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

/** What it prints, by the first words of a call (`stack export`); `exit` other than 0 lets the call fail. */
export type Answers = Readonly<Record<string, { readonly out?: string; readonly exit?: number }>>;

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
const { out = '', exit = 0 } = answers[known] ?? {};
process.stdout.write(out);
process.exitCode = exit;
`;
