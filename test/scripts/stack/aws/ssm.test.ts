import {
  GetParameterCommand,
  GetParametersCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import type { PutParameterCommandInput } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSsm, type Parameter, type Ssm } from '#scripts/stack/aws/ssm.ts';
import { serve, type ServedService } from './serve.ts';

const Name = '/bosun/local/deployment';
const ARN = `arn:aws:ssm:us-east-1:000000000000:parameter${Name}`;

let ssm: Ssm;
let served: ServedService;
let client: SSMClient;

beforeEach(async () => {
  ssm = createSsm({ region: 'us-east-1', account: '000000000000', parameters: new Map<string, Parameter>() });
  served = await serve('ssm', ssm.service);
  client = new SSMClient(served.client);
});
afterEach(async () => {
  client.destroy();
  await served.close();
});

const get = (name = Name) => client.send(new GetParameterCommand({ Name: name }));
const put = (input: Partial<PutParameterCommandInput>) =>
  client.send(new PutParameterCommand({ Name, Value: 'one', Type: 'String', ...input }));

describe('a parameter', () => {
  it('is put, read by name or ARN, and overwritten as a new version', async () => {
    expect(await put({})).toMatchObject({ Version: 1 });
    expect((await get()).Parameter).toMatchObject({ Name, Type: 'String', Value: 'one', Version: 1, ARN });
    expect((await get()).Parameter!.LastModifiedDate).toBeInstanceOf(Date);
    expect(await put({ Value: 'two', Type: undefined, Overwrite: true })).toMatchObject({ Version: 2 });
    expect((await get(ARN)).Parameter).toMatchObject({ Value: 'two', Version: 2 });
    expect(new Set(served.asked)).toEqual(new Set([`ssm:PutParameter ${ARN}`, `ssm:GetParameter ${ARN}`]));
  });

  it('can be set by the stack itself, a new version only when it differs', async () => {
    ssm.put(Name, 'one');
    ssm.put(Name, 'one');
    ssm.put(Name, 'two');
    expect((await get()).Parameter).toMatchObject({ Value: 'two', Version: 2 });
    expect(ssm.value(Name)).toBe('two');
  });
});

describe('Parameter Store refuses', () => {
  it('to read what is not there', async () => {
    await expect(get()).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  it('to overwrite unless asked to', async () => {
    await put({});
    await expect(put({ Value: 'two' })).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
    expect(ssm.value(Name)).toBe('one');
  });

  it.each<[string, Partial<PutParameterCommandInput>]>([
    ['a value above 4 KB', { Value: 'x'.repeat(4097) }],
    ['a name with spaces', { Name: '/bosun/a b' }],
    ['a path without its leading slash', { Name: 'bosun/local' }],
    ['a reserved name', { Name: '/aws/deployment' }],
    ['a new parameter without a type', { Type: undefined }],
  ])('%s', async (_, input) => {
    await expect(put(input)).rejects.toMatchObject({ name: 'ValidationException' });
    expect(ssm.value(input.Name ?? Name)).toBeUndefined();
  });

  it('secure strings and other operations, as not implemented', async () => {
    await expect(put({ Type: 'SecureString' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
    await expect(client.send(new GetParametersCommand({ Names: [Name] }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
  });

  it('callers without the right', async () => {
    const forbidden = await serve('ssm', ssm.service, ['ssm:GetParameter']);
    const reader = new SSMClient(forbidden.client);
    await expect(reader.send(new GetParameterCommand({ Name }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
    });
    reader.destroy();
    await forbidden.close();
  });
});
