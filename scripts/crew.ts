import { EXIT } from './command.ts';

const HELP = `
Usage: npm run crew -- <command> [options]

  add <member> --email <address>     enters a member of crew.json, so that mail reaches them
  list                               who is registered, and who of crew.json is not
  update <member>                    another address or name; takes a member back who had left
  deactivate <member>                no more mails, links and sign-ups; contact is kept
  link <member> <booking code>       prints a login that lands on one charter, to send by other means
  revoke <member>                    ends all links, sessions and calendars of a member

Names and roles live in bookings/reference/crew.json; contacts live in ShipCaptainCrew, and never in git.
Each command explains itself with --help. Exit codes: 0 done, 1 failed, 2 invalid input.
`;

const [name = '--help', ...rest] = process.argv.slice(2);
if (name === '--help' || name === '-h') process.stdout.write(`${HELP.trim()}\n`);
else {
  // Loaded when asked for: help needs no stack.
  const { CREW_COMMANDS } = await import('./crew/commands.ts');
  const command = Object.hasOwn(CREW_COMMANDS, name) ? CREW_COMMANDS[name] : undefined;
  if (command !== undefined) await command(rest);
  else {
    process.stderr.write(`There is no command "${name}".\n${HELP.trim()}\n`);
    process.exitCode = EXIT.invalid;
  }
}
