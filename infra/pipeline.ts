import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { deploymentParameter, type Deployment } from './deployment.ts';
import { mapValues, type Foundation } from './foundation.ts';
import { createRole, createRolePolicy } from './functions.ts';
import * as policies from './policies.ts';
import type { Distributions } from './sites.ts';
import { trustMainBranch } from './trust.ts';

export interface Surface {
  readonly distributions: Distributions;
  readonly scc: aws.apigatewayv2.Api;
  readonly dashboard: aws.apigatewayv2.Api;
}

/** What the bookings pipeline needs: the document in which it finds everything, and its role. */
export function declarePipeline(foundation: Foundation, surface: Surface): pulumi.Output<Deployment> {
  const deployment = describeDeployment(foundation, surface);
  const parameter = new aws.ssm.Parameter('deployment', {
    name: deploymentParameter(foundation.config.stack),
    type: 'String',
    value: deployment.apply((document) => JSON.stringify(document)),
  });
  declareRole(foundation, surface.distributions, parameter);
  return deployment;
}

const describeDeployment = (
  { config, buckets, tables, secrets }: Foundation,
  { distributions, scc, dashboard }: Surface,
): pulumi.Output<Deployment> =>
  pulumi.output({
    stack: config.stack,
    region: config.region,
    edge: config.urls.guest,
    crewPortal: config.urls.crew,
    photosOrigin: config.photosOrigin,
    sccApi: scc.apiEndpoint,
    dashboardApi: dashboard.apiEndpoint,
    buckets: mapValues(buckets, ({ bucket }) => bucket),
    distributions: mapValues(distributions, ({ id }) => id),
    tables: mapValues(tables, ({ name }) => name),
    secrets: mapValues(secrets, ({ name }) => name),
    calendars: config.calendars,
    ...config.deployment,
  });

function declareRole(
  { config, arns, buckets }: Foundation,
  distributions: Distributions,
  parameter: aws.ssm.Parameter,
): void {
  const trust = trustMainBranch(config.accountId, config.repository);
  const role = createRole('bosun-apply', `${config.namePrefix}bosun-apply`, trust);
  const statements = pulumi
    .output({
      own: arns,
      siteBuckets: [buckets.guest.arn, buckets.crew.arn],
      distributions: [distributions.guest.arn, distributions.crew.arn],
      deploymentParameter: parameter.arn,
    })
    .apply(({ own, ...rest }) => policies.pipeline({ ...own, ...rest }));
  createRolePolicy('bosun-apply', role, statements);
}
