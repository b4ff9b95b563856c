import type * as aws from '@pulumi/aws';

/** AWS's own policies; their ids are the same in every account. */
export const MANAGED_POLICIES = {
  /** Cache policy `CachingDisabled`. */
  cachingDisabled: '4135ea2d-6df8-44a3-9df3-4b5a84be39ad',
  /** Origin request policy `AllViewerExceptHostHeader`: API Gateway answers 403 to a foreign Host. */
  allViewerExceptHostHeader: 'b689b0a8-53d0-40ab-baf2-68738e2966ac',
} as const;

/** Stored pages are the same for everybody: nothing of the request is in the key or reaches the bucket. */
export const storedPages: Omit<aws.cloudfront.CachePolicyArgs, 'name'> = {
  comment: 'Stored files: no header, cookie or query string',
  minTtl: 0,
  defaultTtl: 86_400,
  maxTtl: 31_536_000,
  parametersInCacheKeyAndForwardedToOrigin: {
    enableAcceptEncodingBrotli: true,
    enableAcceptEncodingGzip: true,
    headersConfig: { headerBehavior: 'none' },
    cookiesConfig: { cookieBehavior: 'none' },
    queryStringsConfig: { queryStringBehavior: 'none' },
  },
};

/**
 * Guests' pages send no referrer, as their address is the key to them. Crew pages say
 * their site and no path: under `no-referrer` a browser posts a form with `Origin: null`, which no CSRF check can accept.
 */
export const REFERRER = { guest: 'no-referrer', crew: 'strict-origin' } as const;

/** Headers of every response. The content security policy is the page's own, as only its build knows its hashes. */
export const securityHeaders = (
  referrerPolicy: string,
): Omit<aws.cloudfront.ResponseHeadersPolicyArgs, 'name'> => ({
  securityHeadersConfig: {
    strictTransportSecurity: {
      accessControlMaxAgeSec: 63_072_000,
      includeSubdomains: true,
      override: true,
    },
    contentTypeOptions: { override: true },
    frameOptions: { frameOption: 'DENY', override: true },
    referrerPolicy: { referrerPolicy, override: true },
  },
  // What the bucket knows of an object is nobody's business: how often a page changed, for one.
  removeHeadersConfig: {
    items: ['x-amz-meta-revision', 'x-amz-meta-fence', 'x-amz-meta-sha256', 'x-amz-version-id'].map(
      (header) => ({ header }),
    ),
  },
});
