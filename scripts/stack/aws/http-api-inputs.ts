import * as z from 'zod';

const ignored = z.unknown().optional();
const ROUTE_KEY = /^(\$default|(ANY|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT) \/\S*)$/;

/** Inputs of `aws.apigatewayv2.Api`, as far as the local stack implements them. */
export const apiSchema = z.strictObject({
  name: z.string(),
  protocolType: z.literal('HTTP'),
  corsConfiguration: z
    .strictObject({
      allowCredentials: z.boolean().default(false),
      allowHeaders: z.array(z.string()).default([]),
      allowMethods: z.array(z.string()).default([]),
      allowOrigins: z.array(z.string()).default([]),
      exposeHeaders: z.array(z.string()).default([]),
      maxAge: z.int().optional(),
    })
    .optional(),
  disableExecuteApiEndpoint: z.literal(false).optional(),
  routeSelectionExpression: z.literal('${request.method} ${request.path}').optional(),
  apiKeySelectionExpression: z.literal('$request.header.x-api-key').optional(),
  description: ignored,
  ipAddressType: ignored,
  region: ignored,
  tags: ignored,
  version: ignored,
});

/** The provider sends 0 for a throttle left out of a declared block, and every request would answer 429: so both are required. */
const throttleSchema = z.strictObject({
  throttlingBurstLimit: z.int().min(0),
  throttlingRateLimit: z.number().min(0),
  dataTraceEnabled: ignored,
  detailedMetricsEnabled: ignored,
  loggingLevel: ignored,
});

/** Inputs of `aws.apigatewayv2.Stage`. Without `autoDeploy` nothing would be deployed. */
export const stageSchema = z.strictObject({
  apiId: z.string(),
  name: z.string(),
  autoDeploy: z.literal(true),
  defaultRouteSettings: throttleSchema.optional(),
  routeSettings: z.array(throttleSchema.extend({ routeKey: z.string() })).default([]),
  stageVariables: z.record(z.string(), z.string()).optional(),
  accessLogSettings: ignored,
  description: ignored,
  region: ignored,
  tags: ignored,
});

/** Inputs of `aws.apigatewayv2.Route`. */
export const routeSchema = z.strictObject({
  apiId: z.string(),
  routeKey: z.string().regex(ROUTE_KEY),
  target: z.string().regex(/^integrations\/.+$/),
  authorizationType: z.enum(['NONE', 'CUSTOM', 'AWS_IAM']).default('NONE'),
  authorizerId: z.string().optional(),
  apiKeyRequired: z.literal(false).optional(),
  operationName: ignored,
  region: ignored,
});

/** Inputs of `aws.apigatewayv2.Integration`. The payload format is required, as AWS's default is 1.0. */
export const integrationSchema = z.strictObject({
  apiId: z.string(),
  integrationType: z.literal('AWS_PROXY'),
  integrationUri: z.string().transform(toFunctionArn),
  payloadFormatVersion: z.literal('2.0'),
  timeoutMilliseconds: z.int().min(50).max(30_000).default(30_000),
  integrationMethod: z.literal('POST').optional(),
  connectionType: z.literal('INTERNET').optional(),
  description: ignored,
  region: ignored,
});

/** Inputs of `aws.apigatewayv2.Authorizer`. A result TTL left out is 300 s where there are identity sources, as the provider does. */
export const authorizerSchema = z
  .strictObject({
    apiId: z.string(),
    name: z.string(),
    authorizerType: z.literal('REQUEST'),
    authorizerUri: z.string().transform(toFunctionArn),
    authorizerPayloadFormatVersion: z.literal('2.0'),
    enableSimpleResponses: z.literal(true),
    identitySources: z.array(z.string()).default([]),
    authorizerResultTtlInSeconds: z.int().min(0).max(3600).optional(),
    region: ignored,
  })
  .transform((inputs) => ({
    ...inputs,
    authorizerResultTtlInSeconds:
      inputs.authorizerResultTtlInSeconds ?? (inputs.identitySources.length > 0 ? 300 : 0),
  }))
  .refine((inputs) => inputs.authorizerResultTtlInSeconds === 0 || inputs.identitySources.length > 0, {
    path: ['authorizerResultTtlInSeconds'],
    message: 'caching needs at least one identity source',
  });

export type Api = z.infer<typeof apiSchema>;
export type Stage = z.infer<typeof stageSchema>;
export type Route = z.infer<typeof routeSchema>;
export type Authorizer = z.infer<typeof authorizerSchema>;

/** Accepts a function ARN or the invoke ARN that API Gateway wraps it in. */
function toFunctionArn(uri: string, context: z.core.$RefinementCtx): string {
  const arn = /\/functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1] ?? uri;
  if (/^arn:aws:lambda:[^:]+:[^:]*:function:./.test(arn)) return arn;
  context.issues.push({ code: 'custom', input: uri, message: 'expected a function ARN or its invoke ARN' });
  return z.NEVER;
}
