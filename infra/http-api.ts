import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Watching } from './operations/alerts.ts';
import { allowInvoke, type DeclaredFunction } from './functions.ts';
import { watchApi } from './operations/watch-doors.ts';

/** Who decides about a request: nobody, the API's Lambda authorizer, or the function itself. */
export type Guard = 'public' | 'authorizer' | 'app';

export interface RouteOptions {
  readonly guard: Guard;
  /** Requests a second, and how many at once; more are answered 429. */
  readonly rate: number;
  readonly burst: number;
}

export interface HttpApiOptions {
  readonly handler: DeclaredFunction;
  /** By route key: `ANY /api/{proxy+}`. */
  readonly routes: Readonly<Record<string, RouteOptions>>;
  /** Asked on every request to a route guarded by `authorizer`. */
  readonly authorizer?: DeclaredFunction;
  /** So many refusals within 5 minutes are not the everyday ones. */
  readonly refusals: number;
}

/** An HTTP API in front of one function, without a stage prefix, with throttles for each of its routes. */
export function createHttpApi(
  watching: Watching,
  name: string,
  options: HttpApiOptions,
): aws.apigatewayv2.Api {
  const { namePrefix } = watching.config;
  const api = new aws.apigatewayv2.Api(name, { name: namePrefix + name, protocolType: 'HTTP' });
  const integration = new aws.apigatewayv2.Integration(name, {
    apiId: api.id,
    integrationType: 'AWS_PROXY',
    integrationMethod: 'POST',
    integrationUri: options.handler.alias.invokeArn,
    payloadFormatVersion: '2.0',
  });
  const authorizer = options.authorizer && createAuthorizer(name, api, options.authorizer);
  const routes = Object.entries(options.routes).map(
    ([routeKey, { guard }]) =>
      new aws.apigatewayv2.Route(`${name}-${toSlug(routeKey)}`, {
        apiId: api.id,
        routeKey,
        target: pulumi.interpolate`integrations/${integration.id}`,
        ...authorization(guard, authorizer),
      }),
  );
  const throttles = Object.entries(options.routes).map(([routeKey, { rate, burst }]) => ({
    routeKey,
    throttlingRateLimit: rate,
    throttlingBurstLimit: burst,
  }));
  new aws.apigatewayv2.Stage(
    name,
    {
      apiId: api.id,
      name: '$default',
      autoDeploy: true,
      defaultRouteSettings: { throttlingRateLimit: 100, throttlingBurstLimit: 200 },
      routeSettings: throttles,
    },
    // A stage can limit only routes that exist.
    { dependsOn: routes },
  );
  allowApi(name, options.handler, pulumi.interpolate`${api.executionArn}/*/*`);
  watchApi(watching, name, api, options.refusals);
  return api;
}

/**
 * Without identity sources, which API Gateway would AND: the function itself looks at both headers.
 * Without caching, so that a rotated token is refused at once.
 */
function createAuthorizer(
  name: string,
  api: aws.apigatewayv2.Api,
  handler: DeclaredFunction,
): aws.apigatewayv2.Authorizer {
  const authorizer = new aws.apigatewayv2.Authorizer(name, {
    apiId: api.id,
    name,
    authorizerType: 'REQUEST',
    authorizerUri: handler.alias.invokeArn,
    authorizerPayloadFormatVersion: '2.0',
    enableSimpleResponses: true,
    authorizerResultTtlInSeconds: 0,
  });
  const caller = pulumi.interpolate`${api.executionArn}/authorizers/${authorizer.id}`;
  allowApi(`${name}-authorizer`, handler, caller);
  return authorizer;
}

function authorization(guard: Guard, authorizer: aws.apigatewayv2.Authorizer | undefined) {
  if (guard !== 'authorizer') return { authorizationType: 'NONE' };
  if (authorizer === undefined)
    throw new Error('a route is guarded by an authorizer that its API does not have');
  return { authorizationType: 'CUSTOM', authorizerId: authorizer.id };
}

const allowApi = (name: string, handler: DeclaredFunction, sourceArn: pulumi.Output<string>) =>
  allowInvoke(name, handler, { principal: 'apigateway.amazonaws.com', sourceArn });

/** `ANY /api/{proxy+}` → `any-api-proxy`. */
const toSlug = (routeKey: string) =>
  routeKey
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
