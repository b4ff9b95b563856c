import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { sha256 } from '#bookings/model/canonical.ts';
import type { Notebook } from '#bookings/reconcile/known-files.ts';

/** A notebook in a file; none when this process may be running another program than the one that is on disk. */
export function openNotebook(file: string, root: string): Notebook | undefined {
  const program = hashProgram(root);
  if (program === undefined) return undefined;
  return {
    program,
    read: () => readText(file),
    write(text) {
      mkdirSync(dirname(file), { recursive: true });
      const own = `${file}.${process.pid}`;
      writeFileSync(own, text);
      renameSync(own, file);
    },
  };
}

/** Everything that makes a view of a booking file. Packages are known by what npm wrote down when it installed them. */
const PROGRAM = ['bookings/model', 'bookings/reconcile', 'node_modules/.package-lock.json'];

/** Undefined when a source was written after this process began: what it runs may be older. */
function hashProgram(root: string): string | undefined {
  const lines: string[] = [];
  for (const path of PROGRAM.flatMap((name) => filesIn(root, name))) {
    const file = join(root, path);
    // Unlike the time of modification, that of change cannot be set back.
    const { ctimeMs } = statSync(file);
    if (ctimeMs >= performance.timeOrigin) return undefined;
    lines.push(`${path} ${sha256(readFileSync(file))}`);
  }
  return sha256(JSON.stringify([lines, process.versions]));
}

function filesIn(root: string, name: string): string[] {
  if (!statSync(join(root, name)).isDirectory()) return [name];
  const found = readdirSync(join(root, name), { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted();
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
