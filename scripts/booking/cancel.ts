import { UserError } from '#bookings/model/problem.ts';
import { EXIT, instantOf, runCommand } from '../command.ts';
import { ROOT } from '../repository.ts';
import { newAmendments } from './amend.ts';
import { findBooking, saveBooking } from './file.ts';

const HELP = `
Usage: npm run booking -- cancel <code> [--reason <text>] [--now <time>] [--checkout <folder>]

Sets "status": "cancelled". The next apply withdraws page, calendar entry, crew event and card, and tells the
people who had been told. The file stays: \`git revert\` puts everything back.
`;

/** `npm run booking -- cancel` */
export const cancel = (args: readonly string[]): Promise<void> =>
  runCommand(
    {
      help: HELP,
      positionals: true,
      options: {
        reason: { type: 'string' },
        now: { type: 'string' },
        checkout: { type: 'string', default: ROOT },
      },
      async run(values, [code]) {
        if (code === undefined) throw new UserError(`Which booking? ${HELP}`);
        const { path, content } = await findBooking(values.checkout, code);
        if (content.status === 'cancelled')
          throw new UserError(`${path} is cancelled already; nothing was changed.`);
        const cancelled = { ...content, status: 'cancelled' as const };
        const added = newAmendments(content, cancelled, { at: instantOf(values.now), reason: values.reason });
        await saveBooking(values.checkout, {
          path,
          content: { ...cancelled, amendments: [...(content.amendments ?? []), ...added] },
        });
        process.stdout.write(`${path}: cancelled. See who will be told: npm run plan\n`);
        return EXIT.done;
      },
    },
    args,
  );
