import * as z from 'zod';
import { AwsError, type AwsService, type Caller } from '../stand-in.ts';
import type { KeptMap } from '../persistent-map.ts';
import { createJsonService, operation } from './json-service.ts';
import { notImplemented } from './not-implemented.ts';

export interface Parameter {
  readonly value: string;
  readonly version: number;
  /** Milliseconds since 1970 */
  readonly modifiedAt: number;
}

export interface SsmOptions {
  readonly region: string;
  readonly account: string;
  readonly parameters: KeptMap<Parameter>;
}

export interface Ssm {
  readonly service: AwsService;
  /** Sets a parameter as a deployment does; a new version only when the value differs. */
  put(name: string, value: string, tier?: Tier): void;
  value(name: string): string | undefined;
}

type Tier = 'Standard' | 'Advanced' | 'Intelligent-Tiering';

const get = z.strictObject({ Name: z.string().min(1), WithDecryption: z.boolean().optional() });
const put = z.strictObject({
  Name: z.string().min(1).max(2048),
  Value: z.string().min(1),
  Type: z.enum(['String', 'StringList', 'SecureString']).optional(),
  Overwrite: z.boolean().default(false),
  Description: z.string().optional(),
  Tier: z.enum(['Standard', 'Advanced', 'Intelligent-Tiering']).default('Standard'),
});

/** https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html */
const MAX_BYTES: Readonly<Record<Tier, number>> = {
  Standard: 4096,
  Advanced: 8192,
  'Intelligent-Tiering': 8192,
};

/** Parameter Store with plain `String` parameters. */
export function createSsm({ region, account, parameters }: SsmOptions): Ssm {
  const toArn = (name: string): string =>
    `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;

  function allowed(action: string, nameOrArn: string, caller: Caller): string {
    const name = nameOrArn.startsWith('arn:') ? nameOrArn.split(':parameter')[1]! : nameOrArn;
    if (name.includes(':')) throw notImplemented('SSM with a version or label in the name');
    caller.authorize(`ssm:${action}`, toArn(name));
    return name;
  }

  function store(name: string, value: string, tier: Tier): Parameter {
    checkName(name);
    if (Buffer.byteLength(value) > MAX_BYTES[tier]) {
      const text = `${tier} tier parameters support a maximum parameter value of ${MAX_BYTES[tier]} characters.`;
      throw new AwsError('ValidationException', text);
    }
    const version = (parameters.get(name)?.version ?? 0) + 1;
    const parameter = { value, version, modifiedAt: Date.now() };
    parameters.set(name, parameter);
    return parameter;
  }

  const service = createJsonService('SSM', {
    GetParameter: operation(get, (input, caller) => {
      const name = allowed('GetParameter', input.Name, caller);
      const parameter = parameters.get(name);
      if (parameter === undefined) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
      return { Parameter: toAnswer(name, toArn(name), parameter) };
    }),
    PutParameter: operation(put, (input, caller) => {
      const name = allowed('PutParameter', input.Name, caller);
      checkPut(input, parameters.has(name));
      return { Version: store(name, input.Value, input.Tier).version, Tier: input.Tier };
    }),
  });

  return {
    service,
    put(name, value, tier = 'Standard') {
      if (parameters.get(name)?.value !== value) store(name, value, tier);
    },
    value: (name) => parameters.get(name)?.value,
  };
}

function checkPut({ Type, Overwrite }: z.output<typeof put>, exists: boolean): void {
  if (Type !== undefined && Type !== 'String') throw notImplemented(`SSM PutParameter with Type ${Type}`);
  if (exists && !Overwrite) {
    const text =
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.';
    throw new AwsError('ParameterAlreadyExists', text);
  }
  if (!exists && Type === undefined) {
    throw new AwsError('ValidationException', 'A parameter type is required when you create a parameter.');
  }
}

function checkName(name: string): void {
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name) || /^\/?(aws|ssm)/i.test(name)) {
    throw new AwsError('ValidationException', `Invalid parameter name: ${name}`);
  }
  if (name.includes('/') && !name.startsWith('/')) {
    throw new AwsError('ValidationException', 'Parameter name must be a fully qualified name.');
  }
}

const toAnswer = (name: string, arn: string, { value, version, modifiedAt }: Parameter): object => ({
  Name: name,
  Type: 'String',
  Value: value,
  Version: version,
  LastModifiedDate: modifiedAt / 1000,
  ARN: arn,
  DataType: 'text',
});
