import { check as checkSource, invalid, readSource } from '#bookings/reconcile/load.ts';
import { EXIT, runCommand } from '../command.ts';
import { ROOT } from '../repository.ts';

const HELP = `
Usage: npm run booking -- check [--json] [--checkout <folder>]

Reads all booking and reference files and reports every problem at once: file, path, expected, found, remedy.
Exit codes: 0 all is well, 2 a file is invalid.
`;

/** `npm run booking -- check` */
export const check = (args: readonly string[]): Promise<void> =>
  runCommand(
    {
      help: HELP,
      options: { json: { type: 'boolean', default: false }, checkout: { type: 'string', default: ROOT } },
      async run({ json, checkout }) {
        const { problems, loaded } = checkSource(await readSource(checkout));
        if (json) process.stdout.write(`${JSON.stringify({ problems }, null, 2)}\n`);
        else if (problems.length === 0)
          process.stdout.write(`${loaded!.bookings.length} bookings, all valid.\n`);
        else process.stderr.write(`${invalid(problems).message}\n`);
        return problems.length === 0 ? EXIT.done : EXIT.invalid;
      },
    },
    args,
  );
