import * as z from 'zod';
import { AwsError, type Caller } from '../stand-in.ts';
import type { Signers } from './callers.ts';
import { readCredential } from './sigv4-read.ts';
import { signText } from './sigv4.ts';

/** Names of form fields in lower case, with their values. */
export type Fields = ReadonlyMap<string, string>;

const scalar = z.union([z.string(), z.number()]).transform(String);

const policySchema = z.strictObject({
  expiration: z.iso.datetime(),
  conditions: z.array(
    z.union([
      z.tuple([z.literal('content-length-range'), z.coerce.number().int(), z.coerce.number().int()]),
      z.tuple([z.literal(['eq', 'starts-with']), z.string().startsWith('$'), scalar]),
      z.record(z.string(), scalar).refine((fields) => Object.keys(fields).length === 1),
    ]),
  ),
});

type Condition = z.infer<typeof policySchema>['conditions'][number];

/**
 * Checks a browser upload against the policy that came with it: signature, expiry, every condition, no field that the
 * policy does not name, size. Returns whoever signed the policy.
 * Source: Amazon S3, "Browser-Based Uploads Using POST (AWS Signature Version 4)".
 */
export function verifyPostPolicy(fields: Fields, bucket: string, fileSize: number, signers: Signers): Caller {
  const caller = verifyPolicySignature(fields, signers);
  const { expiration, conditions } = parsePolicy(fields.get('policy')!);
  if (Date.parse(expiration) <= Date.now()) throw denied('Policy expired.');
  const values = new Map([...fields, ['bucket', bucket]]);
  if (fields.has('bucket') && fields.get('bucket') !== bucket)
    throw denied('The bucket field is not the bucket.');
  for (const condition of conditions) checkCondition(condition, values, fileSize);
  refuseExtraFields(values, conditions);
  return caller;
}

/** The signature over the policy as it was sent (base64). Throws `SignatureDoesNotMatch`, `InvalidAccessKeyId`. */
export function verifyPolicySignature(fields: Fields, signers: Signers): Caller {
  const [policy, algorithm, credential, date, signature] = [
    'policy',
    'x-amz-algorithm',
    'x-amz-credential',
    'x-amz-date',
    'x-amz-signature',
  ].map((name) => fields.get(name) ?? missingField(name)) as [string, string, string, string, string];
  if (algorithm !== 'AWS4-HMAC-SHA256') throw invalid(`x-amz-algorithm is ${algorithm}`);
  const { accessKeyId, scope } = readCredential(credential);
  if (scope.service !== 's3' || !date.startsWith(scope.day))
    throw invalid('x-amz-credential has another scope');
  const signer = signers(accessKeyId);
  if (signer === undefined) {
    throw new AwsError(
      'InvalidAccessKeyId',
      'The AWS Access Key Id you provided does not exist in our records.',
      403,
    );
  }
  if (signText(signer.secretAccessKey, scope, policy) !== signature) {
    throw new AwsError(
      'SignatureDoesNotMatch',
      'The request signature we calculated does not match the policy.',
      403,
    );
  }
  return signer.caller;
}

function parsePolicy(encoded: string): z.infer<typeof policySchema> {
  try {
    return policySchema.parse(JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')));
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new AwsError('InvalidPolicyDocument', `Invalid Policy: ${detail}`);
  }
}

function checkCondition(condition: Condition, values: Fields, fileSize: number): void {
  if (Array.isArray(condition) && condition[0] === 'content-length-range') {
    if (fileSize < condition[1])
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum');
    if (fileSize > condition[2])
      throw new AwsError('EntityTooLarge', 'Your proposed upload exceeds the maximum');
    return;
  }
  const { kind, name, wanted } = readCondition(condition);
  const value = values.get(name);
  if (value !== undefined && tests[kind](name, value, wanted)) return;
  throw denied(`Policy Condition failed: ${JSON.stringify([kind, `$${name}`, wanted])}`);
}

const tests = {
  eq: (_name: string, value: string, wanted: string) => value === wanted,
  /** A comma in a content type makes a list, of which each entry must fit. */
  'starts-with': (name: string, value: string, wanted: string) =>
    (name === 'content-type' ? value.split(',') : [value]).every((one) => one.trim().startsWith(wanted)),
};

function readCondition(condition: Exclude<Condition, ['content-length-range', number, number]>) {
  if (Array.isArray(condition)) {
    return { kind: condition[0], name: condition[1].slice(1).toLowerCase(), wanted: condition[2] };
  }
  const [name, wanted] = Object.entries(condition)[0]!;
  return { kind: 'eq' as const, name: name.toLowerCase(), wanted };
}

function refuseExtraFields(values: Fields, conditions: readonly Condition[]): void {
  const named = conditions
    .filter((condition) => !(Array.isArray(condition) && condition[0] === 'content-length-range'))
    .map((condition) => readCondition(condition as Parameters<typeof readCondition>[0]).name);
  const allowed = new Set([...named, 'x-amz-signature', 'policy', 'file']);
  const extra = [...values.keys()].filter((name) => !allowed.has(name) && !name.startsWith('x-ignore-'));
  if (extra.length > 0) throw denied(`Extra input fields: ${extra.join(', ')}`);
}

const denied = (message: string): AwsError =>
  new AwsError('AccessDenied', `Invalid according to Policy: ${message}`, 403);

const invalid = (message: string): AwsError => new AwsError('InvalidArgument', message);

function missingField(name: string): never {
  throw invalid(
    `Bucket POST must contain a field named '${name}'. If it is specified, please check the order of the fields.`,
  );
}
