import { beforeAll, describe, expect, it } from 'vitest';
import { MANAGED_POLICIES } from '#infra/sites/cache-rules.ts';
import { deploymentSchema } from '#infra/deployment.ts';
import { localConfig, localGraph, ofKind, readLocalGraph, resource } from '#test/fixtures/local-graph.ts';
import type { Graph } from '#scripts/stack/graph.ts';

let graph: Graph;
beforeAll(async () => {
  graph = await localGraph();
});

describe('the routes', () => {
  it('are few, as the apps behind them know the rest', () => {
    expect(routesOf(graph, 'dashboard')).toEqual(['ANY /api/{proxy+}', 'GET /api/openapi.json']);
    expect(routesOf(graph, 'scc')).toEqual([
      'ANY /api/{proxy+}',
      'POST /api/crew-links',
      'POST /api/g/{proxy+}',
    ]);
    expect(routesOf(graph, 'portal')).toEqual(['ANY /crew', 'ANY /crew/{proxy+}']);
  });

  it('are throttled, each by itself, and have no stage prefix', () => {
    const stages = ofKind(graph, 'Stage');
    expect(stages.map(({ name, inputs }) => [name, inputs.name])).toEqual([
      ['dashboard', '$default'],
      ['portal', '$default'],
      ['scc', '$default'],
    ]);
    for (const { name, inputs } of stages) {
      const limited = (inputs.routeSettings as { routeKey: string }[]).map(({ routeKey }) => routeKey);
      expect(limited.toSorted()).toEqual(routesOf(graph, name));
    }
    const limits = stages.flatMap(({ inputs }) => inputs.routeSettings);
    expect(limits).toContainEqual({
      routeKey: 'POST /api/crew-links',
      throttlingRateLimit: 1,
      throttlingBurstLimit: 10,
    });
    expect(limits).toContainEqual({
      routeKey: 'POST /api/g/{proxy+}',
      throttlingRateLimit: 5,
      throttlingBurstLimit: 40,
    });
  });

  it('are authorized anew for each request, by either header', () => {
    const { inputs } = resource(graph, 'Authorizer', 'dashboard');
    expect(inputs).toMatchObject({
      authorizerType: 'REQUEST',
      authorizerPayloadFormatVersion: '2.0',
      enableSimpleResponses: true,
      authorizerResultTtlInSeconds: 0,
    });
    expect(inputs).not.toHaveProperty('identitySources');
  });
});

describe('the distributions', () => {
  it('send API paths, uncached and with all that the viewer sent, to the API', () => {
    expect(apiPaths(graph)).toEqual({
      'crew-site': { '/crew': 'portal', '/crew/*': 'portal', '/api/*': 'scc' },
      'guest-site': { '/api/g/*': 'scc' },
    });
    const policies = behaviours(graph).map(({ cachePolicyId, originRequestPolicyId }) => [
      cachePolicyId,
      originRequestPolicyId,
    ]);
    expect(new Set(policies.map(String))).toEqual(
      new Set([`${MANAGED_POLICIES.cachingDisabled},${MANAGED_POLICIES.allViewerExceptHostHeader}`]),
    );
  });

  it('map a missing file, and no other error, to the 404 page', () => {
    for (const { inputs } of ofKind(graph, 'Distribution')) {
      const mapped = errorResponses(inputs).filter((one) => one.responsePagePath !== undefined);
      expect(mapped).toEqual([expect.objectContaining({ errorCode: 404, responsePagePath: '/404.html' })]);
    }
  });

  it('keep no error of one person for another, where CloudFront would whatever the origin says', () => {
    for (const { inputs } of ofKind(graph, 'Distribution')) {
      const notKept = errorResponses(inputs).filter((one) => one.errorCachingMinTtl === 0);
      expect(notKept.map(({ errorCode }) => errorCode)).toEqual([404, 414, 500, 501, 502, 503, 504]);
    }
  });

  it('rewrite addresses on the guest site only, at viewer-request', () => {
    const { functionArn } = resource(graph, 'Function', 'viewer-request').outputs;
    expect(resource(graph, 'Distribution', 'guest-site').inputs.defaultCacheBehavior).toMatchObject({
      functionAssociations: [{ eventType: 'viewer-request', functionArn }],
    });
    expect(resource(graph, 'Distribution', 'crew-site').inputs.defaultCacheBehavior).not.toHaveProperty(
      'functionAssociations',
    );
    const code = resource(graph, 'Function', 'viewer-request').inputs.functionCode as string;
    expect(Buffer.byteLength(code)).toBeLessThan(10_240);
  });

  it('have an alias only with a certificate', async () => {
    const arn = 'arn:aws:acm:us-east-1:123456789012:certificate/x';
    const certified = await readLocalGraph({ config: { ...localConfig, certificates: { crew: arn } } });
    expect(resource(certified, 'Distribution', 'crew-site').inputs).toMatchObject({
      aliases: ['sailjada.test'],
      viewerCertificate: { acmCertificateArn: arn },
    });
    const { inputs } = resource(certified, 'Distribution', 'guest-site');
    expect(inputs.viewerCertificate).toEqual({ cloudfrontDefaultCertificate: true });
    expect(inputs).not.toHaveProperty('aliases');
  });

  it('let a crew page post its forms to its own site with an origin', () => {
    const referrer = (site: string) =>
      resource(graph, 'ResponseHeadersPolicy', site).inputs.securityHeadersConfig;
    expect(referrer('guest-site')).toMatchObject({ referrerPolicy: { referrerPolicy: 'no-referrer' } });
    expect(referrer('crew-site')).toMatchObject({ referrerPolicy: { referrerPolicy: 'strict-origin' } });
  });
});

describe('notifications', () => {
  it('reach the sender at least once, one by one, as soon as both may', () => {
    expect(resource(graph, 'TopicSubscription', 'crew-notify')).toMatchObject({
      inputs: { protocol: 'sqs', rawMessageDelivery: true },
      dependsOn: expect.arrayContaining(['aws:sqs/queuePolicy:QueuePolicy::crew-notify']),
    });
    expect(resource(graph, 'EventSourceMapping', 'crew-notify')).toMatchObject({
      inputs: { functionResponseTypes: ['ReportBatchItemFailures'] },
      dependsOn: ['aws:iam/rolePolicy:RolePolicy::crew-notify'],
    });
    expect(JSON.parse(resource(graph, 'Queue', 'crew-notify').inputs.redrivePolicy as string)).toMatchObject({
      maxReceiveCount: 5,
    });
  });

  it('leave evidence of every mail', () => {
    const { eventDestination } = resource(
      graph,
      'ConfigurationSetEventDestination',
      'scc-mail-events',
    ).inputs;
    expect(eventDestination).toMatchObject({
      matchingEventTypes: ['SEND', 'DELIVERY', 'BOUNCE', 'COMPLAINT', 'REJECT'],
      snsDestination: { topicArn: resource(graph, 'Topic', 'scc-mail-events').id },
    });
  });

  it('that were not sent are looked for every five minutes', () => {
    expect(resource(graph, 'Schedule', 'notification-sweeper').inputs).toMatchObject({
      scheduleExpression: 'rate(5 minutes)',
      target: { arn: resource(graph, 'Alias', 'notification-sweeper').outputs.arn },
    });
  });
});

describe('the tables', () => {
  it('declare exactly the attributes that are keys, and cannot be deleted by a slip', () => {
    const tables = ofKind(graph, 'Table');
    expect(tables).toHaveLength(7);
    for (const { inputs, protect } of tables) {
      const { attributes, hashKey, rangeKey, globalSecondaryIndexes = [] } = inputs as unknown as TableInputs;
      const keys = [
        hashKey,
        rangeKey,
        ...globalSecondaryIndexes.flatMap((index) => [index.hashKey, index.rangeKey]),
      ];
      expect(attributes.map(({ name }) => name)).toEqual(
        [...new Set(keys.filter((one) => one !== undefined))].sort(),
      );
      expect(inputs).toMatchObject({
        billingMode: 'PAY_PER_REQUEST',
        pointInTimeRecovery: { enabled: true },
      });
      expect(protect).toBe(true);
    }
  });

  it('of events can be read by their start, by what is due, and by page, which needs the keys alone', () => {
    const { inputs } = resource(graph, 'Table', 'scc-events');
    expect(inputs.globalSecondaryIndexes).toEqual([
      { name: 'by-start', hashKey: 'start_month', rangeKey: 'starts_at', projectionType: 'ALL' },
      { name: 'expenses-due', hashKey: 'expenses_due', rangeKey: 'event_id', projectionType: 'ALL' },
      { name: 'by-page', hashKey: 'page_id', rangeKey: 'event_id', projectionType: 'KEYS_ONLY' },
    ]);
  });

  it('of notifications can be read by what is unsent and by event', () => {
    const { inputs } = resource(graph, 'Table', 'scc-notifications');
    expect(inputs.globalSecondaryIndexes).toEqual([
      { name: 'unsent', hashKey: 'unsent', rangeKey: 'created_at', projectionType: 'ALL' },
      { name: 'by-event', hashKey: 'event_id', rangeKey: 'notification_id', projectionType: 'ALL' },
    ]);
    expect(inputs.ttl).toEqual({ attributeName: 'expires_at', enabled: true });
  });
});

describe('the deployment document', () => {
  it('tells pipeline and tests where everything is', () => {
    const { inputs } = resource(graph, 'Parameter', 'deployment');
    expect(inputs).toMatchObject({ name: '/bosun/local/deployment', type: 'String' });
    const deployment = deploymentSchema.parse(JSON.parse(inputs.value as string));
    expect(deployment).toEqual(graph.outputs.deployment);
    expect(deployment).toMatchObject({
      edge: 'http://127.0.0.1:4001',
      crewPortal: 'http://127.0.0.1:4002',
      photosOrigin: localConfig.photosOrigin,
      sccApi: 'http://127.0.0.1:4010',
      dashboardApi: 'http://127.0.0.1:4011',
      tables: { ledger: 'booking-ledger', calendarAudit: 'calendar-audit' },
      distributions: { guest: resource(graph, 'Distribution', 'guest-site').id },
    });
  });

  it('fits a standard parameter and holds no secret', () => {
    const value = resource(graph, 'Parameter', 'deployment').inputs.value as string;
    expect(Buffer.byteLength(value)).toBeLessThan(4096);
    for (const secret of [...localConfig.originSecrets, ...localConfig.serviceKeyHashes]) {
      expect(value).not.toContain(secret);
    }
  });
});

interface Behaviour {
  readonly pathPattern: string;
  readonly targetOriginId: string;
  readonly cachePolicyId?: string;
  originRequestPolicyId?: string;
}
interface ErrorResponse {
  readonly errorCode: number;
  readonly errorCachingMinTtl: number;
  readonly responsePagePath?: string;
}
const errorResponses = (inputs: Record<string, unknown>) => inputs['customErrorResponses'] as ErrorResponse[];

interface DistributionInputs {
  readonly orderedCacheBehaviors: Behaviour[];
  readonly origins: { originId: string; customHeaders?: unknown[]; originAccessControlId?: string }[];
}
interface TableInputs {
  readonly attributes: { name: string }[];
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly globalSecondaryIndexes?: { hashKey: string; rangeKey: string }[];
}

const behaviours = (of: Graph) =>
  ofKind(of, 'Distribution').flatMap(({ name, inputs }) =>
    (inputs as unknown as DistributionInputs).orderedCacheBehaviors.map((behaviour) => ({
      site: name,
      ...behaviour,
    })),
  );

function apiPaths(of: Graph): Record<string, Record<string, string>> {
  const paths: Record<string, Record<string, string>> = {};
  for (const { site, pathPattern, targetOriginId } of behaviours(of)) {
    (paths[site] ??= {})[pathPattern] = targetOriginId.replace(/^api-/, '');
  }
  return paths;
}

const routesOf = (of: Graph, api: string): string[] =>
  ofKind(of, 'Route')
    .filter(({ inputs }) => inputs.apiId === api)
    .map(({ inputs }) => inputs.routeKey as string)
    .sort();
