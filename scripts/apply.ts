import { UserError } from '#bookings/model/problem.ts';
import { runCommand } from './command.ts';
import { describeOutcome, exitOf, refusalsOf } from './outcome.ts';
import { applyNow } from './pipeline.ts';
import { ROOT } from './repository.ts';
import { createSession, sessionOptions } from './session.ts';

const HELP = `
Usage: npm run apply -- [options]

Makes the world be as the booking files say, exactly once: pages first, then calendar, crew event and card, and
people are told last. Works on the running local stack, or on one started for this command.

  --allow <rule>:<n> lets through what a guard refuses: cancel:4, recipients:80, over:1
  --checksum <sum>   only if the plan is still the one that was approved, as npm run plan printed it
  --refresh          compares pages, calendar, crew events and cards with what was applied, and puts back what somebody
                     changed or deleted; nobody is told of it
  --stack <name>     local (default), dev, prod
  --dir <directory>  of the local stack (default .local)
  --now <time>       apply as of another time, with offset
  --json             the outcome for machines

Exit codes: 0 done, 1 something failed (the next run tries again) or could not be compared, 2 invalid input, 3 refused by a guard.
`;

await runCommand({
  help: HELP,
  options: {
    ...sessionOptions,
    json: { type: 'boolean', default: false },
    checksum: { type: 'string' },
    refresh: { type: 'boolean', default: false },
  },
  async run(values) {
    const session = await createSession(values, ROOT);
    try {
      const outcome = await applyNow(session, {
        approved: approvedIn(values.checksum),
        refresh: values.refresh,
      });
      if (values.json) process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
      else {
        if (process.stdout.isTTY) process.stdout.write('\r\u001B[K');
        process.stdout.write(
          [describeOutcome(outcome), ...session.notes, ...refusalsOf(outcome), ''].join('\n'),
        );
      }
      return exitOf(outcome);
    } finally {
      await session.close();
    }
  },
});

function approvedIn(checksum: string | undefined): string | null {
  if (checksum === undefined || /^[0-9a-f]{64}$/.test(checksum)) return checksum ?? null;
  throw new UserError(
    '--checksum: expected the 64 digits and letters that `npm run plan` prints behind "checksum"',
  );
}
