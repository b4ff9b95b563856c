import type { Graph, Resource } from './graph.ts';

/**
 * What the Pulumi graph declares, in the words of the stand-ins: here and in `declared-*.ts`, one pure function per
 * kind of thing. Nothing decides anything; a fact that is not in the graph does not exist in the local stack.
 */

/** Types that a stand-in realises; a function of `declared-*.ts` reads each of them. */
const REALISED = [
  'aws:apigatewayv2/api:Api',
  'aws:apigatewayv2/authorizer:Authorizer',
  'aws:apigatewayv2/integration:Integration',
  'aws:apigatewayv2/route:Route',
  'aws:apigatewayv2/stage:Stage',
  'aws:cloudfront/cachePolicy:CachePolicy',
  'aws:cloudfront/distribution:Distribution',
  'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy',
  'aws-native:cloudfront:Function',
  'aws-native:scheduler:Schedule',
  'aws:dynamodb/table:Table',
  'aws:iam/role:Role',
  'aws:iam/rolePolicy:RolePolicy',
  'aws:lambda/alias:Alias',
  'aws:lambda/eventSourceMapping:EventSourceMapping',
  'aws:lambda/function:Function',
  'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig',
  'aws:lambda/permission:Permission',
  'aws:s3/bucket:Bucket',
  'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration',
  'aws:s3/bucketNotification:BucketNotification',
  'aws:s3/bucketPolicy:BucketPolicy',
  'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock',
  'aws:s3/bucketVersioning:BucketVersioning',
  'aws:secretsmanager/secret:Secret',
  'aws:sesv2/configurationSet:ConfigurationSet',
  'aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination',
  'aws:sesv2/emailIdentity:EmailIdentity',
  'aws:sns/topic:Topic',
  'aws:sns/topicPolicy:TopicPolicy',
  'aws:sns/topicSubscription:TopicSubscription',
  'aws:sqs/queue:Queue',
  'aws:sqs/queuePolicy:QueuePolicy',
  'aws:ssm/parameter:Parameter',
] as const;

/** Types without a meaning on one machine, each with the reason; what they promise is checked on the graph. */
const WITHOUT_LOCAL_MEANING: Readonly<Record<string, string>> = {
  'aws:iam/openIdConnectProvider:OpenIdConnectProvider': 'nobody comes from GitHub',
  'aws:iam/policy:Policy':
    'boundary and deploy rights: nothing is deployed here, and the graph shows what they allow',
  'aws:iam/rolePolicyAttachment:RolePolicyAttachment': 'as the policies that they attach',
  'aws:acm/certificateValidation:CertificateValidation': 'as the certificate',
  'aws:route53/record:Record': 'addresses of this machine need no name',
  'aws:wafv2/webAcl:WebAcl': 'nobody but this machine reaches its pages',
  'aws:acm/certificate:Certificate': 'pages are served over plain HTTP here',
  'aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes': 'nothing bounces here',
  'aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes':
    'no receiver asks who sent a mail',
  'aws:cloudfront/originAccessControl:OriginAccessControl':
    'its id on an origin is what makes the local origin sign',
  'aws:budgets/budget:Budget': 'nothing here costs anything',
  'aws:cloudwatch/dashboard:Dashboard': 'it shows metrics, which only AWS counts',
  'aws:cloudwatch/logGroup:LogGroup': 'logs go to .local/logs',
  'aws:cloudwatch/metricAlarm:MetricAlarm': 'it watches metrics, which only AWS counts',
  'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration': 'nothing is kept here for months',
  'aws:s3/bucketOwnershipControls:BucketOwnershipControls': 'one owner on this machine',
  'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration':
    'files of this machine',
};

type RealisedType = (typeof REALISED)[number];

/** Throws an error naming every resource whose type is neither realised nor known to have no local meaning. */
export function refuseUnknownTypes({ resources }: Graph): void {
  const known = new Set<string>([...REALISED, ...Object.keys(WITHOUT_LOCAL_MEANING)]);
  const unknown = resources.filter(({ type }) => !known.has(type)).map(({ type, name }) => `${type} ${name}`);
  if (unknown.length > 0) throw new Error(`the local stack has no stand-in for:\n  ${unknown.join('\n  ')}`);
}

export const resourcesOf = ({ resources }: Graph, type: RealisedType): Resource[] =>
  resources.filter((resource) => resource.type === type);

/** Resources of a type that belong to another one by an input that holds its id or name. */
export const partsOf = (graph: Graph, type: RealisedType, property: string, owner: string): Resource[] =>
  resourcesOf(graph, type).filter(({ inputs }) => inputs[property] === owner);

export const byId = (resources: readonly Resource[]): Map<string, Record<string, unknown>> =>
  new Map(resources.map(({ id, inputs }) => [id, { ...inputs }]));
