import { EXIT } from './command.ts';

const HELP = `
Usage: npm run booking -- <command> [options]

  new      write a new booking file, asking for what is missing
  check    report every problem of all files
  show     one booking, and what the ledger says of it
  explain  the story of one booking: commits, what was done, who was told, what is pending
  amend    change a booking and record what changed
  cancel   withdraw a booking

Each command explains itself with --help. Exit codes: 0 done, 1 failed, 2 invalid input.
`;

type Main = (args: readonly string[]) => Promise<void>;

/** Loaded when asked for: checking a file needs no stack. */
const COMMANDS: Readonly<Record<string, () => Promise<Main>>> = {
  new: async () => (await import('./booking/new.ts')).create,
  check: async () => (await import('./booking/check.ts')).check,
  show: async () => (await import('./booking/show.ts')).show,
  explain: async () => (await import('./booking/explain.ts')).explain,
  amend: async () => (await import('./booking/amend.ts')).amend,
  cancel: async () => (await import('./booking/cancel.ts')).cancel,
};

const [name = '--help', ...rest] = process.argv.slice(2);
const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (load !== undefined) await (await load())(rest);
else {
  const asked = name === '--help' || name === '-h';
  (asked ? process.stdout : process.stderr).write(
    `${asked ? '' : `There is no command "${name}".\n`}${HELP.trim()}\n`,
  );
  process.exitCode = asked ? EXIT.done : EXIT.invalid;
}
