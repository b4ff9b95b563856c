import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, runCommand } from './command.ts';
import { installedIn, readProdGraph } from './costs/installed.ts';
import { renderCosts } from './costs/render.ts';
import { ROOT } from './repository.ts';

const HELP = `
Usage: npm run costs [-- --write]

What a stack costs a month, with 20 and with 2,000 charters a year: counts what the Pulumi program declares, and multiplies
it, and what a charter is assumed to take, with the list prices of us-east-1. Asks nobody.

  --write  puts the tables into docs/costs.md
`;

const FILE = join(ROOT, 'docs/costs.md');
const [START, END] = ['<!-- costs -->', '<!-- end of costs -->'];

/** A document with other tables between its marks. */
export function withTables(document: string, tables: string): string {
  const [before, rest = ''] = document.split(START);
  const [, after = ''] = rest.split(END);
  return `${before}${START}\n\n${tables}\n\n${END}${after}`;
}

if (import.meta.main) {
  await runCommand({
    help: HELP,
    options: { write: { type: 'boolean', default: false } },
    async run({ write }) {
      const tables = renderCosts(installedIn(await readProdGraph()));
      if (write) await writeFile(FILE, withTables(await readFile(FILE, 'utf8'), tables));
      else process.stdout.write(`${tables}\n`);
      return EXIT.done;
    },
  });
}
