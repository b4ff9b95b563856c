import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { parseDeclared } from './aws/declared-inputs.ts';
import type { PolicyDocument } from './aws/policy.ts';
import type { CorsRule } from './aws/s3-cors.ts';
import type { BucketNotification, FunctionPermission } from './aws/s3-notifications.ts';
import type { Bucket } from './aws/s3.ts';
import { partsOf, resourcesOf } from './declared.ts';
import { functionNamed } from './declared-compute.ts';
import type { Graph, Resource } from './graph.ts';

/** Tables, buckets with what they tell, and secrets of the graph. */

interface TableInputs {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly attributes: readonly { name: string; type: 'S' | 'N' }[];
  readonly globalSecondaryIndexes?: readonly {
    name: string;
    hashKey: string;
    rangeKey?: string;
    projectionType: 'ALL' | 'KEYS_ONLY';
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
    const [cors] = partsOf(graph, 'aws:s3/bucketCorsConfiguration:BucketCorsConfiguration', 'bucket', name);
    const status = (versioning?.inputs.versioningConfiguration as { status?: string } | undefined)?.status;
    return {
      name,
      versioning: status === 'Enabled',
      blockPublicAccess: block?.inputs.restrictPublicBuckets === true,
      ...(policy && { policy: JSON.parse(String(policy.inputs.policy)) as PolicyDocument }),
      ...(cors && { cors: cors.inputs.corsRules as CorsRule[] }),
    };
  });

const notificationSchema = z.strictObject({
  bucket: z.string(),
  lambdaFunctions: z.array(
    z.strictObject({
      lambdaFunctionArn: z.string(),
      events: z.array(z.string()),
      filterPrefix: z.string().default(''),
      filterSuffix: z.string().default(''),
    }),
  ),
});

/** Throws on what AWS refuses: a notification before its permission, and on a second one that would replace the first. */
export function notificationsOf(graph: Graph): BucketNotification[] {
  const declared = resourcesOf(graph, 'aws:s3/bucketNotification:BucketNotification');
  return declared.flatMap((resource) => {
    const { bucket, lambdaFunctions } = parseDeclared(
      `bucket notification ${resource.name}`,
      notificationSchema,
      resource.inputs,
    );
    const others = declared.filter(({ inputs }) => inputs.bucket === bucket);
    if (others.length > 1)
      throw new Error(
        `bucket ${bucket} has ${others.length} notifications: the last would replace the others`,
      );
    return lambdaFunctions.map(({ lambdaFunctionArn, events, filterPrefix, filterSuffix }, at) => {
      refuseTooEarly(graph, resource, lambdaFunctionArn);
      return {
        id: `${resource.name}-${at + 1}`,
        bucket,
        events,
        prefix: filterPrefix,
        suffix: filterSuffix,
        functionArn: lambdaFunctionArn,
      };
    });
  });
}

function refuseTooEarly(graph: Graph, { name, dependsOn }: Resource, functionArn: string): void {
  const [permission] = permissionResources(graph, functionArn, 's3.amazonaws.com');
  if (permission === undefined || dependsOn.includes(`${permission.type}::${permission.name}`)) return;
  throw new Error(
    `bucket notification ${name}: without dependsOn ${permission.name} S3 may be told before it may invoke`,
  );
}

/** What the functions' own policies let other services do: of an alias only through the alias. */
export const permissionsOf = (graph: Graph): FunctionPermission[] =>
  resourcesOf(graph, 'aws:lambda/permission:Permission').flatMap(({ inputs }) => {
    const functionArn = permittedArn(graph, inputs);
    if (functionArn === undefined) return [];
    return {
      functionArn,
      action: String(inputs.action),
      principal: String(inputs.principal),
      sourceArn: inputs.sourceArn as string | undefined,
      sourceAccount: inputs.sourceAccount as string | undefined,
    };
  });

const permissionResources = (graph: Graph, functionArn: string, principal: string): Resource[] =>
  resourcesOf(graph, 'aws:lambda/permission:Permission').filter(
    ({ inputs }) => permittedArn(graph, inputs) === functionArn && inputs.principal === principal,
  );

/** A permission names its function, or gives its ARN, and may hold for one qualifier only. */
function permittedArn(graph: Graph, inputs: Resource['inputs']): string | undefined {
  const lambda = functionNamed(graph, String(inputs.function));
  if (lambda === undefined) return undefined;
  const arn = String(lambda.outputs.arn);
  return inputs.qualifier === undefined ? arn : `${arn}:${String(inputs.qualifier)}`;
}

export const secretsOf = (graph: Graph): { name: string; arn: string }[] =>
  resourcesOf(graph, 'aws:secretsmanager/secret:Secret').map(({ id, inputs }) => ({
    name: String(inputs.name),
    arn: id,
  }));
