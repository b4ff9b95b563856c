import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { UserError } from '#bookings/model/problem.ts';
import { stackConfig, type StackConfig } from '#infra/config.ts';
import { clientOptions } from './aws-access.ts';
import { EXIT, runCommand } from './command.ts';
import { identify } from './deploy/account.ts';
import { ensureStateStore } from './deploy/state-store.ts';

const HELP = `
Usage: npm run bootstrap -- --stack prod [--dry-run]

Once per stack, on the operator's own machine and with the operator's own credentials: makes what has to be there before
Pulumi can run, the bucket for its state and the key for the secrets in it. Whatever is there already stays; it may be run
again at any time. Then it says what to do next, on this machine and on GitHub.

  --stack <name>   dev or prod; the account is that of infra/stacks.ts
  --dry-run        says what is there and what would be made, and makes nothing

Exit codes: 0 done, 1 failed, 2 no account in infra/stacks.ts, or these credentials are of another.
`;

if (import.meta.main)
  await runCommand({
    help: HELP,
    options: {
      stack: { type: 'string', default: '' },
      'dry-run': { type: 'boolean', default: false },
    },
    async run({ stack, 'dry-run': isDry }) {
      const config = configOf(stack);
      const aws = clientOptions({ region: config.region });
      await identify(config, new STSClient(aws));
      const say = (line: string) => void process.stdout.write(`${line}\n`);
      const clients = { s3: new S3Client({ ...aws, followRegionRedirects: true }), kms: new KMSClient(aws) };
      await ensureStateStore({ config, ...clients, does: !isDry, say });
      say(nextSteps(config));
      return EXIT.done;
    },
  });

/** Needs no more of the configuration than which account it is. */
function configOf(stack: string): StackConfig {
  if (stack !== 'dev' && stack !== 'prod')
    throw new UserError(`--stack ${stack}: expected dev or prod (local needs no account)`);
  const deployment = { commit: '', time: '' };
  const config = stackConfig(stack, { originSecrets: [], deployment });
  if (/^(?!0{12})\d{12}$/.test(config.accountId)) return config;
  throw new UserError(
    `infra/stacks.ts: ${stack}.accountId: expected the twelve digits of the AWS account, found "${config.accountId}". Fill it in first.`,
  );
}

/**
 * Names of roles are those of infra/github/github.ts. Each stack has an environment, with what deploys it; the variables of
 * the repository are of one stack.
 */
export function nextSteps({ stack, accountId, namePrefix }: StackConfig): string {
  const variable = (name: string, value: string) => `  ${`BOSUN_${name}`.padEnd(20)} ${value}`;
  const role = (name: string) =>
    variable(`${name.toUpperCase()}_ROLE`, `arn:aws:iam::${accountId}:role/${namePrefix}bosun-${name}`);
  return [
    '',
    'Next, here:',
    '  npm run install-pulumi      (and commit the checksums, if it adds any)',
    `  npm run deploy -- --stack ${stack}`,
    '',
    `Then, on GitHub, the environment "${stack}" (Settings, Environments): required reviewers, branch main only, secret`,
    'ORIGIN_SECRET, and the environment variable',
    role('deploy'),
    '',
    `Variables of the repository (Settings, Secrets and variables, Actions, Variables) say which one stack bookings go to.`,
    `Only if that is ${stack}:`,
    variable('STACK', stack),
    ...['plan', 'drift', 'apply'].map(role),
  ].join('\n');
}
