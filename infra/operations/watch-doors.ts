import type * as aws from '@pulumi/aws';
import { createAlarm } from './alarms.ts';
import type { Watching } from './alerts.ts';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** An HTTP API that answers wrongly, or is asked wrongly so often that somebody is trying keys or a client is broken. */
export function watchApi(
  watching: Watching,
  name: string,
  api: aws.apigatewayv2.Api,
  refusals: number,
): void {
  watching.alerts.watched.apis.push([name, api.id]);
  const counted = { when: 'at least', period: 5 * MINUTE, periods: 1 } as const;
  createAlarm(watching, {
    name: `api-${name}-5xx`,
    meaning: `The API ${name} answered three or more requests with an error of its own within 5 minutes.`,
    metric: ofApi(api, '5xx'),
    threshold: 3,
    ...counted,
  });
  createAlarm(watching, {
    name: `api-${name}-4xx`,
    meaning: `The API ${name} refused ${refusals} or more requests within 5 minutes.`,
    metric: ofApi(api, '4xx'),
    threshold: refusals,
    ...counted,
  });
}

/** API Gateway developer guide, "Working with metrics for HTTP APIs". */
const ofApi = ({ id }: aws.apigatewayv2.Api, metricName: '4xx' | '5xx') =>
  ({ namespace: 'AWS/ApiGateway', metricName, dimensions: { ApiId: id }, statistic: 'Sum' }) as const;

/** A site that answers with errors: its files cannot be had, or an API behind it does not answer. */
export function watchSite(watching: Watching, site: string, distribution: aws.cloudfront.Distribution): void {
  watching.alerts.watched.distributions.push([site, distribution.id]);
  createAlarm(watching, {
    name: `${site}-site-5xx`,
    meaning: `More than 5 % of the answers of the ${site} site were errors of ours for 10 minutes.`,
    metric: {
      namespace: 'AWS/CloudFront',
      metricName: '5xxErrorRate',
      // CloudFront's metrics are kept in us-east-1 under this region.
      dimensions: { DistributionId: distribution.id, Region: 'Global' },
      statistic: 'Average',
    },
    when: 'more than',
    threshold: 5,
    period: 5 * MINUTE,
    periods: 2,
  });
}

/** ACM renews by itself, 45 days ahead or more; what is nearer than a month will not be renewed without somebody. */
export const watchCertificate = (
  watching: Watching,
  site: string,
  { arn }: Pick<aws.acm.Certificate, 'arn'>,
): void =>
  createAlarm(watching, {
    name: `${site}-certificate`,
    meaning: `The certificate of the ${site} site runs out in less than 30 days and was not renewed.`,
    metric: {
      namespace: 'AWS/CertificateManager',
      metricName: 'DaysToExpiry',
      dimensions: { CertificateArn: arn },
      statistic: 'Minimum',
    },
    when: 'less than',
    threshold: 30,
    period: DAY,
    periods: 1,
  });
