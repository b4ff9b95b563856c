import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stackConfig } from '#infra/config.ts';
import { nextSteps } from '#scripts/bootstrap.ts';
import { identify } from '#scripts/deploy/account.ts';
import { stateOf } from '#scripts/deploy/state.ts';
import { ensureStateStore } from '#scripts/deploy/state-store.ts';
import { openNewAccount, type NewAccount } from './new-account.ts';

const ACCOUNT = '123456789012';
const BUCKET = `bosun-state-${ACCOUNT}`;
const config = stackConfig('prod', {
  accountId: ACCOUNT,
  originSecrets: [],
  deployment: { commit: '', time: '' },
});

let account: NewAccount;
const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const client = () => ({ region: 'us-east-1', endpoint: account.url, credentials, maxAttempts: 1 });

beforeEach(async () => {
  account = await openNewAccount(ACCOUNT);
});
afterEach(() => account.close());

async function bootstrap(does = true): Promise<string[]> {
  const said: string[] = [];
  const s3 = new S3Client({ ...client(), forcePathStyle: true });
  await ensureStateStore({
    config,
    s3,
    kms: new KMSClient(client()),
    does,
    say: (line) => void said.push(line),
  });
  return said;
}
const asked = () => account.calls.map(({ what }) => what);
const bodyOf = (what: string) => account.calls.find((call) => call.what === what)?.body;

describe('a bootstrap', () => {
  it("makes the key and the bucket of a stack's state, closed to everybody else", async () => {
    const said = await bootstrap();
    expect(said).toEqual([
      'key alias/bosun-state was made (key-1), with yearly rotation',
      `bucket ${BUCKET} was made, private, versioned, encrypted, TLS only, old versions kept for a year`,
    ]);
    expect(asked()).toEqual([
      'DescribeKey',
      'CreateKey',
      'EnableKeyRotation',
      'CreateAlias',
      'HEAD',
      'PUT',
      'PUT publicAccessBlock',
      'PUT versioning',
      'PUT encryption',
      'PUT policy',
      'PUT lifecycle',
      'PUT tagging',
    ]);
    expect(bodyOf('PUT publicAccessBlock')!.match(/true/g)).toHaveLength(4);
    expect(bodyOf('PUT versioning')).toContain('<Status>Enabled</Status>');
    expect(bodyOf('PUT policy')).toContain('"aws:SecureTransport":"false"');
    expect(bodyOf('PUT lifecycle')).toContain('<NoncurrentDays>365</NoncurrentDays>');
  });

  it('changes nothing by being run again, and mends what a person changed', async () => {
    await bootstrap();
    account.calls.length = 0;
    expect((await bootstrap()).map((line) => line.split(',')[0])).toEqual([
      'key alias/bosun-state is there',
      `bucket ${BUCKET} is there`,
    ]);
    expect(asked()).not.toContain('CreateKey');
    expect(asked()).not.toContain('PUT');
    expect(asked()).toContain('PUT publicAccessBlock');
  });

  it.each(['CreateAlias', 'PUT', 'PUT policy'])('that died at %s is finished by the next', async (where) => {
    account.diesAt = where;
    await expect(bootstrap()).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    account.diesAt = undefined;
    await bootstrap();
    expect([...account.aliases.keys()]).toEqual(['alias/bosun-state']);
    expect([...account.buckets]).toEqual([BUCKET]);
    expect(asked()).toContain('PUT tagging');
  });

  it('writes nothing into a bucket that somebody else made by that name, and says of every call whose it has to be', async () => {
    account.taken.add(BUCKET);
    await expect(bootstrap()).rejects.toThrow(
      `Bucket ${BUCKET} is there, but it is not of account ${ACCOUNT}, or these credentials may not look at it (403).`,
    );
    expect(asked().at(-1)).toBe('HEAD');
    account.taken.clear();
    await bootstrap();
    // A bucket that is being made belongs to nobody yet.
    const unsaid = account.calls.filter(({ what, owner }) => /^(HEAD|PUT)/.test(what) && owner !== ACCOUNT);
    expect(unsaid.map(({ what }) => what)).toEqual(['PUT']);
  });

  it('only says what it would make, when that is all that is wanted', async () => {
    expect(await bootstrap(false)).toEqual([
      'key alias/bosun-state: would be made, with yearly rotation',
      `bucket ${BUCKET}: would be made, private, versioned, encrypted, TLS only, old versions kept for a year`,
    ]);
    expect(asked()).toEqual(['DescribeKey', 'HEAD']);
  });

  it('is for the account of the stack alone', async () => {
    const sts = new STSClient(client());
    expect(await identify(config, sts)).toEqual({
      environment: {
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'AKID',
        AWS_SECRET_ACCESS_KEY: 'secret',
      },
      isWorkflow: false,
    });
    await expect(identify({ ...config, accountId: '999999999999' }, sts)).rejects.toThrow(
      `These credentials are of account ${ACCOUNT}, and stack prod is of 999999999999`,
    );
  });

  it.each([
    ['bosun-deploy/deploy-1', true],
    ['bosun-deployers/me', false],
    ['dev-bosun-deploy/deploy-1', false],
  ])('knows the role of the workflow that deploys: %s', async (role, isWorkflow) => {
    account.arn = `arn:aws:sts::${ACCOUNT}:assumed-role/${role}`;
    expect(await identify(config, new STSClient(client()))).toMatchObject({ isWorkflow });
  });

  it('says which variables are of the environment, and which of the repository with its one stack', () => {
    const dev = { ...config, stack: 'dev' as const, namePrefix: 'dev-' };
    const [environment, repository] = nextSteps(dev).split('Variables of the repository');
    expect(environment).toMatch(/environment "dev"[^]*\n {2}BOSUN_DEPLOY_ROLE +\S+:role\/dev-bosun-deploy\n/);
    expect(environment).not.toContain('BOSUN_STACK');
    expect(repository).not.toContain('DEPLOY');
    expect(repository!.split('\n').slice(1)).toEqual([
      'Only if that is dev:',
      '  BOSUN_STACK          dev',
      `  BOSUN_PLAN_ROLE      arn:aws:iam::${ACCOUNT}:role/dev-bosun-plan`,
      `  BOSUN_DRIFT_ROLE     arn:aws:iam::${ACCOUNT}:role/dev-bosun-drift`,
      `  BOSUN_APPLY_ROLE     arn:aws:iam::${ACCOUNT}:role/dev-bosun-apply`,
    ]);
  });

  it('makes what Pulumi is then told to use', () => {
    expect(stateOf(config)).toEqual({
      backend: `s3://${BUCKET}?region=us-east-1`,
      secretsProvider: 'awskms://alias/bosun-state?region=us-east-1',
    });
  });
});
