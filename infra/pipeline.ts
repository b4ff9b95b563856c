import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { deploymentParameter, type Deployment } from './deployment.ts';
import type { Names } from './github/declared-names.ts';
import { mapValues, type Foundation } from './foundation.ts';
import { declareGithub } from './github/github.ts';
import type { Sites } from './sites/sites.ts';

export interface Surface extends Pick<Sites, 'distributions' | 'certificates' | 'edgePolicies'> {
  readonly scc: aws.apigatewayv2.Api;
  readonly dashboard: aws.apigatewayv2.Api;
  readonly portal: aws.apigatewayv2.Api;
  /** Of everything that is declared. */
  readonly names: pulumi.Output<Names>;
}

/** What the workflows need: the document in which they find everything, and their roles. */
export function declarePipeline(foundation: Foundation, surface: Surface): pulumi.Output<Deployment> {
  const deployment = describeDeployment(foundation, surface);
  const parameter = new aws.ssm.Parameter('deployment', {
    name: deploymentParameter(foundation.config.stack),
    type: 'String',
    value: deployment.apply((document) => JSON.stringify(document)),
  });
  const { distributions, certificates, edgePolicies, scc, dashboard, portal } = surface;
  declareGithub(foundation, surface.names, {
    distributions: Object.values(distributions).map(({ arn }) => arn),
    certificates: Object.values(certificates).map(({ arn }) => arn),
    edgePolicies,
    apis: [scc, dashboard, portal].map(({ id }) => id),
    deploymentParameter: parameter.arn,
  });
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
