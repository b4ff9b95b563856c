import { UserError } from '#bookings/model/problem.ts';
import { measureHandlers, renderHandlers } from './bench/handlers.ts';
import { measurePages, renderPages } from './bench/pages.ts';
import { EXIT, runCommand } from './command.ts';

const HELP = `
Usage: npm run bench [-- --only <section>] [--json]

Measures, and prints a table for each section with the target figures beside:
  handlers   size and cold import of every Lambda handler, each in a process of its own (median of 9)
  pages      rendering a guest's page in both languages with its calendar file, and hashing it: warm, as a whole
             process (median of 9), and 10,000 varied bookings in a process of their own
  --only     one section
  --json     all rows as one JSON array

Times differ from machine to machine and from run to run; compare within one run.
`;

/** Measures, then shows as a table or as rows. */
const SECTIONS = {
  handlers: () => measureHandlers().then((rows) => ({ rows, text: renderHandlers(rows) })),
  pages: () => measurePages().then((rows) => ({ rows, text: renderPages(rows) })),
};
type Section = keyof typeof SECTIONS;

const isSection = (name: string): name is Section => Object.hasOwn(SECTIONS, name);

await runCommand({
  help: HELP,
  options: { json: { type: 'boolean', default: false }, only: { type: 'string' } },
  async run({ json, only }) {
    const results = [];
    for (const name of sectionsOf(only)) results.push(await SECTIONS[name]());
    const rows = results.flatMap((result): readonly object[] => result.rows);
    const tables = results.map(({ text }) => text).join('\n');
    process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : tables);
    return EXIT.done;
  },
});

function sectionsOf(only: string | undefined): Section[] {
  const all = Object.keys(SECTIONS).filter(isSection);
  if (only === undefined) return all;
  if (isSection(only)) return [only];
  throw new UserError(`--only ${only}: there are ${all.join(' and ')}`);
}
