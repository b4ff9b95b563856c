import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { deploymentParameter, deploymentSchema, type Deployment } from '#infra/deployment.ts';
import { pulumiVersion } from '#scripts/deploy/pulumi.ts';
import { ROOT } from '#scripts/repository.ts';
import { awsCredentialsFor, openLocalKeys } from '#scripts/stack/credentials.ts';
import { listen } from '#scripts/stack/listen.ts';
import { startWorld } from '#test/e2e/world.ts';
import { copyCheckout } from '#test/fixtures/operator.ts';
import { createFakePulumi, type FakePulumi } from '#test/scripts/deploy/fake-pulumi.ts';
import { openNewAccount } from '#test/scripts/deploy/new-account.ts';

/** What a command printed, in the order of standard output and standard error, and how it ended. */
export interface Said {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where somebody goes live for the first time: a clone, an account with nothing in it, and GitHub. */
export interface FirstDeploy {
  readonly checkout: string;
  readonly pulumi: FakePulumi;
  /** The kanban web app. */
  readonly boardUrl: string;
  /** Google's key file, as the console lets one download it. */
  readonly keyFile: string;
  /** Types a line into the shell of the checkout. */
  type(line: string): Promise<Said>;
  /** Keeps a variable for all lines to come. */
  keep(name: string, value: string): void;
  /** Writes these lines over those of the same fields in `prod` of infra/stacks.ts. */
  fillIn(lines: readonly string[]): Promise<void>;
  /** From now on S3 is the one with the stack's buckets, and no longer the one with that of Pulumi's state. */
  turnToBuckets(): void;
  /** All that a stack sent is where it was sent to. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

const OPERATOR = 'operator';
export const ACCOUNT = '123456789012';

/**
 * AWS is a local stack with a new account beside it, and Pulumi's command line is played: the stack stands already, and nobody finds it before
 * `pulumi up` says where it is.
 */
export async function prepareFirstDeploy(): Promise<FirstDeploy> {
  const directory = await mkdtemp(join(tmpdir(), 'bosun-going-live-'));
  const account = await openNewAccount(ACCOUNT);
  const world = await startWorld({ now: new Date().toISOString(), onlooker: OPERATOR });
  const checkout = await copyCheckout(join(directory, 'bosun'));
  const { aws, region } = world.endpoints;
  const credentials = awsCredentialsFor(OPERATOR, openLocalKeys(join(world.directory, 'state/keys.json')));
  const access = { region, endpoint: aws.endpoint, credentials };
  await clearCrew(new DynamoDBClient(access), world.endpoints.tables.crew);
  const up = await listen(async () => {
    await saySo(new SSMClient(access), world.endpoints);
    return new Response();
  });
  const pulumi = await createFakePulumi(directory, {
    version: { out: `v${await pulumiVersion(checkout)}\n` },
    up: { calls: up.url },
  });

  const environment: Record<string, string> = {
    PATH: [pulumi.path, join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    HOME: directory,
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ENDPOINT_URL_STS: account.url,
    AWS_ENDPOINT_URL_KMS: account.url,
    AWS_ENDPOINT_URL_S3: account.url,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    NO_COLOR: '1',
    GIT_CONFIG_COUNT: '2',
    ...{ GIT_CONFIG_KEY_0: 'user.name', GIT_CONFIG_VALUE_0: 'Operator' },
    ...{ GIT_CONFIG_KEY_1: 'user.email', GIT_CONFIG_VALUE_1: 'operator@example.test' },
  };
  const type = (line: string) => run(line, checkout, environment);
  const keyFile = join(directory, 'bosun-calendar.json');
  await writeFile(keyFile, world.stack.outside.secrets['jada-google-service-account']!);
  await beginRepository(checkout, directory, type);
  return {
    checkout,
    pulumi,
    boardUrl: `${world.endpoints.board}/macros/s/local/exec`,
    keyFile,
    type,
    keep(name, value) {
      environment[name] = value;
    },
    async fillIn(lines) {
      const file = join(checkout, 'infra/stacks.ts');
      await writeFile(file, lines.reduce(withLine, await readFile(file, 'utf8')));
    },
    turnToBuckets() {
      delete environment['AWS_ENDPOINT_URL_S3'];
    },
    async settle() {
      const left = await world.stack.settle(60_000);
      if (left.length > 0) throw new Error(`still on their way: ${left.join(', ')}`);
    },
    async close() {
      await up.close();
      await world.close();
      await account.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** What a deploy ends with. */
async function saySo(client: SSMClient, endpoints: Deployment): Promise<void> {
  const value = JSON.stringify({ ...deploymentSchema.parse(endpoints), stack: 'prod' });
  const name = deploymentParameter('prod');
  await client.send(new PutParameterCommand({ Name: name, Value: value, Type: 'String', Tier: 'Advanced' }));
}

/** A clone with a place to push to. */
async function beginRepository(
  checkout: string,
  directory: string,
  type: FirstDeploy['type'],
): Promise<void> {
  await cp(join(ROOT, '.gitignore'), join(checkout, '.gitignore'));
  const origin = join(directory, 'origin.git');
  const { code, err } =
    await type(`git init --quiet --bare ${origin} && git init --quiet --initial-branch main &&
    git remote add origin ${origin} && echo node_modules >> .git/info/exclude && git add . && git commit --quiet --message Bosun`);
  if (code !== 0) throw new Error(err);
}

function withLine(text: string, line: string): string {
  const [field] = line.split(':');
  const changed = text.replace(
    new RegExp(`(?<before>export const prod[^;]*?\\n  )${field}: (?:\\{[^}]*\\}|\\[[^\\]]*\\]|[^,\\n]*),`),
    `$<before>${line}`,
  );
  if (changed === text) throw new Error(`infra/stacks.ts has no line ${field} in prod`);
  return changed;
}

/** Nobody is registered yet. */
async function clearCrew(client: DynamoDBClient, TableName: string): Promise<void> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  for (const { crew_id } of Items)
    await client.send(new DeleteItemCommand({ TableName, Key: { crew_id: crew_id! } }));
}

function run(line: string, cwd: string, env: Readonly<Record<string, string>>): Promise<Said> {
  return new Promise((resolve) => {
    execFile('bash', ['--norc', '-c', line], { cwd, env: { ...env } }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), out, err }),
    );
  });
}
