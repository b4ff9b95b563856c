import { beforeAll, describe, expect, it } from 'vitest';
import { wildcardReasons } from '#infra/policies.ts';
import { localGraph, ofKind, resource } from '#test/fixtures/local-graph.ts';
import type { Graph, Resource } from '#scripts/stack/graph.ts';

interface Statement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: { readonly StringEquals?: Record<string, string> };
}

let graph: Graph;
beforeAll(async () => {
  graph = await localGraph();
});

describe('the roles', () => {
  it('have one policy each, made of plain allow statements with exact actions', () => {
    const policies = ofKind(graph, 'RolePolicy');
    expect(policies.map(({ inputs }) => inputs.role).sort()).toEqual(
      ofKind(graph, 'Role')
        .map(({ inputs }) => inputs.name)
        .sort(),
    );
    for (const statement of policies.flatMap((policy) => statementsOf(policy))) {
      expect(Object.keys(statement).sort()).toEqual(['Action', 'Effect', 'Resource']);
      expect(statement.Effect).toBe('Allow');
      for (const action of statement.Action) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
    }
  });

  it('reach by wildcard only what a reason is given for', () => {
    const wide = resourcesOf(graph).filter((arn) => /[*?]/.test(arn));
    expect(wide.length).toBeGreaterThan(0);
    expect(wide.filter((arn) => !wildcardReasons.some(({ pattern }) => pattern.test(arn)))).toEqual([]);
  });

  it('reach only what the program declares', () => {
    const declared = graph.resources.flatMap(({ outputs }) =>
      typeof outputs.arn === 'string' ? outputs.arn : [],
    );
    const foreign = resourcesOf(graph).filter(
      (arn) => !declared.some((own) => arn === own || arn.startsWith(`${own}/`) || arn === `${own}:*`),
    );
    expect(foreign).toEqual([]);
  });

  it('leave mail to one function and infrastructure to nobody', () => {
    const who = (pattern: RegExp) =>
      ofKind(graph, 'RolePolicy')
        .filter((policy) => actionsOf(policy).some((action) => pattern.test(action)))
        .map(({ name }) => name);
    expect(who(/^ses:/)).toEqual(['crew-notify']);
    expect(who(/^cloudfront:/)).toEqual(['bosun-apply']);
    expect(who(/^s3:/)).toEqual(['bosun-apply', 'photo-arrivals', 'scc-api']);
    expect(who(/^lambda:/)).toEqual([
      'crew-reminders-schedule',
      'dashboard-api',
      'expense-sync',
      'expense-sync-schedule',
      'notification-sweeper-schedule',
    ]);
    expect(who(/^iam:|^sts:|:Create(?!Invalidation|LogStream)|:DeleteTable|:PutSecret/)).toEqual([]);
  });

  it('give the pipeline exactly what applying bookings takes', () => {
    expect(statementsOf(resource(graph, 'RolePolicy', 'bosun-apply'))).toEqual([
      allowed(
        ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        [`arn:aws:dynamodb:${HERE}:table/booking-ledger`],
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
      allowed(['ssm:GetParameter'], [`arn:aws:ssm:${HERE}:parameter/bosun/local/deployment`]),
      allowed(
        ['secretsmanager:GetSecretValue'],
        ['dashboard', 'serviceKey'].map(
          (key) => resource(graph, 'Secret', `secret-${key}`).outputs.arn as string,
        ),
      ),
    ]);
  });

  it('let one function find an event by its guest page, and do nothing else there', () => {
    const byPage = `arn:aws:dynamodb:${HERE}:table/scc-events/index/by-page`;
    const who = ofKind(graph, 'RolePolicy').flatMap((policy) =>
      statementsOf(policy)
        .filter((statement) => statement.Resource.includes(byPage))
        .map(({ Action }) => [policy.name, Action]),
    );
    expect(who).toEqual([['scc-api', ['dynamodb:Query']]]);
  });

  it('trust the main branch of one repository with that', () => {
    const [trust] = statementsOf(resource(graph, 'Role', 'bosun-apply'), 'assumeRolePolicy');
    expect(trust?.Condition?.StringEquals).toEqual({
      'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
      'token.actions.githubusercontent.com:sub': 'repo:local/bosun:ref:refs/heads/main',
    });
  });
});

describe('the policies of resources', () => {
  it('let one distribution read its bucket and nobody else anything', () => {
    const policies = ofKind(graph, 'BucketPolicy');
    expect(policies.map(({ inputs }) => inputs.bucket)).toEqual(['sailjada.com', 'queenofsandiego.com']);
    for (const policy of policies) {
      const distribution = resource(graph, 'Distribution', policy.name);
      for (const statement of statementsOf(policy)) {
        expect(statement.Principal).toEqual({ Service: 'cloudfront.amazonaws.com' });
        expect(statement.Condition?.StringEquals).toEqual({ 'AWS:SourceArn': distribution.outputs.arn });
      }
      expect(actionsOf(policy)).toEqual(['s3:GetObject', 's3:ListBucket']);
    }
  });

  it('are never public', () => {
    const withPolicy = ['BucketPolicy', 'QueuePolicy', 'TopicPolicy'].flatMap((kind) => ofKind(graph, kind));
    const statements = withPolicy.flatMap((one) => statementsOf(one));
    expect(statements.length).toBe(6);
    for (const { Principal, Condition } of statements) {
      expect(JSON.stringify(Principal)).not.toContain('*');
      expect(JSON.stringify(Condition)).toMatch(/SourceArn/);
    }
    for (const { inputs } of ofKind(graph, 'Permission')) {
      expect(inputs.principal).toMatch(/^(apigateway|s3|sns)\.amazonaws\.com$/);
      expect(inputs.sourceArn).toMatch(/^arn:aws:(execute-api|s3|sns):/);
    }
  });

  it('close every bucket to the public, and keep versions', () => {
    const buckets = ofKind(graph, 'Bucket');
    expect(buckets.map(({ name }) => name)).toEqual(['crew-site', 'guest-site', 'photos']);
    for (const { name } of buckets) {
      expect(resource(graph, 'BucketPublicAccessBlock', name).inputs).toMatchObject({
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      });
      expect(resource(graph, 'BucketVersioning', name).inputs).toMatchObject({
        versioningConfiguration: { status: 'Enabled' },
      });
    }
  });
});

const HERE = 'us-east-1:000000000000';
const allowed = (Action: string[], Resource: string[]) => ({ Effect: 'Allow', Action, Resource });

const statementsOf = ({ inputs }: Resource, property = 'policy'): Statement[] =>
  (JSON.parse(inputs[property] as string) as { Statement: Statement[] }).Statement;

const actionsOf = (policy: Resource): string[] => statementsOf(policy).flatMap(({ Action }) => Action);

const resourcesOf = (of: Graph): string[] =>
  ofKind(of, 'RolePolicy').flatMap((policy) =>
    statementsOf(policy).flatMap((statement) => statement.Resource),
  );
