import type { Resource } from '#scripts/stack/graph.ts';

/** What Pulumi calls when one has changed, reading its tags afterwards where it has any, and on what. */
export type Change = (one: Resource) => readonly [arn: string, ...actions: string[]];

const ACCOUNT = 'us-east-1:123456789012';
const own =
  (...actions: string[]): Change =>
  ({ outputs }) => [String(outputs.arn), ...actions];
/** For what is called by its id or name. */
const at =
  (prefix: string, ...actions: string[]): Change =>
  ({ id, inputs }) => [`${prefix}${String(inputs.name ?? id)}`, ...actions];
const inApi =
  (kind: string): Change =>
  ({ inputs, id }) => [
    `arn:aws:apigateway:us-east-1::/apis/${String(inputs.apiId)}/${kind}/${id}`,
    'apigateway:PATCH',
  ];
const ofCloudFront =
  (action: string, kind: string): Change =>
  ({ id }) => [`arn:aws:cloudfront::123456789012:${kind}/${id}`, `cloudfront:${action}`];
const ofFunction =
  (action: string, property: string): Change =>
  ({ inputs }) => [
    `arn:aws:lambda:${ACCOUNT}:function:${String(inputs[property]).split(':function:').at(-1)}:live`,
    `lambda:${action}`,
  ];
const ofBucket =
  (action: string): Change =>
  ({ inputs }) => [`arn:aws:s3:::${String(inputs.bucket)}`, `s3:${action}`];
const ofMail =
  (action: string): Change =>
  ({ inputs }) => [`arn:aws:ses:${ACCOUNT}:identity/${String(inputs.emailIdentity)}`, `ses:${action}`];

/** Type → what changing one takes. */
export const CHANGES: Readonly<Record<string, Change>> = {
  'aws-native:cloudfront:Function': ({ outputs }) => [
    String(outputs.functionArn),
    'cloudfront:UpdateFunction',
  ],
  'aws-native:scheduler:Schedule': at(
    `arn:aws:scheduler:${ACCOUNT}:schedule/default/`,
    'scheduler:UpdateSchedule',
  ),
  'aws:acm/certificate:Certificate': own('acm:AddTagsToCertificate'),
  // Waits until another certificate is issued.
  'aws:acm/certificateValidation:CertificateValidation': ({ inputs }) => [
    String(inputs.certificateArn),
    'acm:RequestCertificate',
  ],
  'aws:apigatewayv2/api:Api': ({ id }) => [`arn:aws:apigateway:us-east-1::/apis/${id}`, 'apigateway:PATCH'],
  'aws:apigatewayv2/authorizer:Authorizer': inApi('authorizers'),
  'aws:apigatewayv2/integration:Integration': inApi('integrations'),
  'aws:apigatewayv2/route:Route': inApi('routes'),
  'aws:apigatewayv2/stage:Stage': inApi('stages'),
  'aws:budgets/budget:Budget': at(
    'arn:aws:budgets::123456789012:budget/',
    'budgets:ModifyBudget',
    'budgets:ListTagsForResource',
  ),
  'aws:cloudfront/cachePolicy:CachePolicy': ofCloudFront('UpdateCachePolicy', 'cache-policy'),
  'aws:cloudfront/distribution:Distribution': own(
    'cloudfront:UpdateDistribution',
    'cloudfront:ListTagsForResource',
  ),
  'aws:cloudfront/originAccessControl:OriginAccessControl': ofCloudFront(
    'UpdateOriginAccessControl',
    'origin-access-control',
  ),
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': ofCloudFront(
    'UpdateResponseHeadersPolicy',
    'response-headers-policy',
  ),
  'aws:cloudwatch/dashboard:Dashboard': ({ inputs }) => [
    `arn:aws:cloudwatch::123456789012:dashboard/${String(inputs.dashboardName)}`,
    'cloudwatch:PutDashboard',
  ],
  'aws:cloudwatch/logGroup:LogGroup': own('logs:PutRetentionPolicy', 'logs:ListTagsForResource'),
  'aws:cloudwatch/metricAlarm:MetricAlarm': at(
    `arn:aws:cloudwatch:${ACCOUNT}:alarm:`,
    'cloudwatch:PutMetricAlarm',
    'cloudwatch:TagResource',
    'cloudwatch:ListTagsForResource',
  ),
  'aws:dynamodb/table:Table': own('dynamodb:UpdateTable', 'dynamodb:ListTagsOfResource'),
  'aws:iam/openIdConnectProvider:OpenIdConnectProvider': own('iam:UpdateOpenIDConnectProviderThumbprint'),
  'aws:iam/policy:Policy': own('iam:CreatePolicyVersion'),
  'aws:iam/role:Role': own('iam:UpdateAssumeRolePolicy'),
  'aws:iam/rolePolicy:RolePolicy': ({ inputs }) => [
    `arn:aws:iam::123456789012:role/${String(inputs.role)}`,
    'iam:PutRolePolicy',
  ],
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': ({ inputs }) => [
    `arn:aws:iam::123456789012:role/${String(inputs.role)}`,
    'iam:AttachRolePolicy',
  ],
  'aws:lambda/alias:Alias': ofFunction('UpdateAlias', 'functionName'),
  'aws:lambda/eventSourceMapping:EventSourceMapping': ({ id }) => [
    `arn:aws:lambda:${ACCOUNT}:event-source-mapping:${id}`,
    'lambda:UpdateEventSourceMapping',
    'lambda:GetEventSourceMapping',
    'lambda:ListTags',
  ],
  'aws:lambda/function:Function': own(
    'lambda:UpdateFunctionCode',
    'lambda:UpdateFunctionConfiguration',
    'lambda:PublishVersion',
    'lambda:GetFunctionConfiguration',
    'lambda:ListTags',
  ),
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': ofFunction(
    'PutFunctionEventInvokeConfig',
    'functionName',
  ),
  'aws:lambda/permission:Permission': ofFunction('AddPermission', 'function'),
  'aws:route53/record:Record': ({ inputs }) => [
    `arn:aws:route53:::hostedzone/${String(inputs.zoneId)}`,
    'route53:ChangeResourceRecordSets',
  ],
  'aws:s3/bucket:Bucket': ofBucket('PutBucketTagging'),
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration': ofBucket('PutBucketCORS'),
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': ofBucket('PutLifecycleConfiguration'),
  'aws:s3/bucketNotification:BucketNotification': ofBucket('PutBucketNotification'),
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': ofBucket('PutBucketOwnershipControls'),
  'aws:s3/bucketPolicy:BucketPolicy': ofBucket('PutBucketPolicy'),
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock': ofBucket('PutBucketPublicAccessBlock'),
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration': ofBucket(
    'PutEncryptionConfiguration',
  ),
  'aws:s3/bucketVersioning:BucketVersioning': ofBucket('PutBucketVersioning'),
  'aws:secretsmanager/secret:Secret': own('secretsmanager:UpdateSecret'),
  'aws:sesv2/configurationSet:ConfigurationSet': own(
    'ses:PutConfigurationSetSuppressionOptions',
    'ses:ListTagsForResource',
  ),
  'aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination': ({ inputs }) => [
    `arn:aws:ses:${ACCOUNT}:configuration-set/${String(inputs.configurationSetName)}`,
    'ses:UpdateConfigurationSetEventDestination',
  ],
  'aws:sesv2/emailIdentity:EmailIdentity': ofMail('PutEmailIdentityConfigurationSetAttributes'),
  'aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes': ofMail(
    'PutEmailIdentityFeedbackAttributes',
  ),
  'aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes': ofMail(
    'PutEmailIdentityMailFromAttributes',
  ),
  'aws:sns/topic:Topic': own('sns:SetTopicAttributes'),
  'aws:sns/topicPolicy:TopicPolicy': ({ inputs }) => [String(inputs.arn), 'sns:SetTopicAttributes'],
  'aws:sns/topicSubscription:TopicSubscription': own('sns:SetSubscriptionAttributes'),
  'aws:sqs/queue:Queue': own('sqs:SetQueueAttributes'),
  'aws:sqs/queuePolicy:QueuePolicy': ({ inputs }) => [
    `arn:aws:sqs:${ACCOUNT}:${String(inputs.queueUrl).split('/').at(-1)}`,
    'sqs:SetQueueAttributes',
  ],
  'aws:ssm/parameter:Parameter': own('ssm:PutParameter', 'ssm:ListTagsForResource'),
  'aws:wafv2/webAcl:WebAcl': own('wafv2:UpdateWebACL', 'wafv2:ListTagsForResource'),
};

/** Type → what making and deleting one takes, of those that are not the operator's alone; most have tags from the start. */
export const MAKING: Readonly<Record<string, readonly string[]>> = {
  'aws-native:cloudfront:Function': ['cloudfront:CreateFunction', 'cloudfront:DeleteFunction'],
  'aws-native:scheduler:Schedule': ['scheduler:CreateSchedule', 'scheduler:DeleteSchedule'],
  'aws:apigatewayv2/api:Api': ['apigateway:POST', 'apigateway:DELETE'],
  'aws:apigatewayv2/authorizer:Authorizer': ['apigateway:POST', 'apigateway:DELETE'],
  'aws:apigatewayv2/integration:Integration': ['apigateway:POST', 'apigateway:DELETE'],
  'aws:apigatewayv2/route:Route': ['apigateway:POST', 'apigateway:DELETE'],
  'aws:apigatewayv2/stage:Stage': ['apigateway:POST', 'apigateway:DELETE'],
  'aws:budgets/budget:Budget': ['budgets:ModifyBudget', 'budgets:TagResource'],
  'aws:cloudfront/cachePolicy:CachePolicy': ['cloudfront:CreateCachePolicy', 'cloudfront:DeleteCachePolicy'],
  'aws:cloudfront/distribution:Distribution': [
    'cloudfront:CreateDistribution',
    'cloudfront:TagResource',
    'cloudfront:DeleteDistribution',
  ],
  'aws:cloudfront/originAccessControl:OriginAccessControl': [
    'cloudfront:CreateOriginAccessControl',
    'cloudfront:DeleteOriginAccessControl',
  ],
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy': [
    'cloudfront:CreateResponseHeadersPolicy',
    'cloudfront:DeleteResponseHeadersPolicy',
  ],
  'aws:cloudwatch/dashboard:Dashboard': ['cloudwatch:PutDashboard', 'cloudwatch:DeleteDashboards'],
  'aws:cloudwatch/logGroup:LogGroup': ['logs:CreateLogGroup', 'logs:TagResource', 'logs:DeleteLogGroup'],
  'aws:cloudwatch/metricAlarm:MetricAlarm': [
    'cloudwatch:PutMetricAlarm',
    'cloudwatch:TagResource',
    'cloudwatch:DeleteAlarms',
  ],
  'aws:dynamodb/table:Table': ['dynamodb:CreateTable', 'dynamodb:TagResource', 'dynamodb:DeleteTable'],
  'aws:iam/rolePolicy:RolePolicy': ['iam:PutRolePolicy', 'iam:DeleteRolePolicy'],
  'aws:lambda/alias:Alias': ['lambda:CreateAlias', 'lambda:DeleteAlias'],
  'aws:lambda/eventSourceMapping:EventSourceMapping': [
    'lambda:CreateEventSourceMapping',
    'lambda:TagResource',
    'lambda:DeleteEventSourceMapping',
  ],
  'aws:lambda/function:Function': ['lambda:CreateFunction', 'lambda:TagResource', 'lambda:DeleteFunction'],
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig': [
    'lambda:PutFunctionEventInvokeConfig',
    'lambda:DeleteFunctionEventInvokeConfig',
  ],
  'aws:lambda/permission:Permission': ['lambda:AddPermission', 'lambda:RemovePermission'],
  // AWS asks for the same right when one is deleted.
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration': ['s3:PutBucketCORS'],
  'aws:s3/bucketNotification:BucketNotification': ['s3:PutBucketNotification'],
  'aws:sesv2/configurationSet:ConfigurationSet': [
    'ses:CreateConfigurationSet',
    'ses:TagResource',
    'ses:DeleteConfigurationSet',
  ],
  'aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination': [
    'ses:CreateConfigurationSetEventDestination',
    'ses:DeleteConfigurationSetEventDestination',
  ],
  'aws:sns/topicSubscription:TopicSubscription': ['sns:Subscribe', 'sns:Unsubscribe'],
  'aws:ssm/parameter:Parameter': ['ssm:PutParameter', 'ssm:AddTagsToResource', 'ssm:DeleteParameter'],
  'aws:wafv2/webAcl:WebAcl': ['wafv2:CreateWebACL', 'wafv2:TagResource', 'wafv2:DeleteWebACL'],
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
  'cloudfront:DeleteCachePolicy',
  'cloudfront:DeleteOriginAccessControl',
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
  'sqs:AddPermission',
  'sqs:ReceiveMessage',
  'sqs:SetQueueAttributes',
  'sns:AddPermission',
  'sns:Publish',
  'sns:SetTopicAttributes',
  'sns:Subscribe',
  'ses:SendEmail',
  'kms:ScheduleKeyDeletion',
  'logs:DeleteLogGroup',
  'route53:ChangeResourceRecordSets',
  'acm:DeleteCertificate',
];
