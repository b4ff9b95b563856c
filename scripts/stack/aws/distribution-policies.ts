import type * as z from 'zod';
import { parseDeclared } from './declared-inputs.ts';
import { cachePolicySchema, originRequestPolicySchema } from './distribution-inputs.ts';
import { responseHeadersPolicySchema } from './distribution-response-headers.ts';

/** Maps of policy id to the inputs of `aws.cloudfront.{CachePolicy,OriginRequestPolicy,ResponseHeadersPolicy}`. */
export interface DeclaredPolicies {
  readonly cachePolicies: ReadonlyMap<string, unknown>;
  readonly originRequestPolicies: ReadonlyMap<string, unknown>;
  readonly responseHeadersPolicies: ReadonlyMap<string, unknown>;
}

/** Finds policies by id, AWS's managed ones included. An unknown id throws. */
export function createPolicyBook(declared: DeclaredPolicies) {
  return {
    cachePolicy: lookup('cache policy', cachePolicySchema, declared.cachePolicies),
    originRequestPolicy: lookup(
      'origin request policy',
      originRequestPolicySchema,
      declared.originRequestPolicies,
    ),
    responseHeadersPolicy: lookup(
      'response headers policy',
      responseHeadersPolicySchema,
      declared.responseHeadersPolicies,
    ),
  };
}

const NOTHING_NAMED = {
  cookiesConfig: { cookieBehavior: 'none' },
  headersConfig: { headerBehavior: 'none' },
  queryStringsConfig: { queryStringBehavior: 'none' },
};

/** Source: CloudFront guide, "Use managed cache / origin request / response headers policies". */
const MANAGED: Readonly<Record<string, unknown>> = {
  '658327ea-f89d-4fab-a63d-7e88639e58f6': {
    name: 'Managed-CachingOptimized',
    minTtl: 1,
    parametersInCacheKeyAndForwardedToOrigin: {
      ...NOTHING_NAMED,
      enableAcceptEncodingGzip: true,
      enableAcceptEncodingBrotli: true,
    },
  },
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': {
    name: 'Managed-CachingDisabled',
    defaultTtl: 0,
    maxTtl: 0,
    parametersInCacheKeyAndForwardedToOrigin: NOTHING_NAMED,
  },
  'b689b0a8-53d0-40ab-baf2-68738e2966ac': {
    name: 'Managed-AllViewerExceptHostHeader',
    cookiesConfig: { cookieBehavior: 'all' },
    headersConfig: { headerBehavior: 'allExcept', headers: { items: ['Host'] } },
    queryStringsConfig: { queryStringBehavior: 'all' },
  },
  '67f7725c-6f97-4210-82d7-5512b31e9d03': {
    name: 'Managed-SecurityHeadersPolicy',
    securityHeadersConfig: {
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: 'SAMEORIGIN', override: false },
      referrerPolicy: { referrerPolicy: 'strict-origin-when-cross-origin', override: false },
      strictTransportSecurity: { accessControlMaxAgeSec: 31_536_000, override: false },
      xssProtection: { protection: true, modeBlock: true, override: false },
    },
  },
};

function lookup<T>(kind: string, schema: z.ZodType<T>, declared: ReadonlyMap<string, unknown>) {
  return (id: string): T => {
    const inputs = declared.get(id) ?? MANAGED[id];
    if (inputs === undefined) throw new Error(`${kind} ${id} is neither declared nor a known managed policy`);
    return parseDeclared(`${kind} ${id}`, schema, inputs);
  };
}
