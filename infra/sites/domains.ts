import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from '../config.ts';
import { publish, toEnter, zoneOf, type RecordsToEnter } from './dns-records.ts';

export type SiteName = keyof StackConfig['domains'];

/** A site's name in the world. */
export interface Domain {
  readonly certificate: aws.acm.Certificate;
  /** Of an issued certificate; without one the site goes by CloudFront's own name. */
  readonly certificateArn: pulumi.Input<string> | undefined;
  readonly toEnter: RecordsToEnter;
}

/**
 * The certificate of a site. In a zone of ours it is proven and used at once. Elsewhere somebody enters the record that
 * proves it, and then its ARN in `certificates` of `stacks.ts`, as CloudFront takes no certificate that is not issued.
 */
export function declareDomain(config: StackConfig, site: SiteName): Domain {
  const domain = config.domains[site];
  const certificate = new aws.acm.Certificate(`${site}-site`, {
    domainName: domain,
    validationMethod: 'DNS',
  });
  const proof = certificate.domainValidationOptions.apply(([one]) => one!);
  const zone = zoneOf(config, domain);
  const { records, toEnter: proofToEnter } = publish(zone, [
    {
      key: `${site}-certificate`,
      name: proof.resourceRecordName,
      // ACM proves by CNAME and nothing else.
      type: 'CNAME',
      value: proof.resourceRecordValue,
      purpose: `the certificate of ${domain}, and its renewal every year`,
    },
  ]);
  const issued =
    config.certificates[site] ?? (zone === null ? undefined : waitUntilIssued(site, certificate, records));
  return { certificate, certificateArn: issued, toEnter: proofToEnter };
}

/** Minutes, where the zone is the one that the world asks; a zone that it does not ask is not waited for longer. */
const waitUntilIssued = (
  site: SiteName,
  certificate: aws.acm.Certificate,
  records: readonly aws.route53.Record[],
): pulumi.Output<string> =>
  new aws.acm.CertificateValidation(
    `${site}-site`,
    { certificateArn: certificate.arn, validationRecordFqdns: records.map(({ fqdn }) => fqdn) },
    { customTimeouts: { create: '20m' } },
  ).certificateArn;

/** Leads a site's name to its distribution, by IPv4 and IPv6. */
export function pointTo(
  config: StackConfig,
  site: SiteName,
  distribution: aws.cloudfront.Distribution,
): RecordsToEnter {
  const name = config.domains[site];
  const zone = zoneOf(config, name);
  if (zone === null) {
    const purpose = `${name} itself, once its certificate is in use`;
    return [toEnter({ name, type: 'ALIAS', value: distribution.domainName, purpose })];
  }
  for (const type of ['A', 'AAAA']) {
    new aws.route53.Record(`${site}-site-${type.toLowerCase()}`, {
      zoneId: zone,
      name,
      type,
      aliases: [{ name: distribution.domainName, zoneId: CLOUDFRONT_ZONE, evaluateTargetHealth: false }],
    });
  }
  return [];
}

/** Of all distributions. Source: Route 53 API reference, `AliasTarget`, `HostedZoneId`. */
const CLOUDFRONT_ZONE = 'Z2FDTNDATAQYW2';
