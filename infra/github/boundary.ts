import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { arnsOf, type Account } from '../arns.ts';
import type { StackConfig } from '../config.ts';
import { isOfGithub, type Names } from './declared-names.ts';
import type { Statement } from '../policies.ts';
import { policyDocument } from '../trust.ts';

export const boundaryName = ({ namePrefix }: Pick<StackConfig, 'namePrefix'>) =>
  `${namePrefix}bosun-boundary`;

/**
 * Puts a limit around the role of every function and schedule that is declared afterwards. The deploy workflow may write
 * these roles' policies, and put code under them: whatever it writes, no role of ours comes to more than this, and the
 * limit itself only the operator can change.
 */
export function useBoundary(config: StackConfig, names: pulumi.Output<Names>): void {
  const boundary = new aws.iam.Policy('bosun-boundary', {
    name: boundaryName(config),
    description: 'The most that functions and schedules may ever do',
    policy: names.apply((known) => JSON.stringify(policyDocument(boundaryStatements(config, known)))),
  });
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) =>
    type === 'aws:iam/role:Role' && !isOfGithub(type, name)
      ? { props: { ...props, permissionsBoundary: boundary.arn }, opts }
      : undefined,
  );
}

/** Work with this stack's own data, by name; nothing that makes, changes or deletes anything of AWS, or gives rights. */
function boundaryStatements(account: Account & Pick<StackConfig, 'buckets'>, names: Names): Statement[] {
  const arn = arnsOf(account);
  return [
    allow(
      ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'PutItem', 'UpdateItem', 'DeleteItem'].map(
        (one) => `dynamodb:${one}`,
      ),
      names.tables.flatMap((name) => [
        arn('dynamodb', `table/${name}`),
        arn('dynamodb', `table/${name}/index/*`),
      ]),
    ),
    allow(
      ['s3:GetObject', 's3:PutObject', 's3:GetObjectVersion', 's3:DeleteObjectVersion'],
      [`arn:aws:s3:::${account.buckets.photos}/*`],
    ),
    allow(['s3:ListBucket'], [`arn:aws:s3:::${account.buckets.photos}`]),
    allow(
      ['secretsmanager:GetSecretValue', 'secretsmanager:ListSecretVersionIds'],
      // AWS adds six characters to a secret's name.
      names.secrets.map((name) => arn('secretsmanager', `secret:${name}-??????`)),
    ),
    allow(
      ['sns:Publish'],
      names.topics.map((name) => arn('sns', name)),
    ),
    allow(
      ['SendMessage', 'ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((one) => `sqs:${one}`),
      names.queues.map((name) => arn('sqs', name)),
    ),
    allow(
      ['lambda:InvokeFunction'],
      // Always through an alias.
      names.functions.map((name) => arn('lambda', `function:${name}:*`)),
    ),
    allow(
      ['ses:SendEmail'],
      [
        ...names.mailIdentities.map((name) => arn('ses', `identity/${name}`)),
        ...names.configurationSets.map((name) => arn('ses', `configuration-set/${name}`)),
      ],
    ),
    allow(
      ['logs:CreateLogStream', 'logs:PutLogEvents'],
      names.logGroups.map((name) => arn('logs', `log-group:${name}:*`)),
    ),
    allow(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], ['*']),
  ];
}

const allow = (Action: readonly string[], Resource: readonly string[]): Statement => ({
  Effect: 'Allow',
  Action,
  Resource,
});
