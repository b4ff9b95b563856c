import { $ } from 'zx';
import { UserError } from '#bookings/model/problem.ts';
import { EXIT, runCommand, type ExitCode } from './command.ts';
import { roleEnvironment } from './deploy/role-credentials.ts';

const HELP = `
Usage: npm run with-role -- --role <arn> -- <command…>

Runs a command as a role of AWS. In a GitHub workflow the run's identity (permission "id-token: write") is traded for
credentials of the role, good for an hour, which only the command sees. Anywhere else the command runs with the
credentials that this machine has anyway.

  --role <arn>   arn:aws:iam::<account>:role/<name>: a variable on GitHub, which npm run bootstrap lists

Example: npm run with-role -- --role "$ROLE" -- npm run apply -- --stack prod
Exit codes: the command's; 2 when there is no role to have.
`;

await runCommand({
  help: HELP,
  positionals: true,
  options: { role: { type: 'string', default: '' } },
  async run({ role }, words) {
    if (words.length === 0) throw new UserError(`Which command? It goes behind "--". ${HELP}`);
    const env = await roleEnvironment(role, process.env);
    // Attached, so that a signal to stop reaches the command as well.
    const { exitCode } = await $({ stdio: 'inherit', detached: false, nothrow: true, env })`${words}`;
    return (exitCode ?? EXIT.failed) as ExitCode;
  },
});
