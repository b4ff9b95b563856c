import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** A line that a function or a stand-in says. */
export type Log = (source: string, line: string) => void;

/** One file per function; the terminal stays for people. */
export function createLog(directory: string): Log {
  mkdirSync(directory, { recursive: true });
  return (source, line) => appendFileSync(join(directory, `${source}.log`), `${line}\n`);
}
