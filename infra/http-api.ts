import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from './config.ts';

/** Who decides about a request: nobody, the API's Lambda authorizer, or the function itself. */
export type Guard = 'public' | 'authorizer' | 'app';

export interface HttpApiOptions {
  readonly lambda: aws.lambda.Function;
  /** Route key → guard: `{ 'ANY /api/{proxy+}': 'app' }`. */
  readonly routes: Readonly<Record<string, Guard>>;
  /** Asked on every request to a route guarded by `authorizer`. */
  readonly authorizer?: aws.lambda.Function;
  /** Route key → requests a second, and how many at once, where the stage's own limits are too wide. */
  readonly throttles?: Readonly<Record<string, { readonly rate: number; readonly burst: number }>>;
}

/** An HTTP API in front of one function, without a stage prefix, with throttles of its own. */
export function createHttpApi(
  config: StackConfig,
  name: string,
  options: HttpApiOptions,
): aws.apigatewayv2.Api {
  const api = new aws.apigatewayv2.Api(name, { name: config.namePrefix + name, protocolType: 'HTTP' });
  const integration = new aws.apigatewayv2.Integration(name, {
    apiId: api.id,
    integrationType: 'AWS_PROXY',
    integrationMethod: 'POST',
    integrationUri: options.lambda.invokeArn,
    payloadFormatVersion: '2.0',
  });
  const authorizer = options.authorizer && createAuthorizer(name, api, options.authorizer);
  const routes = Object.entries(options.routes).map(
    ([routeKey, guard]) =>
      new aws.apigatewayv2.Route(`${name}-${toSlug(routeKey)}`, {
        apiId: api.id,
        routeKey,
        target: pulumi.interpolate`integrations/${integration.id}`,
        ...authorization(guard, authorizer),
      }),
  );
  const throttles = Object.entries(options.throttles ?? {}).map(([routeKey, { rate, burst }]) => ({
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
      ...(throttles.length > 0 && { routeSettings: throttles }),
    },
    // A stage can limit only routes that exist.
    { dependsOn: routes },
  );
  allowInvoke(name, options.lambda, pulumi.interpolate`${api.executionArn}/*/*`);
  return api;
}

/**
 * Without identity sources, which API Gateway would AND: the function itself looks at both headers.
 * Without caching, so that a rotated token is refused at once.
 */
function createAuthorizer(
  name: string,
  api: aws.apigatewayv2.Api,
  lambda: aws.lambda.Function,
): aws.apigatewayv2.Authorizer {
  const authorizer = new aws.apigatewayv2.Authorizer(name, {
    apiId: api.id,
    name,
    authorizerType: 'REQUEST',
    authorizerUri: lambda.invokeArn,
    authorizerPayloadFormatVersion: '2.0',
    enableSimpleResponses: true,
    authorizerResultTtlInSeconds: 0,
  });
  const caller = pulumi.interpolate`${api.executionArn}/authorizers/${authorizer.id}`;
  allowInvoke(`${name}-authorizer`, lambda, caller);
  return authorizer;
}

function authorization(guard: Guard, authorizer: aws.apigatewayv2.Authorizer | undefined) {
  if (guard !== 'authorizer') return { authorizationType: 'NONE' };
  if (authorizer === undefined)
    throw new Error('a route is guarded by an authorizer that its API does not have');
  return { authorizationType: 'CUSTOM', authorizerId: authorizer.id };
}

const allowInvoke = (name: string, lambda: aws.lambda.Function, sourceArn: pulumi.Output<string>) =>
  new aws.lambda.Permission(name, {
    action: 'lambda:InvokeFunction',
    function: lambda.name,
    principal: 'apigateway.amazonaws.com',
    sourceArn,
  });

/** `ANY /api/{proxy+}` → `any-api-proxy`. */
const toSlug = (routeKey: string) =>
  routeKey
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
