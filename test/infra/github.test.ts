import { beforeAll, describe, expect, it } from 'vitest';
import { OPERATOR_ALONE, OPERATOR_MAKES } from '#infra/github/operator-types.ts';
import type { Graph, Resource } from '#scripts/stack/graph.ts';
import { ofKind, resource } from '#test/fixtures/graph-parts.ts';
import { prodGraph, readDevGraph } from '#test/fixtures/prod-graph.ts';
import { CHANGES, MAKING, NEVER } from './deploy-changes.ts';
import { roleStatements, statementsOf } from './rules/statements.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await prodGraph();
});

const GITHUB_ROLES = ['bosun-apply', 'bosun-deploy', 'bosun-drift', 'bosun-plan'];

const deployStatements = () =>
  roleStatements(graph).flatMap(({ role, statement }) => (role === 'bosun-deploy' ? [statement] : []));

/** Whether the deploy may do that at all: conditions are looked at apart. */
const mayDeploy = (action: string, arn: string): boolean =>
  deployStatements().some(
    ({ Action, Resource }) =>
      Action.some((one) => matches(one, action)) && Resource.some((one) => matches(one, arn)),
  );

/** As IAM reads wildcards. */
const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replace(/[.+^$(){}|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  ).test(text);

describe('GitHub’s workflows', () => {
  it.each([
    ['bosun-plan', 'pull_request', {}],
    ['bosun-drift', 'ref:refs/heads/main', {}],
    ['bosun-apply', 'ref:refs/heads/main', {}],
    // Without the branch, any that names the environment could deploy.
    ['bosun-deploy', 'environment:prod', { 'token.actions.githubusercontent.com:ref': 'refs/heads/main' }],
  ])('take on %s for %s of one repository, and for nothing else', (role, subject, branch) => {
    expect(statementsOf(resource(graph, 'Role', role), 'assumeRolePolicy')).toEqual([
      {
        Effect: 'Allow',
        Action: ['sts:AssumeRoleWithWebIdentity'],
        Principal: {
          Federated: 'arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com',
        },
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': `repo:sailjada/bosun:${subject}`,
            ...branch,
          },
        },
      },
    ]);
  });

  it('are believed by an account that was told so once', async () => {
    const provider = resource(graph, 'OpenIdConnectProvider', 'github');
    expect(provider).toMatchObject({
      protect: true,
      inputs: {
        url: 'https://token.actions.githubusercontent.com',
        clientIdLists: ['sts.amazonaws.com'],
      },
    });
    const dev = await readDevGraph();
    expect(ofKind(dev, 'OpenIdConnectProvider')).toEqual([]);
    const names = ofKind(dev, 'Role').map(({ inputs }) => inputs.name);
    expect(names).toEqual(expect.arrayContaining(GITHUB_ROLES.map((name) => `dev-${name}`)));
  });
});

describe('the plan of a pull request, which runs what nobody has reviewed', () => {
  it('reads the ledger, the deployment and the state as it is kept, and nothing else', () => {
    expect(rightsOf('bosun-plan')).toEqual([
      'dynamodb:BatchGetItem arn:aws:dynamodb:us-east-1:123456789012:table/booking-ledger',
      'dynamodb:GetItem arn:aws:dynamodb:us-east-1:123456789012:table/booking-ledger',
      's3:GetObject arn:aws:s3:::bosun-state-123456789012/.pulumi/*',
      's3:ListBucket arn:aws:s3:::bosun-state-123456789012',
      'ssm:GetParameter arn:aws:ssm:us-east-1:123456789012:parameter/bosun/prod/deployment',
    ]);
  });
});

describe('the comparison with what is there', () => {
  it('changes nothing', () => {
    const actions = rightsOf('bosun-drift').map((right) => right.split(' ')[0]);
    expect([...new Set(actions)]).toEqual([
      'dynamodb:BatchGetItem',
      'dynamodb:GetItem',
      's3:GetObject',
      's3:ListBucket',
      'secretsmanager:GetSecretValue',
      'ssm:GetParameter',
    ]);
  });
});

describe('the deploy', () => {
  it('may change everything of the program that is not the operator’s alone, and none of that', () => {
    const wrong = graph.resources.flatMap((one) => {
      const change = CHANGES[one.type];
      if (change === undefined) return [`${one.type} ${one.name}: say here what changing it takes`];
      const [arn, ...actions] = change(one);
      const isOperators = OPERATOR_ALONE.has(one.type) || isRightOfGithub(one);
      return actions
        .filter((action) => mayDeploy(action, arn) === isOperators)
        .map((action) => `${one.type} ${one.name}: ${action} on ${arn}`);
    });
    expect(wrong).toEqual([]);
  });

  it('makes and deletes what the operator need not', () => {
    const makes = graph.resources.filter((one) => {
      const [arn] = CHANGES[one.type]!(one);
      return MAKING[one.type]?.every((action) => mayDeploy(action, arn)) === true && !isRightOfGithub(one);
    });
    const can = new Set(makes.map(({ type }) => type));
    const types = [...new Set(graph.resources.map(({ type }) => type))].filter(
      (type) => !OPERATOR_ALONE.has(type),
    );
    expect(types.filter((type) => !can.has(type)).toSorted()).toEqual([...OPERATOR_MAKES].toSorted());
    expect(Object.keys(MAKING).toSorted()).toEqual(types.toSorted());
  });

  it('has a reason to be in these lists for every type of resource', () => {
    const types = new Set(graph.resources.map(({ type }) => type));
    const listed = [...Object.keys(CHANGES), ...OPERATOR_ALONE, ...OPERATOR_MAKES];
    expect(listed.filter((type) => !types.has(type))).toEqual([]);
    expect([...OPERATOR_MAKES].filter((type) => OPERATOR_ALONE.has(type))).toEqual([]);
  });

  it('never does what would give it more, show it data, or take away what protects data', () => {
    const STATE = 'arn:aws:s3:::bosun-state-123456789012/.pulumi/*';
    const given = deployStatements().flatMap(({ Action, Resource }) => {
      const reached = Resource.filter((arn) => arn !== STATE);
      return NEVER.filter((action) => Action.some((one) => matches(one, action))).flatMap((action) =>
        reached.map((arn) => `${action} on ${arn}`),
      );
    });
    expect(given).toEqual([]);
    expect(matches('lambda:UpdateFunction*', 'lambda:UpdateFunctionCode')).toBe(true);
  });

  it('writes the policies of functions’ roles while their boundary is around them, and of no other role', () => {
    const writable = ofKind(graph, 'Role').filter(({ outputs }) =>
      mayDeploy('iam:PutRolePolicy', String(outputs.arn)),
    );
    const others = ofKind(graph, 'Role').filter((role) => !writable.includes(role));
    expect(others.map(({ name }) => name)).toEqual(GITHUB_ROLES);
    const { arn } = resource(graph, 'Policy', 'bosun-boundary').outputs;
    for (const { inputs } of writable) expect(inputs.permissionsBoundary).toBe(arn);
    expect(conditionsOf('iam:PutRolePolicy')).toEqual([{ StringEquals: { 'iam:PermissionsBoundary': arn } }]);
    expect(mayDeploy('iam:CreatePolicyVersion', String(arn))).toBe(false);
  });

  it('hands roles to AWS services only, and lets only AWS services invoke functions', () => {
    expect(conditionsOf('iam:PassRole')).toEqual([
      { StringEquals: { 'iam:PassedToService': ['lambda.amazonaws.com', 'scheduler.amazonaws.com'] } },
    ]);
    const principals = new Set(ofKind(graph, 'Permission').map(({ inputs }) => inputs.principal));
    expect(conditionsOf('lambda:AddPermission')).toEqual([
      { StringEquals: { 'lambda:Principal': [...principals].toSorted() } },
    ]);
  });

  it('uses the key of its own state, whatever other keys the account has', () => {
    expect(conditionsOf('kms:Decrypt')).toEqual([
      { 'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/bosun-state' } },
    ]);
  });
});

describe('policies', () => {
  it('are no longer than AWS takes, with room for the names of a stack with a prefix', () => {
    const LONGEST = 6144;
    const long = ofKind(graph, 'Policy').filter(({ inputs }) => String(inputs.policy).length > LONGEST * 0.9);
    expect(long.map(({ name }) => name)).toEqual([]);
  });

  it('are attached to one role each, the boundary to none', () => {
    const attached = ofKind(graph, 'RolePolicyAttachment').map(({ inputs }) => inputs.policyArn);
    const policies = ofKind(graph, 'Policy').filter(({ name }) => name !== 'bosun-boundary');
    expect(attached.toSorted()).toEqual(policies.map(({ outputs }) => outputs.arn).toSorted());
  });
});

/** What a role of GitHub may do, inside the role. */
const isRightOfGithub = ({ type, name }: Resource) =>
  type === 'aws:iam/rolePolicy:RolePolicy' && GITHUB_ROLES.includes(name);

/** `action arn` of each right of a role, sorted. */
const rightsOf = (role: string): string[] =>
  roleStatements(graph)
    .filter((one) => one.role === role)
    .flatMap(({ statement: { Action, Resource } }) =>
      Action.flatMap((action) => Resource.map((arn) => `${action} ${arn}`)),
    )
    .toSorted();

/** The conditions of the deploy's right to do something. */
const conditionsOf = (action: string): unknown[] =>
  roleStatements(graph)
    .filter(({ role, statement }) => role === 'bosun-deploy' && statement.Action.includes(action))
    .map(({ statement }) => statement.Condition);
