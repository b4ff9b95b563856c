import { randomBytes } from 'node:crypto';
import { createDistribution } from './aws/distribution.ts';
import { createHttpApi } from './aws/http-api.ts';
import { anonymous } from './aws/callers.ts';
import type { AwsServices } from './aws-services.ts';
import * as declared from './declared-edge.ts';
import type { Graph } from './graph.ts';
import type { Place, Ports } from './ports.ts';
import type { Fetch } from './stand-in.ts';

export interface Edge {
  invalidate(distributionId: string, paths: readonly string[]): void;
}

/** The HTTP APIs and the distributions in front of everything. */
export function createEdge({ graph, ports, aws }: { graph: Graph; ports: Ports; aws: AwsServices }): Edge {
  for (const { name, ...api } of declared.httpApisOf(graph)) {
    const port = ports[name as Place];
    const { fetch } = createHttpApi({
      ...api,
      invoke: (arn, payload) => aws.invoke(arn, payload),
      hosts: [new URL(port.url).host],
    });
    port.serve(fetch);
  }

  const origins = serveBucketOrigins(ports, aws);
  const policies = declared.cloudFrontPoliciesOf(graph);
  const distributions = new Map(
    declared.distributionsOf(graph).map(({ name, id, arn, distribution }) => {
      const made = createDistribution({
        id,
        distribution,
        ...policies,
        resolveOrigin: (domain) => origins.urlOf(domain) ?? `http://${domain}`,
        sign: async (request) => origins.sign(request, arn),
      });
      ports[name as Place].serve(made.fetch);
      return [id, made];
    }),
  );
  return { invalidate: (id, paths) => distributions.get(id)?.invalidate(paths) };
}

const ACCESS = 'x-local-origin-access';

/**
 * Buckets as distributions see them. A request that a distribution signed for its origin access control is judged
 * by the bucket's policy for that distribution; any other is anonymous.
 */
function serveBucketOrigins(ports: Ports, aws: AwsServices) {
  const grants = new Map<string, string>();
  const grantOf = (arn: string): string => {
    for (const [grant, holder] of grants) if (holder === arn) return grant;
    const grant = randomBytes(16).toString('hex');
    grants.set(grant, arn);
    return grant;
  };
  const fetch: Fetch = async (request) => {
    const sourceArn = grants.get(request.headers.get(ACCESS) ?? '');
    const headers = new Headers([...request.headers].filter(([name]) => !UNKNOWN_TO_S3.test(name)));
    const plain = new Request(request.url, { method: request.method, headers });
    return aws.s3.fetch(
      plain,
      sourceArn === undefined ? anonymous : { ...anonymous, principal: 'cloudfront', sourceArn },
    );
  };
  const { url } = ports.bucketOrigins.serve(fetch);
  return {
    urlOf(domain: string): string | undefined {
      const bucket = /^(.+)\.s3\.[a-z0-9-]+\.amazonaws\.com$/.exec(domain)?.[1];
      return bucket === undefined ? undefined : `${url}/${bucket}`;
    },
    sign(request: Request, arn: string): Request {
      const signed = new Request(request);
      signed.headers.set(ACCESS, grantOf(arn));
      return signed;
    },
  };
}

/** What CloudFront adds on its way and S3 does not look at. */
const UNKNOWN_TO_S3 = /^(x-local-.*|x-amz-cf-id|via|x-forwarded-for)$/;
