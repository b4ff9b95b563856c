import { LambdaClient } from '@aws-sdk/client-lambda';
import { UserError } from '#bookings/model/problem.ts';
import { dev, prod } from '#infra/stacks.ts';
import { EXIT, instantOf, runCommand } from './command.ts';
import { clientOptions } from './connect.ts';
import { deployedFunctions } from './deploy/deployed-functions.ts';
import { rollBack, type RollBack } from './deploy/roll-back.ts';

const HELP = `
Usage: npm run rollback -- --stack prod [options]

A function runs the version that its alias "live" names. Without further options: lists each function's versions, newest
first, with the live one marked. With --function or --before: says which aliases would move where; with --yes moves them,
within seconds, for everybody at once.

  --stack <name>      dev or prod
  --function <name>   this one: scc-api, crew-portal, …
  --to <version>      with --function: to this version; default: the one before the live one
  --before <time>     every function to the version that was published last before this time, with offset; npm run deploy
                      prints the time
  --yes               does it

A version is code and environment together. All else (tables, sites, policies) goes back by git revert and npm run deploy.
Exit codes: 0 done or shown, 1 failed, 2 no such version, or moved by somebody else.
`;

await runCommand({
  help: HELP,
  options: {
    stack: { type: 'string', default: '' },
    function: { type: 'string' },
    to: { type: 'string' },
    before: { type: 'string' },
    yes: { type: 'boolean', default: false },
  },
  async run({ stack, function: name, to, before, yes }) {
    const target = targetOf(name, to, before);
    const config = stack === 'prod' ? prod : stack === 'dev' ? dev : undefined;
    if (config === undefined)
      throw new UserError(
        `--stack ${stack}: expected dev or prod (a local stack is as new as its last start)`,
      );
    if (yes && target === null) throw new UserError('--yes to what? Give --function or --before.');
    await rollBack({
      lambda: new LambdaClient(clientOptions({ region: config.region })),
      functions: await deployedFunctions(),
      prefix: config.namePrefix,
      target,
      does: yes,
      say: (text) => void process.stdout.write(text),
    });
    return EXIT.done;
  },
});

function targetOf(
  name: string | undefined,
  to: string | undefined,
  before: string | undefined,
): RollBack['target'] {
  if (before !== undefined && (name ?? to) !== undefined)
    throw new UserError('--before is about all functions: leave out --function and --to.');
  if (to !== undefined && name === undefined)
    throw new UserError('--to is of one function: give --function too.');
  if (to !== undefined && !/^[1-9]\d*$/.test(to))
    throw new UserError(`--to ${to}: expected the number of a version; without --function they are listed`);
  if (before !== undefined) return { before: instantOf(before) };
  return name === undefined ? null : { name, to: to ?? null };
}
