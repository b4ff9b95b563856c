/**
 * Pulumi's types of which no workflow may change, make or delete anything: they give rights, lead others to us, or protect
 * data (`deploy-rights.ts`). A deploy that touches one is the operator's, from their own machine.
 */
export const OPERATOR_ALONE: ReadonlySet<string> = new Set([
  'aws:acm/certificate:Certificate',
  'aws:acm/certificateValidation:CertificateValidation',
  'aws:iam/openIdConnectProvider:OpenIdConnectProvider',
  'aws:iam/policy:Policy',
  'aws:iam/role:Role',
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment',
  'aws:route53/record:Record',
  'aws:s3/bucket:Bucket',
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
  'aws:s3/bucketPolicy:BucketPolicy',
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
  'aws:s3/bucketVersioning:BucketVersioning',
  'aws:secretsmanager/secret:Secret',
  'aws:sesv2/emailIdentity:EmailIdentity',
  'aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes',
  'aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes',
  'aws:sns/topic:Topic',
  'aws:sns/topicPolicy:TopicPolicy',
  'aws:sqs/queue:Queue',
  'aws:sqs/queuePolicy:QueuePolicy',
]);

/** Types that a workflow changes where they are, and of which it cannot make or delete one: that is the operator's too. */
export const OPERATOR_MAKES: ReadonlySet<string> = new Set([
  'aws-native:cloudfront:Function',
  'aws-native:scheduler:Schedule',
  'aws:apigatewayv2/api:Api',
  'aws:budgets/budget:Budget',
  'aws:cloudfront/cachePolicy:CachePolicy',
  'aws:cloudfront/distribution:Distribution',
  'aws:cloudfront/originAccessControl:OriginAccessControl',
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy',
  'aws:cloudwatch/dashboard:Dashboard',
  'aws:cloudwatch/logGroup:LogGroup',
  'aws:dynamodb/table:Table',
  'aws:lambda/alias:Alias',
  'aws:lambda/eventSourceMapping:EventSourceMapping',
  'aws:lambda/function:Function',
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig',
  'aws:sesv2/configurationSet:ConfigurationSet',
  'aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination',
  'aws:sns/topicSubscription:TopicSubscription',
  'aws:ssm/parameter:Parameter',
  'aws:wafv2/webAcl:WebAcl',
]);
