import { beforeAll, describe, expect, it } from 'vitest';
import { deployWildcards } from '#infra/github/deploy-rights.ts';
import { wildcardReasons } from '#infra/policies.ts';
import { prodGraph } from '#test/fixtures/prod-graph.ts';
import { unusedReasons, wideActions } from '#infra/reasons.ts';
import type { AwsCall } from '#scripts/stack/aws/callers.ts';
import type { Graph } from '#scripts/stack/graph.ts';
import { localGraph, ofKind, resource } from '#test/fixtures/local-graph.ts';
import { change, drop } from './plant.ts';
import { proveRules } from './prove-rules.ts';
import { idleReasons, refusedCalls, unusedAllowances } from './rules/allowances.ts';
import {
  beyondBoundary,
  foreignResources,
  idleWildcardReasons,
  involvedStatements,
  looseTrust,
  sharedRoles,
  unreasonedWildcards,
} from './rules/roles.ts';
import { roleStatements, statementsOf } from './rules/statements.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await localGraph();
});

const wildcards = { arns: [...wildcardReasons, ...deployWildcards], actions: wideActions };

/** The policy of a role, with one text in it replaced. */
const rewrite = (role: string, right: string, wrong: string) =>
  change('RolePolicy', role, (inputs) => {
    inputs.policy = String(inputs.policy).replace(right, wrong);
  });

proveRules([
  {
    says: 'roles are made of plain allowances',
    broken: involvedStatements,
    mistakes: [
      [
        'that a deny is an exception',
        rewrite(
          'mail-events',
          '"Effect":"Allow","Action":["dynamodb:UpdateItem"]',
          '"Effect":"Deny","Action":["dynamodb:UpdateItem"]',
        ),
        `mail-events: {"Effect":"Deny","Action":["dynamodb:UpdateItem"],"Resource":["${arn('table/scc-notifications')}"]}`,
      ],
    ],
  },
  {
    says: 'roles reach further than what they name only for a reason',
    broken: (of) => unreasonedWildcards(of, wildcards),
    mistakes: [
      [
        'what it may do',
        rewrite('mail-events', 'dynamodb:UpdateItem', 'dynamodb:*'),
        'mail-events may do dynamodb:*',
      ],
      [
        'on what',
        rewrite('mail-events', 'table/scc-notifications', 'table/*'),
        `mail-events may do dynamodb:UpdateItem on ${arn('table/*')}`,
      ],
    ],
  },
  {
    says: 'roles reach only what the program declares',
    broken: foreignResources,
    mistakes: [
      [
        'a name',
        rewrite('mail-events', 'table/scc-notifications', 'table/scc-notices'),
        `mail-events reaches ${arn('table/scc-notices')}`,
      ],
    ],
  },
  {
    says: 'no role has a right that its boundary takes away',
    broken: beyondBoundary,
    mistakes: [
      [
        'the boundary of a role',
        change('Role', 'mail-events', (inputs) => delete inputs.permissionsBoundary),
        'mail-events has no boundary',
      ],
      [
        'to widen it',
        rewrite('mail-events', 'dynamodb:UpdateItem', 'dynamodb:DescribeTable'),
        `mail-events may not do dynamodb:DescribeTable on ${arn('table/scc-notifications')}: it is beyond its boundary`,
      ],
    ],
  },
  {
    says: 'every role has one policy and one user',
    broken: sharedRoles,
    mistakes: [
      ['a policy', drop('RolePolicy', 'mail-events'), 'mail-events has 0 policies'],
      [
        'a role',
        change(
          'Function',
          'mail-events',
          (inputs) => (inputs.role = 'arn:aws:iam::000000000000:role/scc-api'),
        ),
        'scc-api is used 2 times',
      ],
    ],
  },
  {
    says: 'every role trusts one service, or one kind of run of one repository',
    broken: looseTrust,
    mistakes: [
      [
        'which branch',
        change('Role', 'bosun-apply', (inputs) => {
          inputs.assumeRolePolicy = String(inputs.assumeRolePolicy).replace('ref:refs/heads/main', '*');
        }),
        'bosun-apply trusts too many',
      ],
      [
        'for whom the token is',
        change('Role', 'bosun-apply', (inputs) => {
          inputs.assumeRolePolicy = String(inputs.assumeRolePolicy).replace(/"[^"]*:aud":"[^"]*",/, '');
        }),
        'bosun-apply trusts too many',
      ],
      [
        'of which branch an environment is',
        change('Role', 'bosun-deploy', (inputs) => {
          inputs.assumeRolePolicy = String(inputs.assumeRolePolicy).replace(/,"[^"]*:ref":"[^"]*"/, '');
        }),
        'bosun-deploy trusts too many',
      ],
    ],
  },
  {
    says: 'every reason for a right that no test uses explains one',
    broken: (of) => idleReasons(of, unusedReasons),
    mistakes: [],
  },
]);

describe('the reasons for wildcards', () => {
  it('are all needed somewhere', async () => {
    expect(idleWildcardReasons([graph, await prodGraph()], wildcards)).toEqual([]);
    const idle = { pattern: /:table\/\*$/, reason: 'tables come and go' };
    expect(idleWildcardReasons([graph], { ...wildcards, arns: [idle] })).toContain(idle.reason);
  });
});

describe('the roles', () => {
  it('leave mail to one function and infrastructure to the deploy', () => {
    const who = (pattern: RegExp) => [
      ...new Set(
        roleStatements(graph)
          .filter(
            ({ role, statement }) => !DEPLOY.test(role) && statement.Action.some((one) => pattern.test(one)),
          )
          .map(({ role }) => role),
      ),
    ];
    expect(who(/^ses:/)).toEqual(['crew-notify']);
    expect(who(/^cloudfront:(?!Get|List|Describe)/)).toEqual(['bosun-apply']);
    expect(who(/^s3:(Put|Delete)/)).toEqual(['bosun-apply', 'photo-arrivals', 'scc-api']);
    expect(who(/^iam:|^sts:|:Create(?!Invalidation|LogStream)|:DeleteTable|:PutSecret/)).toEqual([]);
  });

  it('let one function find an event by its guest page, and do nothing else there', () => {
    const byPage = arn('table/scc-events/index/by-page');
    const who = roleStatements(graph)
      .filter(({ statement }) => statement.Resource.includes(byPage))
      .map(({ role, statement }) => [role, statement.Action]);
    expect(who).toEqual([['scc-api', ['dynamodb:Query']]]);
  });

  it('give the pipeline exactly what applying bookings takes', () => {
    expect(statementsOf(resource(graph, 'RolePolicy', 'bosun-apply'))).toEqual([
      allowed(
        ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        [arn('table/booking-ledger')],
      ),
      allowed(
        ['s3:GetObject', 's3:PutObject'],
        ['arn:aws:s3:::queenofsandiego.com/*', 'arn:aws:s3:::sailjada.com/*'],
      ),
      allowed(['s3:ListBucket'], ['arn:aws:s3:::queenofsandiego.com', 'arn:aws:s3:::sailjada.com']),
      allowed(
        ['cloudfront:CreateInvalidation', 'cloudfront:GetInvalidation'],
        ['guest', 'crew'].map(
          (site) => resource(graph, 'Distribution', `${site}-site`).outputs.arn as string,
        ),
      ),
      allowed(['ssm:GetParameter'], ['arn:aws:ssm:us-east-1:000000000000:parameter/bosun/local/deployment']),
      allowed(
        ['secretsmanager:GetSecretValue'],
        ['dashboard', 'serviceKey'].map(
          (key) => resource(graph, 'Secret', `secret-${key}`).outputs.arn as string,
        ),
      ),
    ]);
  });
});

describe('the calls that stacks see, compared with what roles allow', () => {
  const calls: AwsCall[] = [
    { principal: 'mail-events', action: 'dynamodb:UpdateItem', resource: arn('table/scc-notifications') },
    { principal: 'onlooker', action: 'dynamodb:Scan', resource: arn('table/scc-crew') },
  ];
  const ofMailEvents = (lines: string[]) => lines.filter((line) => line.startsWith('mail-events '));

  it('name a call that a role no longer allows', () => {
    expect(refusedCalls(graph, calls)).toEqual([]);
    const broken = rewrite('mail-events', 'dynamodb:UpdateItem', 'dynamodb:PutItem')(graph);
    expect(refusedCalls(broken, calls)).toEqual([
      `mail-events did dynamodb:UpdateItem on ${arn('table/scc-notifications')}, which it may not`,
    ]);
  });

  it('name a right that nobody used, unless a reason is given', () => {
    expect(ofMailEvents(unusedAllowances(graph, calls, unusedReasons))).toEqual([]);
    expect(ofMailEvents(unusedAllowances(graph, [], unusedReasons))).toEqual([
      `mail-events may do dynamodb:UpdateItem on ${arn('table/scc-notifications')}, and never did in any test`,
    ]);
    expect(ofMailEvents(unusedAllowances(graph, calls, []))).not.toEqual([]);
  });

  it('name a reason that explains nothing', () => {
    const reason = { role: /^mail-events$/, actions: ['ses:SendEmail'], reason: 'it used to answer' };
    expect(idleReasons(graph, [reason])).toEqual(['no role may do what is explained by "it used to answer"']);
  });
});

describe('the buckets of the sites', () => {
  it('are read by their own distribution and nobody else', () => {
    for (const policy of ofKind(graph, 'BucketPolicy')) {
      const distribution = resource(graph, 'Distribution', policy.name);
      const statements = statementsOf(policy);
      for (const { Principal, Condition } of statements) {
        expect(Principal).toEqual({ Service: 'cloudfront.amazonaws.com' });
        expect(Condition?.StringEquals).toEqual({ 'AWS:SourceArn': distribution.outputs.arn });
      }
      expect(statements.flatMap(({ Action }) => Action)).toEqual(['s3:GetObject', 's3:ListBucket']);
    }
  });
});

/** Roles that see or change infrastructure; what they may do is their own test's. */
const DEPLOY = /^bosun-(plan|drift|deploy)$/;

const allowed = (Action: string[], Resource: string[]) => ({ Effect: 'Allow', Action, Resource });

function arn(table: string): string {
  return `arn:aws:dynamodb:us-east-1:000000000000:${table}`;
}
