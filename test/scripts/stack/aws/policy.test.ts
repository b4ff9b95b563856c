import { describe, expect, it } from 'vitest';
import { checkResourcePolicy, isAllowed, judgeByResourcePolicy } from '#scripts/stack/aws/policy.ts';
import { allow } from './start-endpoint.ts';

const table = 'arn:aws:dynamodb:us-east-1:000000000000:table/booking-ledger';

describe('what a role may do', () => {
  it.each([
    ['the exact action and resource', 'dynamodb:GetItem', table],
    ['an action glob', 'dynamodb:Get*', table],
    ['a resource glob', 'dynamodb:GetItem', 'arn:aws:dynamodb:*:*:table/booking-*'],
    ['one character', 'dynamodb:GetIte?', table],
    ['another letter case of the action', 'DynamoDB:getitem', table],
    ['everything', '*', '*'],
  ])('is allowed by %s', (_, action, resource) => {
    expect(isAllowed([allow(action, resource)], 'dynamodb:GetItem', table)).toBe(true);
  });

  it.each([
    ['another action', 'dynamodb:PutItem', table],
    ['an action that only begins alike', 'dynamodb:Get', table],
    ['another resource', 'dynamodb:GetItem', `${table}-archive`],
    ['its index only', 'dynamodb:GetItem', `${table}/index/*`],
    ['another letter case of the resource', 'dynamodb:GetItem', table.toUpperCase()],
    ['a pattern whose dot is no wildcard', 'dynamodb:GetItem', table.replace('-', '.')],
  ])('is not allowed by %s', (_, action, resource) => {
    expect(isAllowed([allow(action, resource)], 'dynamodb:GetItem', table)).toBe(false);
  });

  it('is nothing without a policy', () => {
    expect(isAllowed([], 'dynamodb:GetItem', table)).toBe(false);
  });

  it('is gathered from all policies, and one denial overrides them', () => {
    const denial = { Statement: { Effect: 'Deny', Action: 'dynamodb:Delete*', Resource: '*' } };
    const policies = [allow('s3:*', '*'), allow(['dynamodb:*'], [table]), denial];
    expect(isAllowed(policies, 'dynamodb:GetItem', table)).toBe(true);
    expect(isAllowed(policies, 'dynamodb:DeleteItem', table)).toBe(false);
  });

  it.each([
    ['NotAction', { Effect: 'Allow', NotAction: 's3:*', Resource: '*' }],
    ['NotResource', { Effect: 'Allow', Action: 's3:*', NotResource: '*' }],
    ['Condition', { Effect: 'Allow', Action: 's3:*', Resource: '*', Condition: { Bool: {} } }],
    ['variables', { Effect: 'Allow', Action: 's3:*', Resource: 'arn:aws:s3:::home/${aws:username}/*' }],
  ])('is refused to be judged where a policy has %s', (element, statement) => {
    expect(() => isAllowed([{ Statement: [statement] }], 's3:GetObject', 'arn')).toThrow(element);
  });
});

describe('what the policy of a bucket allows', () => {
  const distribution = 'arn:aws:cloudfront::000000000000:distribution/GUESTS';
  const object = 'arn:aws:s3:::queenofsandiego.com/g/xhqgmdh.html';
  const policy = {
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'cloudfront.amazonaws.com' },
        Action: 's3:GetObject',
        Resource: 'arn:aws:s3:::queenofsandiego.com/*',
        Condition: { StringEquals: { 'AWS:SourceArn': distribution } },
      },
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: 'arn:aws:s3:::queenofsandiego.com/hidden/*',
      },
    ],
  };
  const judge = (sourceArn: string | undefined, resource = object, service = 'cloudfront.amazonaws.com') =>
    judgeByResourcePolicy(policy, { service, sourceArn }, 's3:GetObject', resource);

  it('holds for the distribution that it names', () => {
    expect(judge(distribution)).toBe('allowed');
  });

  it('does not hold for another distribution, another service, or nobody', () => {
    expect(judge(distribution.replace('GUESTS', 'OTHERS'))).toBe('not mentioned');
    expect(judge(undefined)).toBe('not mentioned');
    expect(judge(distribution, object, 'sns.amazonaws.com')).toBe('not mentioned');
    expect(judgeByResourcePolicy(policy, {}, 's3:GetObject', object)).toBe('not mentioned');
  });

  it('denies to everybody what it denies', () => {
    expect(judge(distribution, 'arn:aws:s3:::queenofsandiego.com/hidden/a')).toBe('denied');
    expect(
      judgeByResourcePolicy(policy, {}, 's3:PutObject', 'arn:aws:s3:::queenofsandiego.com/hidden/a'),
    ).toBe('denied');
  });

  it.each([
    ['another condition', { Bool: { 'aws:SecureTransport': 'false' } }, '*'],
    ['another condition key', { StringEquals: { 'AWS:SourceArn': distribution, 'aws:Foo': '1' } }, '*'],
    ['a named role', undefined, { AWS: 'arn:aws:iam::000000000000:role/x' }],
  ])('is refused to be judged with %s', (_, Condition, Principal) => {
    const statement = { Effect: 'Allow', Principal, Action: 's3:*', Resource: '*', Condition };
    expect(() => checkResourcePolicy({ Statement: [statement] })).toThrow('does not know');
  });
});
