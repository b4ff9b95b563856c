import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '#bookings/model/problem.ts';
import { createCheckout } from './bench/checkout.ts';
import { measureHandlers, renderHandlers } from './bench/handlers.ts';
import { measurePages, renderPages } from './bench/pages.ts';
import { measureProgram, renderProgram } from './bench/program.ts';
import { measureAllRuns, measureAllStages, renderRuns, renderStages } from './bench/scale.ts';
import { EXIT, runCommand } from './command.ts';

const HELP = `
Usage: npm run bench [-- --only <section>] [--sizes <n,n,…>] [--json]

Measures, and prints a table for each section:
  handlers   size and cold import of every Lambda handler, each in a process of its own (median of 9)
  program    the Pulumi program under its test runtime, from nothing loaded to all resources (median of 5)
  pages      rendering a guest's page in both languages with its calendar file, and hashing it: warm, as a whole
             process (median of 9), and 10,000 varied bookings in a process of their own
  stages     reading, checking, planning, rendering and applying so many bookings, all of them new, in one process
  runs       whole commands against a local stack whose ledger knows so many bookings: nothing changed, one page, one
             new booking, a new template; their time, memory, calls and sequential steps
  --only     one section
  --sizes    numbers of bookings for stages and runs (default 10,1000,10000)
  --json     all rows as one JSON array

Bookings are generated, in a copy of this checkout. Times differ from machine to machine and from run to run; compare
within one run.
`;

/** What sections measure with. */
interface Setting {
  /** A copy of this checkout with generated bookings. */
  readonly checkout: () => Promise<string>;
  readonly sizes: readonly number[];
}

/** Measures, then shows as a table or as rows. */
const SECTIONS = {
  handlers: () => measureHandlers().then((rows) => ({ rows, text: renderHandlers(rows) })),
  program: () => measureProgram().then((rows) => ({ rows, text: renderProgram(rows) })),
  pages: async ({ checkout }: Setting) => {
    const rows = await measurePages(await checkout());
    return { rows, text: renderPages(rows) };
  },
  stages: async ({ checkout, sizes }: Setting) => {
    const rows = await measureAllStages(await checkout(), sizes);
    return { rows, text: renderStages(rows) };
  },
  runs: async ({ checkout, sizes }: Setting) => {
    const rows = await measureAllRuns(await checkout(), sizes);
    return { rows, text: renderRuns(rows) };
  },
};
type Section = keyof typeof SECTIONS;

const isSection = (name: string): name is Section => Object.hasOwn(SECTIONS, name);

await runCommand({
  help: HELP,
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    sizes: { type: 'string', default: '10,1000,10000' },
  },
  async run({ json, only, sizes }) {
    const [sections, counts] = [sectionsOf(only), sizesIn(sizes)];
    const directory = await mkdtemp(join(tmpdir(), 'bosun-bench-'));
    try {
      const setting = { checkout: createOnce(join(directory, 'checkout')), sizes: counts };
      const results = [];
      for (const name of sections) results.push(await SECTIONS[name](setting));
      const rows = results.flatMap((result): readonly object[] => result.rows);
      const tables = results.map(({ text }) => text).join('\n');
      process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : tables);
      return EXIT.done;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  },
});

/** A copy and its site take seconds to make, which not every section needs. */
function createOnce(directory: string): () => Promise<string> {
  let made: Promise<string> | undefined;
  return () => (made ??= createCheckout(directory).then(() => directory));
}

function sectionsOf(only: string | undefined): Section[] {
  const all = Object.keys(SECTIONS).filter(isSection);
  if (only === undefined) return all;
  if (isSection(only)) return [only];
  throw new UserError(`--only ${only}: there are ${all.join(', ')}`);
}

function sizesIn(text: string): number[] {
  const sizes = text.split(',').map(Number);
  if (sizes.every((size) => Number.isInteger(size) && size > 0 && size <= 100_000)) return sizes;
  throw new UserError(`--sizes ${text}: expected whole numbers of bookings such as 10,1000,10000`);
}
