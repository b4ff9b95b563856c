import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import type { PolicyDocument } from './aws/policy.ts';
import type { Bucket } from './aws/s3.ts';
import { partsOf, resourcesOf } from './declared.ts';
import type { Graph } from './graph.ts';

/** Tables, buckets, secrets and parameters of the graph. */

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

export const secretsOf = (graph: Graph): { name: string; arn: string }[] =>
  resourcesOf(graph, 'aws:secretsmanager/secret:Secret').map(({ id, inputs }) => ({
    name: String(inputs.name),
    arn: id,
  }));
