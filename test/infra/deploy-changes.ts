import type { Resource } from '#scripts/stack/graph.ts';

export type Change = (one: Resource) => [action: string, arn: string];

const ACCOUNT = 'us-east-1:123456789012';
const own =
  (action: string): Change =>
  ({ outputs }) => [action, String(outputs.arn)];
const inApi: Change = ({ inputs, id }) => [
  'apigateway:PATCH',
  `arn:aws:apigateway:us-east-1::/apis/${String(inputs.apiId)}/routes/${id}`,
];
const ofCloudFront =
  (action: string, kind: string): Change =>
  ({ id }) => [`cloudfront:${action}`, `arn:aws:cloudfront::123456789012:${kind}/${id}`];
const ofFunction =
  (action: string, property: string): Change =>
  ({ inputs }) => [
    `lambda:${action}`,
    `arn:aws:lambda:${ACCOUNT}:function:${String(inputs[property]).split(':function:').at(-1)}:live`,
  ];
const ofBucket =
  (action: string): Change =>
  ({ inputs }) => [`s3:${action}`, `arn:aws:s3:::${String(inputs.bucket)}`];

/** What takes rights that no workflow has: the operator deploys it. */
export const OPERATOR = 'operator';

/** Type → what changing one takes. */
export const CHANGES: Readonly<Record<string, Change | typeof OPERATOR>> = {
  'aws-native:cloudfront:Function': ({ outputs }) => [
    'cloudfront:UpdateFunction',
    String(outputs.functionArn),
  ],
  'aws-native:scheduler:Schedule': ({ inputs }) => [
    'scheduler:UpdateSchedule',
    `arn:aws:scheduler:${ACCOUNT}:schedule/default/${String(inputs.name)}`,
  ],
  'aws:acm/certificate:Certificate': OPERATOR,
  'aws:acm/certificateValidation:CertificateValidation': OPERATOR,
  'aws:apigatewayv2/api:Api': ({ id }) => ['apigateway:PATCH', `arn:aws:apigateway:us-east-1::/apis/${id}`],
  'aws:apigatewayv2/authorizer:Authorizer': inApi,
  'aws:apigatewayv2/integration:Integration': inApi,
  'aws:apigatewayv2/route:Route': inApi,
  'aws:apigatewayv2/stage:Stage': inApi,
  'aws:budgets/budget:Budget': ({ inputs }) => [
    'budgets:ModifyBudget',
    `arn:aws:budgets::123456789012:budget/${String(inputs.name)}`,
  ],
  'aws:cloudfront/cachePolicy:CachePolicy': ofCloudFront('UpdateCachePolicy', 'cache-policy'),
  'aws:cloudfront/distribution:Distribution': own('cloudfront:UpdateDistribution'),
  'aws:cloudfront/originAccessControl:OriginAccessControl': ofCloudFront(
    'UpdateOriginAccessControl',
    'origin-access-control',
  ),
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': ofCloudFront(
    'UpdateResponseHeadersPolicy',
    'response-headers-policy',
  ),
  'aws:cloudwatch/dashboard:Dashboard': ({ inputs }) => [
    'cloudwatch:PutDashboard',
    `arn:aws:cloudwatch::123456789012:dashboard/${String(inputs.dashboardName)}`,
  ],
  'aws:cloudwatch/logGroup:LogGroup': own('logs:PutRetentionPolicy'),
  'aws:cloudwatch/metricAlarm:MetricAlarm': ({ inputs }) => [
    'cloudwatch:PutMetricAlarm',
    `arn:aws:cloudwatch:${ACCOUNT}:alarm:${String(inputs.name)}`,
  ],
  'aws:dynamodb/table:Table': own('dynamodb:UpdateTable'),
  'aws:iam/openIdConnectProvider:OpenIdConnectProvider': OPERATOR,
  'aws:iam/policy:Policy': OPERATOR,
  'aws:iam/role:Role': OPERATOR,
  'aws:iam/rolePolicy:RolePolicy': ({ inputs }) => [
    'iam:PutRolePolicy',
    `arn:aws:iam::123456789012:role/${String(inputs.role)}`,
  ],
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': OPERATOR,
  'aws:lambda/alias:Alias': ofFunction('UpdateAlias', 'functionName'),
  'aws:lambda/eventSourceMapping:EventSourceMapping': ({ id }) => [
    'lambda:UpdateEventSourceMapping',
    `arn:aws:lambda:${ACCOUNT}:event-source-mapping:${id}`,
  ],
  'aws:lambda/function:Function': own('lambda:UpdateFunctionCode'),
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': ofFunction(
    'PutFunctionEventInvokeConfig',
    'functionName',
  ),
  'aws:lambda/permission:Permission': ofFunction('AddPermission', 'function'),
  'aws:route53/record:Record': OPERATOR,
  'aws:s3/bucket:Bucket': OPERATOR,
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration': ofBucket('PutBucketCORS'),
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': OPERATOR,
  'aws:s3/bucketNotification:BucketNotification': ofBucket('PutBucketNotification'),
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': OPERATOR,
  'aws:s3/bucketPolicy:BucketPolicy': OPERATOR,
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': OPERATOR,
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': OPERATOR,
  'aws:s3/bucketVersioning:BucketVersioning': OPERATOR,
  'aws:secretsmanager/secret:Secret': OPERATOR,
  'aws:sesv2/configurationSet:ConfigurationSet': own('ses:PutConfigurationSetSuppressionOptions'),
  'aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination': ({ inputs }) => [
    'ses:UpdateConfigurationSetEventDestination',
    `arn:aws:ses:${ACCOUNT}:configuration-set/${String(inputs.configurationSetName)}`,
  ],
  'aws:sesv2/emailIdentity:EmailIdentity': OPERATOR,
  'aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes': OPERATOR,
  'aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes': OPERATOR,
  'aws:sns/topic:Topic': own('sns:SetTopicAttributes'),
  'aws:sns/topicPolicy:TopicPolicy': ({ inputs }) => ['sns:SetTopicAttributes', String(inputs.arn)],
  'aws:sns/topicSubscription:TopicSubscription': own('sns:SetSubscriptionAttributes'),
  'aws:sqs/queue:Queue': own('sqs:SetQueueAttributes'),
  'aws:sqs/queuePolicy:QueuePolicy': ({ inputs }) => [
    'sqs:SetQueueAttributes',
    `arn:aws:sqs:${ACCOUNT}:${String(inputs.queueUrl).split('/').at(-1)}`,
  ],
  'aws:ssm/parameter:Parameter': own('ssm:PutParameter'),
  'aws:wafv2/webAcl:WebAcl': own('wafv2:UpdateWebACL'),
};

/** What would give it more rights, show it data, take away what protects data, or lead others to it. */
export const NEVER = [
  'iam:AttachRolePolicy',
  'iam:CreatePolicyVersion',
  'iam:CreateRole',
  'iam:CreateUser',
  'iam:DeleteRolePermissionsBoundary',
  'iam:PutRolePermissionsBoundary',
  'iam:SetDefaultPolicyVersion',
  'iam:UpdateAssumeRolePolicy',
  'iam:UpdateOpenIDConnectProviderThumbprint',
  'sts:AssumeRole',
  'lambda:CreateFunctionUrlConfig',
  'lambda:InvokeFunction',
  'lambda:DeleteFunction',
  'dynamodb:DeleteTable',
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Scan',
  'dynamodb:UpdateContinuousBackups',
  'dynamodb:UpdateTimeToLive',
  's3:DeleteBucket',
  's3:DeleteObject',
  's3:DeleteObjectVersion',
  's3:GetObject',
  's3:GetObjectVersion',
  's3:PutBucketPolicy',
  's3:PutBucketPublicAccessBlock',
  's3:PutBucketVersioning',
  's3:PutEncryptionConfiguration',
  's3:PutLifecycleConfiguration',
  'secretsmanager:DeleteSecret',
  'secretsmanager:GetSecretValue',
  'secretsmanager:PutResourcePolicy',
  'secretsmanager:PutSecretValue',
  'sqs:PurgeQueue',
  'sqs:ReceiveMessage',
  'sns:Publish',
  'ses:SendEmail',
  'kms:ScheduleKeyDeletion',
  'logs:DeleteLogGroup',
  'route53:ChangeResourceRecordSets',
  'acm:DeleteCertificate',
];
