import * as z from 'zod';

const ignored = z.unknown().optional();
const items = z
  .strictObject({ items: z.array(z.string()).default([]) })
  .default({ items: [] })
  .transform((list) => list.items);

const functionAssociation = z.strictObject({
  eventType: z.enum(['viewer-request', 'viewer-response']),
  functionArn: z.string(),
});

const defaultBehaviorSchema = z.strictObject({
  targetOriginId: z.string(),
  allowedMethods: z.array(z.string()).refine(isMethodSet, 'CloudFront knows three sets of methods only'),
  cachedMethods: z.array(z.enum(['GET', 'HEAD', 'OPTIONS'])),
  cachePolicyId: z.string(),
  originRequestPolicyId: z.string().optional(),
  responseHeadersPolicyId: z.string().optional(),
  compress: z.boolean().default(false),
  functionAssociations: z.array(functionAssociation).default([]),
  // Locally everything is plain http, so there is nothing to redirect to.
  viewerProtocolPolicy: z.enum(['allow-all', 'https-only', 'redirect-to-https']),
});

const originSchema = z
  .strictObject({
    originId: z.string(),
    domainName: z.string(),
    originPath: z
      .string()
      .regex(/^(\/.*[^/])?$/)
      .default(''),
    originAccessControlId: z.string().optional(),
    customHeaders: z.array(z.strictObject({ name: z.string(), value: z.string() })).default([]),
    customOriginConfig: z
      .strictObject({
        httpPort: z.int(),
        httpsPort: z.int(),
        originProtocolPolicy: z.enum(['http-only', 'https-only', 'match-viewer']),
        originSslProtocols: z.array(z.string()),
        originReadTimeout: z.int().default(30),
        originKeepaliveTimeout: ignored,
        ipAddressType: ignored,
      })
      .optional(),
    s3OriginConfig: z.strictObject({ originAccessIdentity: z.literal('') }).optional(),
    connectionAttempts: ignored,
    connectionTimeout: ignored,
  })
  .refine((origin) => origin.customOriginConfig ?? origin.originAccessControlId ?? origin.s3OriginConfig, {
    path: ['customOriginConfig'],
    message: 'an origin that is no bucket needs it',
  });

const customErrorSchema = z
  .strictObject({
    errorCode: z.int(),
    errorCachingMinTtl: z.int().min(0).default(10),
    responseCode: z.int().optional(),
    responsePagePath: z.string().startsWith('/').optional(),
  })
  .refine((error) => (error.responseCode === undefined) === (error.responsePagePath === undefined), {
    path: ['responsePagePath'],
    message: 'responseCode and responsePagePath go together',
  });

/** Inputs of `aws.cloudfront.Distribution`, as far as the local stack implements them. */
export const distributionSchema = z.strictObject({
  enabled: z.literal(true),
  origins: z.array(originSchema).min(1),
  defaultCacheBehavior: defaultBehaviorSchema,
  orderedCacheBehaviors: z.array(defaultBehaviorSchema.extend({ pathPattern: z.string() })).default([]),
  customErrorResponses: z.array(customErrorSchema).default([]),
  defaultRootObject: z.string().regex(/^[^/]/, 'CloudFront wants it without a leading slash').optional(),
  restrictions: z.strictObject({ geoRestriction: z.strictObject({ restrictionType: z.literal('none') }) }),
  aliases: ignored,
  comment: ignored,
  httpVersion: ignored,
  isIpv6Enabled: ignored,
  loggingConfig: ignored,
  priceClass: ignored,
  retainOnDelete: ignored,
  tags: ignored,
  viewerCertificate: ignored,
  waitForDeployment: ignored,
});

const cookiesAndQueries = {
  cookiesConfig: z.strictObject({
    cookieBehavior: z.enum(['none', 'whitelist', 'allExcept', 'all']),
    cookies: items,
  }),
  queryStringsConfig: z.strictObject({
    queryStringBehavior: z.enum(['none', 'whitelist', 'allExcept', 'all']),
    queryStrings: items,
  }),
};

const cacheKeySchema = z.strictObject({
  ...cookiesAndQueries,
  headersConfig: z.strictObject({ headerBehavior: z.enum(['none', 'whitelist']), headers: items }),
  enableAcceptEncodingGzip: z.boolean().default(false),
  enableAcceptEncodingBrotli: z.boolean().default(false),
});

/** Inputs of `aws.cloudfront.CachePolicy`, with the provider's own defaults. */
export const cachePolicySchema = z
  .strictObject({
    minTtl: z.int().default(0),
    defaultTtl: z.int().default(86_400),
    maxTtl: z.int().default(31_536_000),
    parametersInCacheKeyAndForwardedToOrigin: cacheKeySchema,
    name: ignored,
    comment: ignored,
  })
  .refine((policy) => policy.minTtl <= policy.defaultTtl && policy.defaultTtl <= policy.maxTtl, {
    path: ['defaultTtl'],
    message: 'must lie between minTtl and maxTtl',
  })
  .refine((policy) => policy.maxTtl > 0 || !keysOnAnything(policy.parametersInCacheKeyAndForwardedToOrigin), {
    path: ['parametersInCacheKeyAndForwardedToOrigin'],
    message: 'CloudFront refuses cache-key parameters where caching is disabled (maxTtl 0)',
  });

/** CloudFront answers 400 to a policy that names these. Source: CreateOriginRequestPolicy; AWS, "cloudfront-authorization-header". */
const REFUSED_IN_ORIGIN_REQUEST = new Set(['authorization', 'accept-encoding']);

/** Inputs of `aws.cloudfront.OriginRequestPolicy`. */
export const originRequestPolicySchema = z.strictObject({
  ...cookiesAndQueries,
  headersConfig: z
    .strictObject({ headerBehavior: z.enum(['none', 'whitelist', 'allViewer', 'allExcept']), headers: items })
    .refine(
      ({ headerBehavior, headers }) =>
        headerBehavior !== 'whitelist' ||
        !headers.some((name) => REFUSED_IN_ORIGIN_REQUEST.has(name.toLowerCase())),
      'Authorization and Accept-Encoding may be named by a cache policy only',
    )
    .refine(
      ({ headers }) => !headers.some((name) => name.toLowerCase().startsWith('cloudfront-')),
      'CloudFront-* headers are not implemented by the local stack',
    ),
  name: ignored,
  comment: ignored,
});

export type Distribution = z.infer<typeof distributionSchema>;
export type Behavior = z.infer<typeof defaultBehaviorSchema>;
export type Origin = z.infer<typeof originSchema>;
export type CachePolicy = z.infer<typeof cachePolicySchema>;
export type OriginRequestPolicy = z.infer<typeof originRequestPolicySchema>;

const METHOD_SETS = ['GET,HEAD', 'GET,HEAD,OPTIONS', 'DELETE,GET,HEAD,OPTIONS,PATCH,POST,PUT'];

function isMethodSet(methods: readonly string[]): boolean {
  return METHOD_SETS.includes([...methods].sort().join());
}

function keysOnAnything(parameters: z.infer<typeof cacheKeySchema>): boolean {
  return (
    parameters.headersConfig.headerBehavior !== 'none' ||
    parameters.cookiesConfig.cookieBehavior !== 'none' ||
    parameters.queryStringsConfig.queryStringBehavior !== 'none' ||
    parameters.enableAcceptEncodingGzip ||
    parameters.enableAcceptEncodingBrotli
  );
}
