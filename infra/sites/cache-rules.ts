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

/** What a page of ours never asks for, so that nothing that gets into one can. Every browser knows these names: one that it does not, it complains of. */
const UNUSED_FEATURES = [
  'accelerometer',
  'camera',
  'display-capture',
  'geolocation',
  'gyroscope',
  'magnetometer',
  'microphone',
  'midi',
  'payment',
  'usb',
];

/** Headers of every response, files and APIs alike. The rest of a content security policy is the page's own, as only its build knows its hashes. */
export const securityHeaders = (
  referrerPolicy: string,
): Omit<aws.cloudfront.ResponseHeadersPolicyArgs, 'name'> => ({
  securityHeadersConfig: {
    strictTransportSecurity: {
      accessControlMaxAgeSec: 63_072_000,
      // A site may be a bare domain, and what else is below it is not ours to say.
      includeSubdomains: false,
      override: true,
    },
    contentTypeOptions: { override: true },
    frameOptions: { frameOption: 'DENY', override: true },
    referrerPolicy: { referrerPolicy, override: true },
    // A page's own meta element cannot say this. Where an origin sends a whole policy, as the crew's portal does, that one stands.
    contentSecurityPolicy: { contentSecurityPolicy: "frame-ancestors 'none'", override: false },
  },
  customHeadersConfig: {
    items: Object.entries({
      'permissions-policy': UNUSED_FEATURES.map((feature) => `${feature}=()`).join(', '),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    }).map(([header, value]) => ({ header, value, override: true })),
  },
  removeHeadersConfig: { items: NOT_SAID.map((header) => ({ header })) },
});

/** What the bucket knows of an object is nobody's business: how often a page changed, for one. Nor is what serves it. */
const NOT_SAID = [
  'server',
  'x-powered-by',
  'x-amz-meta-revision',
  'x-amz-meta-fence',
  'x-amz-meta-sha256',
  'x-amz-version-id',
  'x-amz-server-side-encryption',
  'x-amz-request-id',
  'x-amz-id-2',
];
