import { describeConflict, findConflicts, type Conflict } from '#bookings/model/conflicts.ts';
import { onOneLine } from '#bookings/model/visible-text.ts';
import { check as checkSource, invalid, readSource, type Loaded } from '#bookings/reconcile/load.ts';
import { count } from '#bookings/reconcile/render-plan.ts';
import { EXIT, instantOf, runCommand } from '../command.ts';
import { missingTexts } from '../missing-texts.ts';
import { ROOT } from '../repository.ts';

const HELP = `
Usage: npm run booking -- check [--json] [--now <time>] [--checkout <folder>]

Reads all booking and reference files, looks whether guests of every vessel have texts, and reports every problem at once:
file, path, expected, found, remedy. Then every conflict between bookings that are not over: vessel or crew wanted twice
or without a pause, guests or crew that do not fit the vessel.

Exit codes: 0 all is well, 2 a file is invalid, 3 bookings are in conflict.
`;

/** `npm run booking -- check` */
export const check = (args: readonly string[]): Promise<void> =>
  runCommand(
    {
      help: HELP,
      options: {
        json: { type: 'boolean', default: false },
        now: { type: 'string' },
        checkout: { type: 'string', default: ROOT },
      },
      async run({ json, now, checkout }) {
        const { problems: found, loaded } = checkSource(await readSource(checkout));
        const problems = [
          ...found,
          ...(loaded === undefined ? [] : missingTexts(checkout, loaded.reference)),
        ];
        const conflicts = loaded === undefined ? [] : conflictsIn(loaded, instantOf(now));
        if (json) process.stdout.write(`${JSON.stringify({ problems, conflicts }, null, 2)}\n`);
        else if (problems.length > 0) process.stderr.write(`${invalid(problems).message}\n`);
        else if (conflicts.length > 0) process.stderr.write(renderConflicts(conflicts));
        else process.stdout.write(`${count(loaded!.bookings.length, 'booking')}, all valid.\n`);
        if (problems.length > 0) return EXIT.invalid;
        return conflicts.length > 0 ? EXIT.refused : EXIT.done;
      },
    },
    args,
  );

const conflictsIn = ({ bookings, reference: { limits } }: Loaded, now: string): Conflict[] =>
  findConflicts(bookings, { limits, now });

const renderConflicts = (conflicts: readonly Conflict[]): string =>
  `${[`${count(conflicts.length, 'conflict')}.`, ...conflicts.map(describeConflict).map(onOneLine)].join('\n\n')}\n`;
