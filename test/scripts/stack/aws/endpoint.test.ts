import { CloudFrontClient, ListDistributionsCommand } from '@aws-sdk/client-cloudfront';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AwsError, type AwsService } from '#scripts/stack/stand-in.ts';
import { allow, pipelineKey, readerKey, region, startEndpoint } from './start-endpoint.ts';

const names = ['cloudfront', 'dynamodb', 'lambda', 's3', 'secretsmanager', 'ses', 'sns', 'ssm'];

/** Each service authorizes one action, then refuses or answers as the test wants. */
let outcome: 'answer' | 'refuse' | 'break' = 'answer';
const service =
  (name: string): AwsService =>
  async (request, caller) => {
    caller.authorize(`${name}:Anything`, `arn:aws:${name}:::thing`);
    if (outcome === 'refuse') throw new AwsError('TooSmall', 'It is <too> small & thin', 409);
    if (outcome === 'break') throw new TypeError('a bug of ours');
    return Response.json({ heard: await request.text() });
  };

let server: Awaited<ReturnType<typeof startEndpoint>>;
beforeAll(async () => {
  const services = Object.fromEntries(names.map((name) => [name, service(name)]));
  server = await startEndpoint(services, [allow('s3:*', '*')]);
});
afterAll(() => server.close());

type Config = ReturnType<typeof config>;
const config = (
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string } = pipelineKey,
) => ({
  region,
  endpoint: server.url,
  credentials,
  maxAttempts: 1,
});

const calls: Record<string, (config: Config) => Promise<unknown>> = {
  cloudfront: (c) => new CloudFrontClient(c).send(new ListDistributionsCommand({})),
  dynamodb: (c) => new DynamoDBClient(c).send(new ListTablesCommand({})),
  lambda: (c) =>
    new LambdaClient(c).send(
      new InvokeCommand({ FunctionName: 'arn:aws:lambda:us-east-1:0:function:calendar sync' }),
    ),
  s3: (c) => new S3Client(c).send(new ListBucketsCommand({})),
  secretsmanager: (c) =>
    new SecretsManagerClient(c).send(new GetSecretValueCommand({ SecretId: 'jada/board-key' })),
  ses: (c) =>
    new SESv2Client(c).send(new SendEmailCommand({ Content: {}, FromEmailAddress: 'jàda@example.test' })),
  sns: (c) =>
    new SNSClient(c).send(new PublishCommand({ TopicArn: 'arn', Message: 'Ahoy & welcome (all) *' })),
  ssm: (c) => new SSMClient(c).send(new GetParameterCommand({ Name: '/bosun/local/deployment' })),
};

const attempt = async (name: string, given = config()): Promise<unknown> =>
  calls[name]!(given).then(
    () => 'answered',
    (error: unknown) => error,
  );

describe.each(names)('%s behind the endpoint', (name) => {
  it('answers a client that signed with the right secret', async () => {
    outcome = 'answer';
    const seen = server.calls.length;
    await attempt(name, config({ ...pipelineKey, sessionToken: 'token' }));
    expect(server.calls.slice(seen)).toEqual([
      { principal: 'pipeline', action: `${name}:Anything`, resource: `arn:aws:${name}:::thing` },
    ]);
  });

  it('refuses a wrong secret and an unknown key', async () => {
    const seen = server.calls.length;
    const wrong = await attempt(name, config({ ...pipelineKey, secretAccessKey: 'guess' }));
    const unknown = await attempt(name, config({ ...pipelineKey, accessKeyId: 'AKIAUNKNOWN' }));
    expect((wrong as Error).name).toMatch(/^(SignatureDoesNotMatch|InvalidSignatureException)$/);
    expect((unknown as Error).name).toMatch(
      /^(InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId)$/,
    );
    expect(server.calls).toHaveLength(seen);
  });

  it('refuses a clock that is 16 minutes off', async () => {
    const error = await attempt(name, { ...config(), systemClockOffset: -16 * 60_000 } as Config);
    expect((error as Error).name).toMatch(
      /^(RequestTimeTooSkewed|SignatureDoesNotMatch|InvalidSignatureException)$/,
    );
  });

  it('renders the errors of the service so that the client reads code, text and status', async () => {
    outcome = 'refuse';
    const error = await attempt(name);
    expect(error).toMatchObject({
      name: 'TooSmall',
      message: 'It is <too> small & thin',
      $metadata: { httpStatusCode: 409, requestId: expect.any(String) as string },
    });
  });

  it('tells a client of another region so', async () => {
    const error = await attempt(name, { ...config(), region: 'eu-west-1' });
    expect((error as Error).message).toContain("expecting 'us-east-1'");
  });
});

describe('the endpoint', () => {
  it.each([
    ['dynamodb', 'AccessDeniedException', 400],
    ['sns', 'AuthorizationErrorException', 403],
    ['lambda', 'AccessDeniedException', 403],
  ])('refuses what the role does not allow, and records it (%s)', async (name, code, httpStatusCode) => {
    outcome = 'answer';
    const error = await attempt(name, config(readerKey));
    const message = expect.stringContaining(
      `reader is not authorized to perform: ${name}:Anything`,
    ) as string;
    expect(error).toMatchObject({ name: code, message, $metadata: { httpStatusCode } });
    expect(server.calls.at(-1)).toMatchObject({ principal: 'reader', action: `${name}:Anything` });
  });

  it('lets a role do what its policy allows', async () => {
    outcome = 'refuse';
    expect(await attempt('s3', config(readerKey))).toMatchObject({ name: 'TooSmall' });
  });

  it('names a service that it does not have', async () => {
    const authorization =
      'AWS4-HMAC-SHA256 Credential=AKIAPIPELINE/20150830/us-east-1/kms/aws4_request, SignedHeaders=host, Signature=00';
    const response = await fetch(server.url, {
      headers: { authorization, 'x-amz-date': '20150830T123600Z' },
    });
    expect(response.status).toBe(501);
    expect(await response.text()).toContain("no AWS service 'kms'");
  });

  it('lets a client with a wrong clock find the time by the Date header', async () => {
    outcome = 'answer';
    const client = new DynamoDBClient({ ...config(), systemClockOffset: 3_600_000 });
    const list = () => client.send(new ListTablesCommand({}));
    await expect(list()).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    expect((await list()).$metadata.httpStatusCode).toBe(200);
  });

  it('tells the time that it judges by, however that is shifted', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2031-05-01T12:00:00Z') });
    const response = await fetch(server.url);
    vi.useRealTimers();
    expect(response.headers.get('date')).toBe('Thu, 01 May 2031 12:00:00 GMT');
  });

  it('hands a request without signature to S3, which decides', async () => {
    const response = await fetch(`${server.url}/bucket/key`);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>AccessDenied</Code>');
  });

  it('asks a JSON service for a signature', async () => {
    const headers = {
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'content-type': 'application/x-amz-json-1.0',
    };
    const response = await fetch(server.url, { method: 'POST', headers, body: '{}' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });

  it('shows a bug of the stack as a 500', async () => {
    outcome = 'break';
    const shown = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    expect(await attempt('ssm')).toMatchObject({ name: 'InternalFailure', message: 'a bug of ours' });
    expect(shown).toHaveBeenCalledWith(expect.any(TypeError));
    shown.mockRestore();
  });
});
