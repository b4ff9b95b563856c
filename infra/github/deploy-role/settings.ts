import { arnsOf, globalArnsOf } from '../../arns.ts';
import { allow, of, some, type DeployScope, type Right } from './right.ts';

/** Shapes and settings of what holds data, never the data, and none of what protects it. */
export function dataRights({ config, names }: DeployScope): Right[] {
  const arn = arnsOf(config);
  return [
    allow(
      of(
        'dynamodb',
        'DescribeTable',
        'DescribeContinuousBackups',
        'DescribeTimeToLive',
        'ListTagsOfResource',
        'UpdateTable',
      ),
      names.tables.map((name) => arn('dynamodb', `table/${name}`)),
    ),
    // By these wildcards no object can be read: that is s3:GetObject.
    allow(
      of(
        's3',
        'GetBucket*',
        'Get*Configuration',
        'ListBucket',
        'ListTagsForResource',
        'PutBucketCORS',
        'PutBucketNotification',
      ),
      names.buckets.map((name) => `arn:aws:s3:::${name}`),
    ),
    allow(
      ['secretsmanager:DescribeSecret', 'secretsmanager:GetResourcePolicy'],
      names.secrets.map((name) => arn('secretsmanager', `secret:${name}-??????`)),
    ),
    allow(
      of('ssm', 'GetParameter', 'GetParameters', 'PutParameter', 'ListTagsForResource'),
      names.parameters.map((name) => arn('ssm', `parameter${name}`)),
    ),
    allow(['ssm:DescribeParameters'], ['*']),
    // Who may use a queue or topic is one of its attributes: none of them is set.
    allow(
      of('sqs', 'GetQueueAttributes', 'ListQueueTags'),
      names.queues.map((name) => arn('sqs', name)),
    ),
    allow(
      of(
        'sns',
        'GetTopicAttributes',
        'ListTagsForResource',
        'GetSubscriptionAttributes',
        'SetSubscriptionAttributes',
      ),
      names.topics.flatMap((name) => [arn('sns', name), arn('sns', `${name}:*`)]),
    ),
  ];
}

export function edgeRights(scope: DeployScope): Right[] {
  const { config, names, distributions, certificates, edgePolicies, apis } = scope;
  const arn = arnsOf(config);
  const cloudFront = (resource: string) => globalArnsOf(config)('cloudfront', resource);
  const gateway = (path: string) => `arn:aws:apigateway:${config.region}::/apis/${path}`;
  const zones = [...new Set(Object.values(config.zones))].filter((zone) => zone !== null);
  return [
    allow(of('cloudfront', 'GetDistribution', 'UpdateDistribution', 'ListTagsForResource'), distributions),
    allow(
      ['CachePolicy', 'ResponseHeadersPolicy', 'OriginAccessControl'].flatMap((one) =>
        ['Get', 'Update'].map((verb) => `cloudfront:${verb}${one}`),
      ),
      edgePolicies.map(cloudFront),
    ),
    allow(
      of(
        'cloudfront',
        'GetFunction',
        'DescribeFunction',
        'UpdateFunction',
        'PublishFunction',
        'ListTagsForResource',
      ),
      names.edgeFunctions.map((name) => cloudFront(`function/${name}`)),
    ),
    allow(['apigateway:GET', 'apigateway:PATCH'], apis.map(gateway)),
    allow(
      of('apigateway', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
      apis.map((id) => gateway(`${id}/*`)),
    ),
    allow(['acm:DescribeCertificate', 'acm:ListTagsForCertificate'], certificates),
    ...some(
      ['route53:GetHostedZone', 'route53:ListResourceRecordSets'],
      zones.map((zone) => `arn:aws:route53:::hostedzone/${zone}`),
    ),
    ...some(
      of('wafv2', 'GetWebACL', 'UpdateWebACL', 'ListTagsForResource'),
      names.firewalls.flatMap((name) => [
        arn('wafv2', `global/webacl/${name}/*`),
        arn('wafv2', 'global/managedruleset/*/*'),
      ]),
    ),
  ];
}

export function watchRights({ config, names }: DeployScope): Right[] {
  const arn = arnsOf(config);
  return [
    allow(
      ['logs:ListTagsForResource', 'logs:PutRetentionPolicy'],
      names.logGroups.flatMap((name) => [
        arn('logs', `log-group:${name}`),
        arn('logs', `log-group:${name}:*`),
      ]),
    ),
    allow(['logs:DescribeLogGroups'], ['*']),
    allow(
      // PutMetricAlarm sends tags along, which is a right of its own.
      of(
        'cloudwatch',
        'DescribeAlarms',
        'PutMetricAlarm',
        'DeleteAlarms',
        'ListTagsForResource',
        'TagResource',
      ),
      [arn('cloudwatch', `alarm:${config.namePrefix}*`)],
    ),
    ...some(
      ['cloudwatch:GetDashboard', 'cloudwatch:PutDashboard'],
      names.dashboards.map((name) => globalArnsOf(config)('cloudwatch', `dashboard/${name}`)),
    ),
    ...some(
      of('budgets', 'ViewBudget', 'ModifyBudget', 'ListTagsForResource'),
      names.budgets.map((name) => globalArnsOf(config)('budgets', `budget/${name}`)),
    ),
    allow(
      ['ses:GetEmailIdentity', 'ses:ListTagsForResource'],
      names.mailIdentities.map((name) => arn('ses', `identity/${name}`)),
    ),
    allow(
      of(
        'ses',
        'GetConfigurationSet',
        'GetConfigurationSetEventDestinations',
        'UpdateConfigurationSetEventDestination',
        'PutConfigurationSetDeliveryOptions',
        'PutConfigurationSetReputationOptions',
        'PutConfigurationSetSuppressionOptions',
        'ListTagsForResource',
      ),
      names.configurationSets.map((name) => arn('ses', `configuration-set/${name}`)),
    ),
  ];
}
