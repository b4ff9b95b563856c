import { EXIT } from './command.ts';

const HELP = `
Usage: npm run rotate -- <command> --stack <dev or prod> [options]

  status           each credential: since when, due when, what is unfinished
  dashboard-token  the token of the dashboard API
  service-key      the key by which the pipeline calls ShipCaptainCrew
  link-key         what signs the crew's and the guests' links
  google-key       the key file of Google's service account
  board-key        the key of the kanban web app

A command looks where things stand, does what can be done, and says what comes next. Run it again until it says that
it is done, also after it was stopped anywhere: old and new are both let in until the end.
Each command explains itself with --help. It works with this machine's AWS credentials.
Exit codes: 0 done, 1 failed, 2 invalid input, 3 it is your turn (or, of status, something is due).
`;

const [name = '--help', ...rest] = process.argv.slice(2);
if (name === '--help' || name === '-h') process.stdout.write(`${HELP.trim()}\n`);
else {
  // Loaded when asked for: help needs no AWS.
  const { ROTATE_COMMANDS } = await import('./rotate/commands.ts');
  const command = Object.hasOwn(ROTATE_COMMANDS, name) ? ROTATE_COMMANDS[name] : undefined;
  if (command !== undefined) await command(rest);
  else {
    process.stderr.write(`There is no command "${name}".\n${HELP.trim()}\n`);
    process.exitCode = EXIT.invalid;
  }
}
