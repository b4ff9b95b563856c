import { readFileSync } from 'node:fs';
import * as aws from '@pulumi/aws';
import * as awsNative from '@pulumi/aws-native';
import * as pulumi from '@pulumi/pulumi';
import { allowDistribution } from '../buckets.ts';
import { REFERRER, securityHeaders, storedPages } from './cache-rules.ts';
import type { StackConfig } from '../config.ts';
import type { Deployment } from '../deployment.ts';
import { createDistribution } from './distribution.ts';
import type { RecordsToEnter } from './dns-records.ts';
import { declareDomain, pointTo, type SiteName } from './domains.ts';
import { declareFirewall } from './firewall.ts';
import type { Foundation } from '../foundation.ts';

export type Distributions = Readonly<Record<keyof Deployment['distributions'], aws.cloudfront.Distribution>>;

export interface SiteApis {
  readonly scc: aws.apigatewayv2.Api;
  readonly portal: aws.apigatewayv2.Api;
}

export interface Sites {
  readonly distributions: Distributions;
  readonly certificates: Readonly<Record<SiteName, aws.acm.Certificate>>;
  /** `cache-policy/<id>`: what of CloudFront is called by an id that AWS chose. */
  readonly edgePolicies: pulumi.Output<string>[];
  /** Where DNS is kept elsewhere. */
  readonly recordsToEnter: RecordsToEnter;
}

/** The guest site and the crew site. */
export function declareSites({ config, buckets }: Foundation, { scc, portal }: SiteApis): Sites {
  const domains = { guest: declareDomain(config, 'guest'), crew: declareDomain(config, 'crew') };
  const shared = {
    firewall: declareFirewall(config),
    cachePolicy: new aws.cloudfront.CachePolicy('stored-pages', {
      ...storedPages,
      name: `${config.namePrefix}stored-pages`,
    }),
  };
  const policies = { guest: sitePolicies(config, 'guest'), crew: sitePolicies(config, 'crew') };
  const guest = createDistribution(config, {
    ...shared,
    ...policies.guest,
    site: 'guest',
    certificateArn: domains.guest.certificateArn,
    bucket: buckets.guest,
    viewerRequest: declareViewerRequest(config).functionArn,
    rootObject: 'index.html',
    apis: { '/api/g/*': scc },
  });
  const crew = createDistribution(config, {
    ...shared,
    ...policies.crew,
    site: 'crew',
    certificateArn: domains.crew.certificateArn,
    bucket: buckets.crew,
    rootObject: 'index.html',
    apis: { '/crew': portal, '/crew/*': portal, '/api/*': scc },
  });
  allowDistribution('guest-site', buckets.guest, guest);
  allowDistribution('crew-site', buckets.crew, crew);
  return {
    distributions: { guest, crew },
    certificates: { guest: domains.guest.certificate, crew: domains.crew.certificate },
    edgePolicies: [
      pulumi.interpolate`cache-policy/${shared.cachePolicy.id}`,
      ...Object.values(policies).flatMap(({ accessControl, headersPolicy }) => [
        pulumi.interpolate`origin-access-control/${accessControl.id}`,
        pulumi.interpolate`response-headers-policy/${headersPolicy.id}`,
      ]),
    ],
    recordsToEnter: [
      ...domains.guest.toEnter,
      ...domains.crew.toEnter,
      ...pointTo(config, 'guest', guest),
      ...pointTo(config, 'crew', crew),
    ],
  };
}

const sitePolicies = ({ namePrefix }: StackConfig, site: SiteName) => ({
  accessControl: new aws.cloudfront.OriginAccessControl(`${site}-site`, {
    name: `${namePrefix}${site}-site`,
    originAccessControlOriginType: 's3',
    signingBehavior: 'always',
    signingProtocol: 'sigv4',
  }),
  headersPolicy: new aws.cloudfront.ResponseHeadersPolicy(`${site}-site`, {
    ...securityHeaders(REFERRER[site]),
    name: `${namePrefix}${site}-site`,
  }),
});

const declareViewerRequest = ({ namePrefix }: StackConfig) =>
  new awsNative.cloudfront.Function('viewer-request', {
    name: `${namePrefix}viewer-request`,
    autoPublish: true,
    functionCode: readFileSync(new URL('../../functions/edge/viewer-request.js', import.meta.url), 'utf8'),
    functionConfig: { comment: 'Page addresses to object keys', runtime: 'cloudfront-js-2.0' },
  });
