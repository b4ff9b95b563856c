import { ofKind } from '#test/fixtures/graph-parts.ts';
import type { Graph, Resource } from '#scripts/stack/graph.ts';
import { statementsOf } from './statements.ts';

/** What every bucket needs beside itself: kind of resource → whether its inputs are as they must be, and the lack in words. */
const COMPANIONS: Readonly<Record<string, readonly [(inputs: Resource['inputs']) => boolean, string]>> = {
  BucketPublicAccessBlock: [
    (inputs) =>
      ['blockPublicAcls', 'blockPublicPolicy', 'ignorePublicAcls', 'restrictPublicBuckets'].every(
        (one) => inputs[one] === true,
      ),
    'may be made public',
  ],
  BucketOwnershipControls: [
    (inputs) => (inputs.rule as { objectOwnership?: string }).objectOwnership === 'BucketOwnerEnforced',
    'takes access lists of objects',
  ],
  BucketVersioning: [
    (inputs) => (inputs.versioningConfiguration as { status?: string }).status === 'Enabled',
    'keeps no versions',
  ],
  BucketServerSideEncryptionConfiguration: [
    (inputs) => Array.isArray(inputs.rules) && inputs.rules.length > 0,
    'is not encrypted',
  ],
  BucketLifecycleConfiguration: [
    (inputs) =>
      (inputs.rules as { status: string; noncurrentVersionExpiration?: unknown }[]).some(
        ({ status, noncurrentVersionExpiration }) =>
          status === 'Enabled' && noncurrentVersionExpiration !== undefined,
      ),
    'keeps every version for ever',
  ],
};

/** Buckets that are not closed, not versioned, not encrypted, or never forget what was replaced. */
export const carelessBuckets = (graph: Graph): string[] =>
  ofKind(graph, 'Bucket')
    .flatMap((bucket) =>
      Object.entries(COMPANIONS).flatMap(([kind, [isRight, problem]]) =>
        ofKind(graph, kind).some(({ inputs }) => inputs.bucket === bucket.id && isRight(inputs))
          ? []
          : [`Bucket ${bucket.name} ${problem}`],
      ),
    )
    .toSorted();

/** Policies of resources that let in somebody other than one named service on behalf of one named resource. */
export const openPolicies = (graph: Graph): string[] => [
  ...['BucketPolicy', 'QueuePolicy', 'TopicPolicy'].flatMap((kind) =>
    ofKind(graph, kind).flatMap((policy) =>
      statementsOf(policy)
        .filter(
          ({ Effect, Principal, Condition }) =>
            Effect === 'Allow' && !(isService(Principal) && isNarrow(Condition)),
        )
        .map(({ Action }) => `${kind} ${policy.name} lets others in for ${Action.join(', ')}`),
    ),
  ),
  ...ofKind(graph, 'Permission')
    .filter(
      ({ inputs }) =>
        !/^[a-z0-9]+\.amazonaws\.com$/.test(String(inputs.principal)) || inputs.sourceArn === undefined,
    )
    .map(({ name }) => `Permission ${name} lets others in`),
  // A bucket's ARN does not name its account, and the name of a deleted bucket is anybody's.
  ...ofKind(graph, 'Permission')
    .filter(({ inputs }) => /:s3:::/.test(String(inputs.sourceArn)) && inputs.sourceAccount === undefined)
    .map(({ name }) => `Permission ${name} trusts a bucket of any account`),
];

const isService = (principal: unknown): boolean =>
  typeof principal === 'object' &&
  principal !== null &&
  Object.keys(principal).join() === 'Service' &&
  !JSON.stringify(principal).includes('*');

/** By the resource on whose behalf the service comes, or at least by its account. */
const isNarrow = (condition: unknown): boolean =>
  /"aws:Source(Arn|Account)":/i.test(JSON.stringify(condition ?? {}));
