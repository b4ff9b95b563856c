import { byId, partsOf, resourcesOf } from './declared.ts';
import type { Graph } from './graph.ts';

/** HTTP APIs and distributions of the graph. */

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
