import { KMSClient } from '@aws-sdk/client-kms';
import { S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { stackConfig } from '#infra/config.ts';
import { identify } from '#scripts/deploy/account.ts';
import { stateOf } from '#scripts/deploy/state.ts';
import { ensureStateStore } from '#scripts/deploy/state-store.ts';
import { listen, type Listening } from '#scripts/stack/listen.ts';

const ACCOUNT = '123456789012';
const BUCKET = `bosun-state-${ACCOUNT}`;
const config = stackConfig('prod', {
  accountId: ACCOUNT,
  originSecrets: [],
  deployment: { commit: '', time: '' },
});

let server: Listening;
let buckets: Set<string>;
let aliases: Map<string, string>;
/** What was asked, in the order of asking, with the body. */
let calls: { readonly what: string; readonly body: string }[];
/** The call that is not answered any more, as if the machine had died there. */
let diesAt: string | undefined;

/** Of KMS, S3 and STS what a bootstrap needs. */
async function answer(request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const body = await request.text();
  const target = request.headers.get('x-amz-target')?.split('.')[1];
  const what =
    target ??
    (body.includes('GetCallerIdentity')
      ? 'GetCallerIdentity'
      : `${request.method} ${[...searchParams.keys()].find((key) => key !== 'x-id') ?? ''}`.trim());
  if (what === diesAt) return new Response(null, { status: 400 });
  calls.push({ what, body });
  if (target !== undefined) return keyService(target, JSON.parse(body) as Record<string, string>);
  if (what === 'GetCallerIdentity')
    return new Response(
      `<GetCallerIdentityResponse><GetCallerIdentityResult><Account>${ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
      { headers: { 'content-type': 'text/xml' } },
    );
  const bucket = pathname.split('/')[1]!;
  if (what === 'HEAD') return new Response(null, { status: buckets.has(bucket) ? 200 : 404 });
  if (what === 'PUT') buckets.add(bucket);
  return new Response(null, { status: buckets.has(bucket) ? 200 : 404 });
}

function keyService(operation: string, input: Readonly<Record<string, string>>): Response {
  const json = (value: object, status = 200) =>
    Response.json(value, { status, headers: { 'content-type': 'application/x-amz-json-1.1' } });
  if (operation === 'DescribeKey')
    return aliases.has(input.KeyId!)
      ? json({ KeyMetadata: { KeyId: aliases.get(input.KeyId!) } })
      : json({ __type: 'NotFoundException', message: 'Alias is not found' }, 400);
  if (operation === 'CreateKey') return json({ KeyMetadata: { KeyId: 'key-1' } });
  if (operation === 'CreateAlias') aliases.set(input.AliasName!, input.TargetKeyId!);
  return json({});
}

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const client = () => ({ region: 'us-east-1', endpoint: server.url, credentials, maxAttempts: 1 });

beforeAll(async () => {
  server = await listen(answer);
});
afterAll(() => server.close());
beforeEach(() => {
  buckets = new Set();
  aliases = new Map();
  calls = [];
  diesAt = undefined;
});

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
const asked = () => calls.map(({ what }) => what);
const bodyOf = (what: string) => calls.find((call) => call.what === what)?.body;

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
    calls = [];
    expect((await bootstrap()).map((line) => line.split(',')[0])).toEqual([
      'key alias/bosun-state is there',
      `bucket ${BUCKET} is there`,
    ]);
    expect(asked()).not.toContain('CreateKey');
    expect(asked()).not.toContain('PUT');
    expect(asked()).toContain('PUT publicAccessBlock');
  });

  it.each(['CreateAlias', 'PUT', 'PUT policy'])('that died at %s is finished by the next', async (where) => {
    diesAt = where;
    await expect(bootstrap()).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    diesAt = undefined;
    await bootstrap();
    expect([...aliases.keys()]).toEqual(['alias/bosun-state']);
    expect([...buckets]).toEqual([BUCKET]);
    expect(asked()).toContain('PUT tagging');
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
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'AKID',
      AWS_SECRET_ACCESS_KEY: 'secret',
    });
    await expect(identify({ ...config, accountId: '999999999999' }, sts)).rejects.toThrow(
      `These credentials are of account ${ACCOUNT}, and stack prod is of 999999999999`,
    );
  });

  it('makes what Pulumi is then told to use', () => {
    expect(stateOf(config)).toEqual({
      backend: `s3://${BUCKET}?region=us-east-1`,
      secretsProvider: 'awskms://alias/bosun-state?region=us-east-1',
    });
  });
});
