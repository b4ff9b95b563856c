import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { UserError } from '#bookings/model/problem.ts';
import { dev, prod } from '#infra/stacks.ts';
import { clientOptions } from './aws-access.ts';
import { EXIT, instantOf, runCommand } from './command.ts';
import { identify } from './deploy/account.ts';
import { deployedFunctions } from './deploy/deployed-functions.ts';
import { rollBack, type RollBack, type Wanted } from './deploy/roll-back.ts';

const HELP = `
Usage: npm run rollback -- --stack prod [options]

A function runs the version that its alias "live" names. Without further options: lists each function's versions, newest
first, with the live one marked. With --function or --before: says which aliases would move where; with --yes moves them,
within seconds, for everybody at once.

  --stack <name>      dev or prod
  --function <name>[:<version>]
                      this one (repeatable): scc-api:5, crew-portal, …; without a version: to the one that was published
                      before the live one. npm run deploy prints the whole command that goes back to what was live
  --before <time>     every function whose live version was published at that time (with offset) or later: to the last one
                      that was published before, which may have been a bad one too: look at the list
  --yes               does it

A version is code and environment together, with the hashes of the keys that it lets in; what that changes is said. One that
would not let CloudFront in is refused. All else (tables, sites, policies) goes back by git revert and npm run deploy.
Exit codes: 0 done or shown, 1 failed, 2 no such version, or moved by somebody else.
`;

await runCommand({
  help: HELP,
  options: {
    stack: { type: 'string', default: '' },
    function: { type: 'string', multiple: true, default: [] as string[] },
    before: { type: 'string' },
    yes: { type: 'boolean', default: false },
  },
  async run({ stack, function: names, before, yes }) {
    const target = targetOf(names, before);
    if (stack !== 'dev' && stack !== 'prod')
      throw new UserError(
        `--stack ${stack}: expected dev or prod (a local stack is as new as its last start)`,
      );
    if (yes && target === null) throw new UserError('--yes to what? Give --function or --before.');
    const config = { dev, prod }[stack];
    const aws = clientOptions({ region: config.region });
    await identify({ ...config, stack }, new STSClient(aws));
    await rollBack({
      lambda: new LambdaClient(aws),
      functions: await deployedFunctions(),
      prefix: config.namePrefix,
      target,
      does: yes,
      say: (text) => void process.stdout.write(text),
    });
    return EXIT.done;
  },
});

function targetOf(names: readonly string[], before: string | undefined): RollBack['target'] {
  if (before !== undefined && names.length > 0)
    throw new UserError('--before is about all functions: leave out --function.');
  if (before !== undefined) return { before: instantOf(before) };
  const wanted = names.map(toWanted);
  const twice = wanted.find(({ name }, at) => wanted.slice(0, at).some((one) => one.name === name));
  if (twice !== undefined) throw new UserError(`--function ${twice.name}: it is named twice.`);
  return wanted.length === 0 ? null : { wanted };
}

function toWanted(word: string): Wanted {
  const [, name, version = null] = /^([\w-]+)(?::([1-9]\d*))?$/.exec(word) ?? [];
  if (name !== undefined) return { name, version };
  throw new UserError(
    `--function ${word}: expected a name, or name:version; without --function both are listed`,
  );
}
