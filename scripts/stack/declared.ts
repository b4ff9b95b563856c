import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { EventDestination } from './aws/ses.ts';
import type { EventSourceMapping, Queue, Subscription, Topic } from './aws/messaging.ts';
import type { LambdaFunction } from './aws/lambda.ts';
import type { PolicyDocument } from './aws/policy.ts';
import type { Bucket } from './aws/s3.ts';
import type { Graph, Resource } from './graph.ts';
import type { Caller } from './stand-in.ts';

/**
 * What the Pulumi graph declares, in the words of the stand-ins: one pure function per kind of thing.
 * Nothing here decides anything; a fact that is not in the graph does not exist in the local stack.
 */

/** Types that a stand-in realises; a function below reads each of them. */
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
  'aws:lambda/eventSourceMapping:EventSourceMapping',
  'aws:lambda/function:Function',
  'aws:s3/bucket:Bucket',
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
  'aws:cloudfront/originAccessControl:OriginAccessControl':
    'its id on an origin is what makes the local origin sign',
  'aws:cloudwatch/logGroup:LogGroup': 'logs go to .local/logs',
  'aws:lambda/permission:Permission': 'who may invoke a function is checked on the graph',
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
const partsOf = (graph: Graph, type: RealisedType, property: string, owner: string): Resource[] =>
  resourcesOf(graph, type).filter(({ inputs }) => inputs[property] === owner);

const byId = (resources: readonly Resource[]): Map<string, Record<string, unknown>> =>
  new Map(resources.map(({ id, inputs }) => [id, { ...inputs }]));

interface TableInputs {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly attributes: readonly { name: string; type: 'S' | 'N' }[];
  readonly globalSecondaryIndexes?: readonly {
    name: string;
    hashKey: string;
    rangeKey?: string;
    projectionType: 'ALL';
  }[];
}

export const tablesOf = (graph: Graph): CreateTableCommandInput[] =>
  resourcesOf(graph, 'aws:dynamodb/table:Table').map(({ inputs }) => {
    const table = inputs as unknown as TableInputs;
    const indexes = table.globalSecondaryIndexes?.map((index) => ({
      IndexName: index.name,
      KeySchema: keySchema(index),
      Projection: { ProjectionType: index.projectionType },
    }));
    return {
      TableName: table.name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keySchema(table),
      AttributeDefinitions: table.attributes.map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type,
      })),
      ...(indexes && { GlobalSecondaryIndexes: indexes }),
    };
  });

const keySchema = ({ hashKey, rangeKey }: { hashKey: string; rangeKey?: string }) => [
  { AttributeName: hashKey, KeyType: 'HASH' as const },
  ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: 'RANGE' as const }]),
];

export const bucketsOf = (graph: Graph): Bucket[] =>
  resourcesOf(graph, 'aws:s3/bucket:Bucket').map(({ id: name }) => {
    const [policy] = partsOf(graph, 'aws:s3/bucketPolicy:BucketPolicy', 'bucket', name);
    const [versioning] = partsOf(graph, 'aws:s3/bucketVersioning:BucketVersioning', 'bucket', name);
    const [block] = partsOf(graph, 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', 'bucket', name);
    const status = (versioning?.inputs.versioningConfiguration as { status?: string } | undefined)?.status;
    return {
      name,
      versioning: status === 'Enabled',
      blockPublicAccess: block?.inputs.restrictPublicBuckets === true,
      ...(policy && { policy: JSON.parse(String(policy.inputs.policy)) as PolicyDocument }),
    };
  });

/** Functions as declared; credentials stand for their role. */
export const functionsOf = (
  graph: Graph,
  credentialsOf: (principal: string) => LambdaFunction['credentials'],
): LambdaFunction[] =>
  resourcesOf(graph, 'aws:lambda/function:Function').map(({ id: name, inputs, outputs }) => ({
    name,
    arn: String(outputs.arn),
    directory: (inputs.code as { archive: string }).archive,
    handler: String(inputs.handler),
    environment: (inputs.environment as { variables: Record<string, string> } | undefined)?.variables ?? {},
    timeoutSeconds: Number(inputs.timeout),
    memoryMegabytes: Number(inputs.memorySize),
    credentials: credentialsOf(name),
  }));

/** The policies of whoever runs under a role: a function by its name, others by the role's. */
export function policiesOf(graph: Graph): (principal: string) => readonly PolicyDocument[] {
  const roles = resourcesOf(graph, 'aws:iam/role:Role');
  const roleOf = new Map(
    resourcesOf(graph, 'aws:lambda/function:Function').map(({ id, inputs }) => [
      id,
      roles.find(({ outputs }) => outputs.arn === inputs.role)?.id,
    ]),
  );
  return (principal) =>
    partsOf(graph, 'aws:iam/rolePolicy:RolePolicy', 'role', roleOf.get(principal) ?? principal).map(
      ({ inputs }) => JSON.parse(String(inputs.policy)) as PolicyDocument,
    );
}

export const topicsOf = (graph: Graph): Topic[] =>
  resourcesOf(graph, 'aws:sns/topic:Topic').map(({ id: arn, inputs }) => {
    const [policy] = partsOf(graph, 'aws:sns/topicPolicy:TopicPolicy', 'arn', arn);
    return { name: String(inputs.name), arn, ...(policy && { policy: policy.inputs.policy }) };
  });

export const queuesOf = (graph: Graph): Queue[] =>
  resourcesOf(graph, 'aws:sqs/queue:Queue').map(({ id: url, inputs, outputs }) => {
    const [policy] = partsOf(graph, 'aws:sqs/queuePolicy:QueuePolicy', 'queueUrl', url);
    const redrive = inputs.redrivePolicy === undefined ? undefined : toRedrive(String(inputs.redrivePolicy));
    return {
      name: String(inputs.name),
      arn: String(outputs.arn),
      url,
      visibilityTimeoutSeconds: Number(inputs.visibilityTimeoutSeconds ?? 30),
      ...(redrive && { redrive }),
      ...(policy && { policy: policy.inputs.policy }),
    };
  });

function toRedrive(json: string): { deadLetterArn: string; maxReceiveCount: number } {
  const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(json) as {
    deadLetterTargetArn: string;
    maxReceiveCount: number;
  };
  return { deadLetterArn: deadLetterTargetArn, maxReceiveCount };
}

export const subscriptionsOf = (graph: Graph): Subscription[] =>
  resourcesOf(graph, 'aws:sns/topicSubscription:TopicSubscription').map(({ inputs }) => ({
    topicArn: String(inputs.topic),
    protocol: inputs.protocol as Subscription['protocol'],
    endpoint: String(inputs.endpoint),
    rawMessageDelivery: inputs.rawMessageDelivery === true,
  }));

export const mappingsOf = (graph: Graph, callerOf: (principal: string) => Caller): EventSourceMapping[] =>
  resourcesOf(graph, 'aws:lambda/eventSourceMapping:EventSourceMapping').map(({ inputs }) => {
    const functionName = String(inputs.functionName);
    const lambda = resourcesOf(graph, 'aws:lambda/function:Function').find(
      ({ id, outputs }) => id === functionName || outputs.arn === functionName,
    );
    const types = (inputs.functionResponseTypes ?? []) as string[];
    return {
      queueArn: String(inputs.eventSourceArn),
      functionName,
      batchSize: Number(inputs.batchSize ?? 10),
      reportBatchItemFailures: types.includes('ReportBatchItemFailures'),
      functionTimeoutSeconds: Number(lambda?.inputs.timeout ?? 3),
      caller: callerOf(lambda?.id ?? functionName),
    };
  });

export const schedulesOf = (graph: Graph, callerOf: (principal: string) => Caller) =>
  resourcesOf(graph, 'aws-native:scheduler:Schedule').map(({ inputs }) => {
    const target = inputs.target as { arn: string; roleArn: string; input?: string };
    return {
      name: String(inputs.name),
      expression: String(inputs.scheduleExpression),
      ...(inputs.scheduleExpressionTimezone !== undefined && {
        timezone: String(inputs.scheduleExpressionTimezone),
      }),
      functionArn: target.arn,
      ...(target.input !== undefined && { input: target.input }),
      caller: callerOf(target.roleArn.split('/').at(-1)!),
    };
  });

export const mailOf = (graph: Graph) => ({
  identities: resourcesOf(graph, 'aws:sesv2/emailIdentity:EmailIdentity').map(({ id }) => id),
  configurationSets: resourcesOf(graph, 'aws:sesv2/configurationSet:ConfigurationSet').map(({ id }) => id),
  eventDestinations: resourcesOf(
    graph,
    'aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination',
  ).map(({ inputs }): EventDestination => {
    const destination = inputs.eventDestination as {
      matchingEventTypes: EventDestination['eventTypes'];
      snsDestination: { topicArn: string };
    };
    return {
      configurationSet: String(inputs.configurationSetName),
      topicArn: destination.snsDestination.topicArn,
      eventTypes: destination.matchingEventTypes,
    };
  }),
});

export const secretsOf = (graph: Graph): { name: string; arn: string }[] =>
  resourcesOf(graph, 'aws:secretsmanager/secret:Secret').map(({ id, inputs }) => ({
    name: String(inputs.name),
    arn: id,
  }));

/** One HTTP API with everything that hangs on it. */
export const httpApisOf = (graph: Graph) =>
  resourcesOf(graph, 'aws:apigatewayv2/api:Api').map(({ name, id, inputs }) => {
    const [stage] = partsOf(graph, 'aws:apigatewayv2/stage:Stage', 'apiId', id);
    return {
      name,
      api: inputs,
      stage: stage?.inputs,
      routes: partsOf(graph, 'aws:apigatewayv2/route:Route', 'apiId', id).map(({ inputs: route }) => route),
      integrations: byId(partsOf(graph, 'aws:apigatewayv2/integration:Integration', 'apiId', id)),
      authorizers: byId(partsOf(graph, 'aws:apigatewayv2/authorizer:Authorizer', 'apiId', id)),
    };
  });

export const distributionsOf = (graph: Graph) =>
  resourcesOf(graph, 'aws:cloudfront/distribution:Distribution').map(({ name, id, inputs, outputs }) => ({
    name,
    id,
    arn: String(outputs.arn),
    distribution: inputs,
  }));

export const cloudFrontPoliciesOf = (graph: Graph) => ({
  cachePolicies: byId(resourcesOf(graph, 'aws:cloudfront/cachePolicy:CachePolicy')),
  originRequestPolicies: new Map<string, unknown>(),
  responseHeadersPolicies: byId(
    resourcesOf(graph, 'aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy'),
  ),
  functions: new Map(
    resourcesOf(graph, 'aws-native:cloudfront:Function').map(({ id, inputs }) => [
      id,
      String(inputs.functionCode),
    ]),
  ),
});
