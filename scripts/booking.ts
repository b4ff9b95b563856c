import { EXIT } from './command.ts';
import { amend } from './booking/amend.ts';
import { cancel } from './booking/cancel.ts';
import { check } from './booking/check.ts';
import { create } from './booking/new.ts';
import { show } from './booking/show.ts';

const HELP = `
Usage: npm run booking -- <command> [options]

  new      write a new booking file, asking for what is missing
  check    report every problem of all files
  show     one booking, and what the ledger says of it
  amend    change a booking and record what changed
  cancel   withdraw a booking

Each command explains itself with --help. Exit codes: 0 done, 1 failed, 2 invalid input.
`;

const COMMANDS = { new: create, check, show, amend, cancel };

const [name = '--help', ...rest] = process.argv.slice(2);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name as keyof typeof COMMANDS] : undefined;
if (command !== undefined) await command(rest);
else {
  const asked = name === '--help' || name === '-h';
  (asked ? process.stdout : process.stderr).write(
    `${asked ? '' : `There is no command "${name}".\n`}${HELP.trim()}\n`,
  );
  process.exitCode = asked ? EXIT.done : EXIT.invalid;
}
