import { arnsOf, globalArnsOf } from '../../arns.ts';
import { boundaryName } from '../boundary.ts';
import { stateBucket, stateKeyAlias } from '../../state.ts';
import { allow, of, type DeployScope, type Right } from './right.ts';

export const stateRights = ({ config }: DeployScope): Right[] => {
  const bucket = `arn:aws:s3:::${stateBucket(config)}`;
  return [
    allow(['s3:ListBucket', 's3:GetBucketLocation'], [bucket]),
    allow(of('s3', 'GetObject', 'PutObject', 'DeleteObject'), [`${bucket}/.pulumi/*`]),
    {
      ...allow(of('kms', 'Encrypt', 'Decrypt', 'GenerateDataKey', 'DescribeKey'), [
        arnsOf(config)('kms', 'key/*'),
      ]),
      Condition: { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': stateKeyAlias(config) } },
    },
    // Pulumi's aws-native provider goes through Cloud Control, which acts with the caller's own rights.
    allow(of('cloudformation', 'GetResource', 'GetResourceRequestStatus', 'UpdateResource'), ['*']),
  ];
};

const functionArns = ({ config, names }: DeployScope): string[] =>
  names.functions.map((name) => arnsOf(config)('lambda', `function:${name}`));

export const functionRights = (scope: DeployScope): Right[] => [
  allow(
    of(
      'lambda',
      'GetFunction*',
      'GetAlias',
      'GetPolicy',
      'ListVersionsByFunction',
      'ListTags',
      'UpdateFunction*',
      'PutFunctionEventInvokeConfig',
      'PublishVersion',
      'UpdateAlias',
      'RemovePermission',
    ),
    functionArns(scope).flatMap((arn) => [arn, `${arn}:*`]),
  ),
];

export function triggerRights(scope: DeployScope): Right[] {
  const arn = arnsOf(scope.config);
  const functions = functionArns(scope);
  const all = functions.flatMap((one) => [one, `${one}:*`]);
  const mappings = [arn('lambda', 'event-source-mapping:*')];
  return [
    {
      ...allow(['lambda:AddPermission'], all),
      Condition: { StringEquals: { 'lambda:Principal': INVOKERS } },
    },
    {
      ...allow(['lambda:GetEventSourceMapping', 'lambda:UpdateEventSourceMapping'], mappings),
      Condition: { ArnLike: { 'lambda:FunctionArn': functions.map((one) => `${one}:*`) } },
    },
    // Pulumi reads the tags of what it has changed; this action knows no such condition.
    allow(['lambda:ListTags'], mappings),
    allow(
      ['scheduler:GetSchedule', 'scheduler:UpdateSchedule'],
      scope.names.schedules.map((name) => arn('scheduler', `schedule/default/${name}`)),
    ),
  ];
}

/** AWS services that invoke functions by a permission of the function. */
const INVOKERS = ['apigateway.amazonaws.com', 's3.amazonaws.com', 'sns.amazonaws.com'];

export function roleRights({ config, names }: DeployScope): Right[] {
  const iam = (resource: string) => globalArnsOf(config)('iam', resource);
  const roles = names.roles.map((name) => iam(`role/${name}`));
  return [
    allow(of('iam', 'GetRole', 'GetRolePolicy', 'ListRolePolicies', 'ListAttachedRolePolicies'), roles),
    {
      ...allow(['iam:PutRolePolicy', 'iam:DeleteRolePolicy'], roles),
      Condition: { StringEquals: { 'iam:PermissionsBoundary': iam(`policy/${boundaryName(config)}`) } },
    },
    {
      ...allow(['iam:PassRole'], roles),
      Condition: {
        StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'scheduler.amazonaws.com'] },
      },
    },
  ];
}
