import { createHash } from 'node:crypto';
import { localConfig } from '#test/fixtures/local-graph.ts';
import { ROUTES } from '#test/functions/scc-api/routes.ts';
import { PAGES } from '#test/site/portal-pages.ts';
import { change, drop } from './plant.ts';
import { proveRules, type Rule } from './prove-rules.ts';
import { carelessBuckets, openPolicies } from './rules/buckets.ts';
import { droppedHeaders, unguardedRoutes, unlimitedStages, unprovenOrigins } from './rules/routes.ts';
import { exposedSecrets } from './rules/secrets.ts';
import { neverInvoked, pastTheAlias, shutOut } from './rules/triggers.ts';

/** Who is let in without a key, on purpose; and, API by API, the tables whose own tests go through who else is not. */
const GUARDS = {
  public: ['dashboard GET /api/openapi.json'],
  inTheApp: { scc: Object.keys(ROUTES), portal: Object.keys(PAGES) },
};

/** What each API reads of a request beside its body: who asks, from where, and in which form. */
const HEADERS = {
  scc: ['cookie', 'x-upload-key', 'x-csrf-token', 'origin', 'content-type'],
  portal: ['cookie', 'accept-encoding'],
};

const rules: readonly Rule[] = [
  {
    says: 'every route asks somebody',
    broken: (graph) => unguardedRoutes(graph, GUARDS),
    mistakes: [
      [
        'an authorizer',
        change('Route', 'dashboard-any-api-proxy', (inputs) => {
          inputs.authorizationType = 'NONE';
          delete inputs.authorizerId;
        }),
        'dashboard ANY /api/{proxy+} asks nobody',
      ],
      [
        'the table of a route',
        change('Route', 'portal-any-crew-proxy', (inputs) => (inputs.routeKey = 'ANY /admin/{proxy+}')),
        'portal ANY /admin/{proxy+} asks nobody',
      ],
      [
        'a route',
        drop('Route', 'scc-any-api-proxy'),
        'scc PUT /api/events/{eventId} is answered by no route',
      ],
      [
        'a public route that is still listed',
        drop('Route', 'dashboard-get-api-openapi-json'),
        'dashboard GET /api/openapi.json is listed and does not exist',
      ],
    ],
  },
  {
    says: 'every API has limits, for routes that exist',
    broken: unlimitedStages,
    mistakes: [
      [
        'the limits of a stage',
        change('Stage', 'portal', (inputs) => delete inputs.defaultRouteSettings),
        'Stage portal takes any number of requests',
      ],
      [
        'a route that is limited',
        drop('Route', 'scc-post-api-crew-links'),
        'Stage scc limits POST /api/crew-links, which is no route',
      ],
    ],
  },
  {
    says: 'behaviours forward what the API behind them reads',
    broken: (graph) => droppedHeaders(graph, HEADERS),
    mistakes: [
      [
        'to forward headers',
        change('Distribution', 'guest-site', ({ orderedCacheBehaviors }) => {
          for (const one of orderedCacheBehaviors as object[])
            delete (one as { originRequestPolicyId?: string }).originRequestPolicyId;
        }),
        'guest-site /api/g/* drops x-upload-key',
      ],
    ],
  },
  {
    says: 'distributions prove themselves to what is behind them',
    broken: (graph) => unprovenOrigins(graph, (text) => createHash('sha256').update(text).digest('hex')),
    mistakes: [
      [
        'the origin secret',
        change('Distribution', 'crew-site', ({ origins }) => {
          for (const one of origins as object[]) delete (one as { customHeaders?: unknown }).customHeaders;
        }),
        'crew-site api-portal proves nothing',
      ],
      [
        'that a secret was rotated',
        change('Function', 'crew-portal', ({ environment }) => {
          (environment as { variables: Record<string, string> }).variables.ORIGIN_SECRET_HASH = 'a'.repeat(
            64,
          );
        }),
        'crew-site api-portal proves what the API does not take',
      ],
      [
        'to sign what it reads of a bucket',
        change('Distribution', 'guest-site', ({ origins }) => {
          for (const one of origins as object[])
            delete (one as { originAccessControlId?: string }).originAccessControlId;
        }),
        'guest-site files does not sign',
      ],
    ],
  },
  {
    says: 'no bucket is public, and each keeps what was replaced, for a while',
    broken: carelessBuckets,
    mistakes: [
      [
        'to close a bucket',
        change('BucketPublicAccessBlock', 'photos', (inputs) => (inputs.blockPublicPolicy = false)),
        'Bucket photos may be made public',
      ],
      ['versions', drop('BucketVersioning', 'guest-site'), 'Bucket guest-site keeps no versions'],
      [
        'to forget',
        drop('BucketLifecycleConfiguration', 'photos'),
        'Bucket photos keeps every version for ever',
      ],
    ],
  },
  {
    says: 'policies of resources let in one service, for one thing of ours',
    broken: openPolicies,
    mistakes: [
      [
        'who may read a bucket',
        change('BucketPolicy', 'crew-site', (inputs) => {
          inputs.policy = String(inputs.policy).replaceAll('{"Service":"cloudfront.amazonaws.com"}', '"*"');
        }),
        'BucketPolicy crew-site lets others in for s3:GetObject',
      ],
      [
        'on whose behalf',
        change('QueuePolicy', 'crew-notify', (inputs) => {
          inputs.policy = String(inputs.policy).replace(/,"Condition":\{"ArnEquals":\{[^}]*\}\}/, '');
        }),
        'QueuePolicy crew-notify lets others in for sqs:SendMessage',
      ],
      [
        'the account of a bucket',
        change('Permission', 'photo-arrivals', (inputs) => delete inputs.sourceAccount),
        'Permission photo-arrivals trusts a bucket of any account',
      ],
    ],
  },
  {
    says: 'no secret can be read by who may only look',
    broken: (graph) => exposedSecrets(graph, localConfig.originSecrets),
    mistakes: [
      [
        'that variables are no place for a secret',
        change('Function', 'scc-api', ({ environment }) => {
          const { variables } = environment as { variables: Record<string, string> };
          variables.ORIGIN_SECRET_HASH = localConfig.originSecrets[0]!;
        }),
        'Function scc-api holds a secret',
      ],
    ],
  },
  {
    says: 'whatever invokes a function does so by its alias',
    broken: pastTheAlias,
    mistakes: [
      [
        'the alias in a schedule',
        change('Schedule', 'expense-sync', ({ target }) => {
          (target as { arn: string }).arn = (target as { arn: string }).arn.replace(/:live$/, '');
        }),
        'Schedule expense-sync invokes expense-sync:, which is no alias',
      ],
      [
        'the alias in a variable',
        change('Function', 'expense-sync', ({ environment }) => {
          (environment as { variables: Record<string, string> }).variables.DASHBOARD_API_FUNCTION =
            'dashboard-api';
        }),
        'DASHBOARD_API_FUNCTION of expense-sync invokes dashboard-api, which is no alias',
      ],
      ['an alias', drop('Alias', 'scc-api'), 'Integration scc invokes scc-api:live, which is no alias'],
    ],
  },
  {
    says: 'whatever invokes a function is let in by then',
    broken: shutOut,
    mistakes: [
      [
        'to let an API in',
        drop('Permission', 'scc'),
        'Integration scc: nothing lets apigateway.amazonaws.com invoke scc-api:live',
      ],
      [
        'the alias of a permission',
        change('Permission', 'mail-events', (inputs) => delete inputs.qualifier),
        'TopicSubscription mail-events: nothing lets sns.amazonaws.com invoke mail-events:live',
      ],
    ],
  },
  {
    says: 'every function is invoked by something',
    broken: neverInvoked,
    mistakes: [['a schedule and its role', drop('Schedule', 'crew-reminders'), 'crew-reminders']],
  },
];

proveRules(rules);
