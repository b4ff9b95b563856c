import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import { globalArnsOf } from '../arns.ts';
import type { StackConfig } from '../config.ts';
import type { Names } from './declared-names.ts';
import { DEPLOY_PARTS, deployRights } from './deploy-rights.ts';
import type { Foundation } from '../foundation.ts';
import { createRolePolicy } from '../functions.ts';
import * as policies from '../policies.ts';
import type { Statement } from '../policies.ts';
import { stateBucket } from '../state.ts';
import { GITHUB, policyDocument, trustGithub, type GithubSubject } from '../trust.ts';

export interface GithubSurface {
  readonly distributions: pulumi.Input<string>[];
  readonly certificates: pulumi.Input<string>[];
  /** What belongs to the distributions and is called by an id that AWS chose: `cache-policy/<id>`. */
  readonly edgePolicies: pulumi.Input<string>[];
  /** Ids. */
  readonly apis: pulumi.Input<string>[];
  readonly deploymentParameter: pulumi.Input<string>;
}

/**
 * What GitHub's workflows may do, by what they run for. A pull request's plan runs code that nobody has reviewed: it reads
 * what was applied and what is deployed, and holds no key to anything. It may read Pulumi's state and not decrypt the secrets
 * in it, among which is the one that CloudFront proves itself with. Main compares and applies bookings, with the keys of the
 * two APIs. Only main deploys, in the environment with the stack's name, where a person approves each run.
 */
export function declareGithub(
  foundation: Foundation,
  names: pulumi.Output<Names>,
  surface: GithubSurface,
): void {
  const { config } = foundation;
  const provider = declareProvider(config);
  const issuer = globalArnsOf(config)('iam', `oidc-provider/${GITHUB}`);
  const arns = pulumi.output({
    own: foundation.arns,
    buckets: { guest: foundation.buckets.guest.arn, crew: foundation.buckets.crew.arn },
    distributions: surface.distributions,
    deploymentParameter: surface.deploymentParameter,
  });
  const flat = arns.apply(({ own, ...rest }) => ({ ...own, ...rest }));
  const declareRole = (name: string, subject: GithubSubject, statements: pulumi.Output<Statement[]>) => {
    const trust = trustGithub(issuer, config.repository, subject);
    const role = new aws.iam.Role(
      name,
      { name: config.namePrefix + name, assumeRolePolicy: JSON.stringify(trust) },
      { dependsOn: provider },
    );
    createRolePolicy(name, role, statements);
    return role;
  };

  const plan = declareRole('bosun-plan', 'pull_request', flat.apply(policies.plan));
  attach(config, 'bosun-plan-state', plan, pulumi.output(policies.readState(stateBucket(config))));
  declareRole('bosun-drift', 'ref:refs/heads/main', flat.apply(policies.drift));
  declareRole('bosun-apply', 'ref:refs/heads/main', flat.apply(policies.pipeline));
  const deploy = declareRole('bosun-deploy', `environment:${config.stack}`, flat.apply(policies.smoke));
  const rights = pulumi
    .output({
      names,
      distributions: surface.distributions,
      certificates: surface.certificates,
      edgePolicies: surface.edgePolicies,
      apis: surface.apis,
    })
    .apply((scope) => deployRights({ config, ...scope }));
  for (const part of DEPLOY_PARTS)
    attach(
      config,
      `bosun-deploy-${part}`,
      deploy,
      rights.apply((all) => all[part]),
    );
}

/** GitHub as somebody whose tokens AWS believes; an account has it once. */
const declareProvider = ({ githubProvider }: StackConfig): aws.iam.OpenIdConnectProvider[] =>
  githubProvider === 'exists'
    ? []
    : [
        new aws.iam.OpenIdConnectProvider(
          'github',
          { url: `https://${GITHUB}`, clientIdLists: ['sts.amazonaws.com'] },
          { protect: true },
        ),
      ];

/** A policy of its own: one inside a role holds 10,240 characters with all others in it. */
function attach(
  config: StackConfig,
  name: string,
  role: aws.iam.Role,
  rights: pulumi.Output<Statement[]>,
): void {
  const policy = new aws.iam.Policy(name, {
    name: config.namePrefix + name,
    policy: rights.apply((list) => JSON.stringify(policyDocument(list))),
  });
  new aws.iam.RolePolicyAttachment(name, { role: role.name, policyArn: policy.arn });
}
