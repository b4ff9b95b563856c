import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { MANAGED_POLICIES } from './cache-rules.ts';
import type { StackConfig } from '../config.ts';

const ALL_METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'POST', 'PATCH', 'DELETE'];
const READ_METHODS = ['GET', 'HEAD'];

export interface DistributionOptions {
  readonly site: 'guest' | 'crew';
  /** Everything that no path below matches is a file of this private bucket. */
  readonly bucket: aws.s3.Bucket;
  readonly accessControl: aws.cloudfront.OriginAccessControl;
  readonly cachePolicy: aws.cloudfront.CachePolicy;
  readonly headersPolicy: aws.cloudfront.ResponseHeadersPolicy;
  /** ARN of a CloudFront Function that rewrites requests for files. */
  readonly viewerRequest?: pulumi.Input<string>;
  readonly rootObject?: string;
  /** Of an issued certificate for the site's domain; without one the site has CloudFront's own name only. */
  readonly certificateArn?: pulumi.Input<string> | undefined;
  readonly firewall?: aws.wafv2.WebAcl | undefined;
  /** Path pattern → API, in order of precedence. */
  readonly apis: Readonly<Record<string, aws.apigatewayv2.Api>>;
}

/** A site: files from a private bucket, and paths that belong to an API. */
export function createDistribution(
  config: StackConfig,
  options: DistributionOptions,
): aws.cloudfront.Distribution {
  const { site, certificateArn, firewall } = options;
  const behaviour = {
    viewerProtocolPolicy: 'redirect-to-https',
    compress: true,
    responseHeadersPolicyId: options.headersPolicy.id,
  };
  return new aws.cloudfront.Distribution(`${site}-site`, {
    comment: `${config.domains[site]} (${config.stack})`,
    enabled: true,
    httpVersion: 'http2and3',
    isIpv6Enabled: true,
    priceClass: 'PriceClass_100',
    ...(options.rootObject !== undefined && { defaultRootObject: options.rootObject }),
    ...(certificateArn !== undefined && { aliases: [config.domains[site]] }),
    viewerCertificate: viewerCertificate(certificateArn),
    ...(firewall !== undefined && { webAclId: firewall.arn }),
    restrictions: { geoRestriction: { restrictionType: 'none' } },
    origins: [bucketOrigin(options), ...apiOrigins(config, options)],
    defaultCacheBehavior: { ...behaviour, ...fileBehaviour(options) },
    orderedCacheBehaviors: Object.entries(options.apis).map(([pathPattern, api]) => ({
      ...behaviour,
      pathPattern,
      targetOriginId: originId(api),
      allowedMethods: ALL_METHODS,
      cachedMethods: READ_METHODS,
      cachePolicyId: MANAGED_POLICIES.cachingDisabled,
      originRequestPolicyId: MANAGED_POLICIES.allViewerExceptHostHeader,
    })),
    customErrorResponses: errorResponses,
  });
}

/**
 * Hold for API paths as well, so only 404 is mapped. What CloudFront would otherwise keep for ten seconds, whatever its
 * cache policy and `no-store` say, is kept for none: by an address alone, one person's refusal would be another's answer.
 */
const errorResponses = [
  { errorCode: 404, responseCode: 404, responsePagePath: '/404.html', errorCachingMinTtl: 0 },
  ...[414, 500, 501, 502, 503, 504].map((errorCode) => ({ errorCode, errorCachingMinTtl: 0 })),
];

const fileBehaviour = ({ cachePolicy, viewerRequest }: DistributionOptions) => ({
  targetOriginId: 'files',
  allowedMethods: READ_METHODS,
  cachedMethods: READ_METHODS,
  cachePolicyId: cachePolicy.id,
  ...(viewerRequest !== undefined && {
    functionAssociations: [{ eventType: 'viewer-request', functionArn: viewerRequest }],
  }),
});

const bucketOrigin = ({ bucket, accessControl }: DistributionOptions) => ({
  originId: 'files',
  domainName: bucket.bucketRegionalDomainName,
  originAccessControlId: accessControl.id,
});

const originId = (api: aws.apigatewayv2.Api) => pulumi.interpolate`api-${api.id}`;

/** One origin for each API, however many paths lead to it; the secret shuts the API's own URL to browsers. */
const apiOrigins = (config: StackConfig, { apis }: DistributionOptions) =>
  [...new Set(Object.values(apis))].map((api) => ({
    originId: originId(api),
    domainName: api.apiEndpoint.apply((endpoint) => new URL(endpoint).host),
    customHeaders: [{ name: 'x-origin-secret', value: pulumi.secret(config.originSecrets[0] ?? '') }],
    customOriginConfig: {
      httpPort: 80,
      httpsPort: 443,
      originProtocolPolicy: 'https-only',
      originSslProtocols: ['TLSv1.2'],
    },
  }));

const viewerCertificate = (arn: pulumi.Input<string> | undefined) =>
  arn === undefined
    ? { cloudfrontDefaultCertificate: true }
    : { acmCertificateArn: arn, sslSupportMethod: 'sni-only', minimumProtocolVersion: 'TLSv1.2_2021' };
