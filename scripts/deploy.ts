import { UserError } from '#bookings/model/problem.ts';
import { deployableConfig, type StackConfig } from '#infra/config.ts';
import { storageOf } from './aws-access.ts';
import { EXIT, runCommand, type ExitCode } from './command.ts';
import { openCloud } from './deploy/cloud.ts';
import { readCommit, type Commit } from './deploy/commit.ts';
import { previewOnCopy } from './deploy/preview-on-copy.ts';
import { renderPreview } from './deploy/preview.ts';
import { openPulumi } from './deploy/pulumi.ts';
import { release } from './deploy/release.ts';
import { refuseMissingCalendars, refuseShortStay } from './deploy/refusals.ts';
import type { Environment } from './deploy/role-credentials.ts';
import { stateOf } from './deploy/state.ts';
import { runStages } from './pipeline.ts';
import { includesCommit, ROOT } from './repository.ts';
import { createSession } from './session.ts';
import { readOperator } from './stack/operator.ts';

const HELP = `
Usage: npm run deploy -- --stack prod [options]

Deploys the infrastructure and all functions: checks what it needs, builds, runs Pulumi, says which functions have another
version now, and asks every public door of the stack whether it is well (npm run smoke). Bookings are not applied:
npm run apply does that.

  --stack <name>   dev or prod
  --yes            does not ask; needed where nobody sits at a terminal
  --refresh        also puts back what somebody changed or deleted by hand. Functions that were rolled back get their newest
                   versions again
  --older          also when the stack runs a commit that is no part of this one's history, which is refused otherwise
  --unlock         deploys nothing: takes away the lock that a deploy left which was killed. Only when nobody deploys
  --preview        shows what a deploy would change, and changes nothing. Needs no secret: it works on a copy of the state
                   without any, and leaves out what they are part of. Before the first deploy there is none
  --markdown       with --preview: for a comment on a pull request, by names of resources alone

Environment: ORIGIN_SECRET, with which CloudFront proves itself to the APIs: at least 32 characters, or new,old while it is
changed. Credentials of AWS, where every program of AWS looks for them.
Exit codes: 0 done, 1 failed, or not well afterwards, 2 something is missing, or it was refused before
anything was changed.
`;

await runCommand({
  help: HELP,
  options: {
    stack: { type: 'string', default: '' },
    yes: { type: 'boolean', default: false },
    preview: { type: 'boolean', default: false },
    markdown: { type: 'boolean', default: false },
    refresh: { type: 'boolean', default: false },
    older: { type: 'boolean', default: false },
    unlock: { type: 'boolean', default: false },
  },
  async run({ stack, yes, preview, markdown, refresh, older, unlock }) {
    if (markdown && !preview)
      throw new UserError('--markdown says what a preview found: give --preview too.');
    if ((preview || unlock) && (refresh || older || (preview && unlock)))
      throw new UserError('--preview and --unlock deploy nothing: leave out the other options.');
    if (unlock) return takeLockAway(stack);
    if (preview) return showPreview(stack, markdown);
    if (!yes && !process.stdin.isTTY)
      throw new UserError('Nobody can answer here: give --yes, or --preview.');
    return deploy(stack, { asks: !yes, refresh, older });
  },
});

interface DeployOptions {
  readonly asks: boolean;
  readonly refresh: boolean;
  readonly older: boolean;
}

async function deploy(stack: string, { asks, refresh, older }: DeployOptions): Promise<ExitCode> {
  const environment = { ...process.env, ...(await readCommit(ROOT, { mayBeDirty: false })) };
  const config = configOf(stack, environment);
  refuseMissingCalendars(config, readOperator(ROOT).calendars);
  const cloud = await openCloud(config);
  refuseShortStay(cloud.expires, new Date());
  await build(stack);
  const pulumi = await openOwn(config, { ...environment, ...cloud.environment });
  return release({
    ...{ config, cloud, pulumi, asks, refresh },
    includes: async (commit) => older || includesCommit(ROOT, commit),
    smoke: { storage: storageOf(config), patience: 60_000 },
    say: (text) => void process.stdout.write(text),
  });
}

async function takeLockAway(stack: string): Promise<ExitCode> {
  const { config, commit } = await readUndeployed(stack);
  const { environment } = await openCloud(config);
  const pulumi = await openOwn(config, { ...process.env, ...commit, ...environment });
  await pulumi.unlock();
  return EXIT.done;
}

/** With the state that the stack really has. */
function openOwn(config: StackConfig, environment: Environment) {
  const { backend } = stateOf(config);
  return openPulumi({ root: ROOT, stack: config.stack, backend, environment });
}

async function showPreview(stack: string, markdown: boolean): Promise<ExitCode> {
  const { config, commit } = await readUndeployed(stack);
  refuseMissingCalendars(config, readOperator(ROOT).calendars);
  const cloud = await openCloud(config);
  await build(stack);
  const environment = { ...process.env, ...commit, ...cloud.environment };
  const open = (backend: string, more: Environment) =>
    openPulumi({ root: ROOT, stack, backend, environment: { ...environment, ...more } });
  await previewOnCopy({ open, backend: stateOf(config).backend }, async (pulumi, { hidden }) => {
    if (markdown) process.stdout.write(renderPreview(await pulumi.previewJson(), hidden));
    else await pulumi.preview();
  });
  return EXIT.done;
}

/** For what deploys nothing. */
async function readUndeployed(stack: string): Promise<{ config: StackConfig; commit: Commit }> {
  const commit = await readCommit(ROOT, { mayBeDirty: true });
  // Only the length of a secret is looked at.
  return { commit, config: configOf(stack, { ...commit, ORIGIN_SECRET: 'x'.repeat(32) }) };
}

/** What is missing is said all at once, by the same check that the program itself makes. */
function configOf(stack: string, environment: Environment): StackConfig {
  try {
    return deployableConfig(stack, environment);
  } catch (cause) {
    throw new UserError((cause as Error).message, [], { cause });
  }
}

/** Functions and site. What it says goes where it cannot be taken for the output. */
async function build(stack: string): Promise<void> {
  const session = await createSession({ stack, dir: '.local', allow: [] }, ROOT);
  const exit = await runStages({ ...session, out: process.stderr }, ['validate', 'build']);
  if (exit !== EXIT.done) throw new UserError('The build did not end well; what is wrong stands above.');
}
