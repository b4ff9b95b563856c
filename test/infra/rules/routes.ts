import { ofKind, resource } from '#test/fixtures/graph-parts.ts';
import type { Graph } from '#scripts/stack/graph.ts';
import { lambdasOf, variablesOf } from './triggers.ts';

/** How a route that asks no authorizer is guarded. */
export interface Guards {
  /** `dashboard GET /api/openapi.json`: open to everybody, on purpose. */
  readonly public: readonly string[];
  /** API → requests that its app answers, `POST /api/events`, each with who may: the rows of a table that a test goes through. */
  readonly inTheApp: Readonly<Record<string, readonly string[]>>;
}

/** Routes that let everybody in, though neither list nor table says so, and lists that name routes which do not exist. */
export function unguardedRoutes(graph: Graph, guards: Guards): string[] {
  const routes = ofKind(graph, 'Route').map(({ inputs }) => ({
    name: `${String(inputs.apiId)} ${String(inputs.routeKey)}`,
    api: String(inputs.apiId),
    key: String(inputs.routeKey),
    asks: inputs.authorizationType === 'CUSTOM' && inputs.authorizerId !== undefined,
  }));
  const open = routes.filter(
    ({ name, api, key, asks }) =>
      !asks &&
      !guards.public.includes(name) &&
      guards.inTheApp[api]?.some((request) => answers(key, request)) !== true,
  );
  const unreachable = Object.entries(guards.inTheApp).flatMap(([api, requests]) =>
    requests
      .filter((request) => !routes.some((route) => route.api === api && answers(route.key, request)))
      .map((request) => `${api} ${request} is answered by no route`),
  );
  const gone = guards.public.filter((name) => !routes.some((route) => route.name === name));
  return [
    ...open.map(({ name }) => `${name} asks nobody`),
    ...unreachable,
    ...gone.map((name) => `${name} is listed and does not exist`),
  ].toSorted();
}

/** Stages without limits, and limits for routes that do not exist, which AWS takes only by mistake. */
export function unlimitedStages(graph: Graph): string[] {
  return ofKind(graph, 'Stage').flatMap(({ name, inputs }) => {
    const { throttlingRateLimit: rate = 0, throttlingBurstLimit: burst = 0 } = (inputs.defaultRouteSettings ??
      {}) as { throttlingRateLimit?: number; throttlingBurstLimit?: number };
    const routes = ofKind(graph, 'Route').filter((route) => route.inputs.apiId === inputs.apiId);
    const strange = ((inputs.routeSettings ?? []) as { routeKey: string }[]).filter(
      ({ routeKey }) => !routes.some((route) => route.inputs.routeKey === routeKey),
    );
    return [
      ...(rate > 0 && burst > 0 ? [] : [`Stage ${name} takes any number of requests`]),
      ...strange.map(({ routeKey }) => `Stage ${name} limits ${routeKey}, which is no route`),
    ];
  });
}

/** Headers that an API has to be told of and that the behaviour in front of it would drop. */
export function droppedHeaders(graph: Graph, needs: Readonly<Record<string, readonly string[]>>): string[] {
  return ofKind(graph, 'Distribution').flatMap(({ name, inputs }) => {
    const { orderedCacheBehaviors = [] } = inputs as { orderedCacheBehaviors?: Behaviour[] };
    return orderedCacheBehaviors.flatMap((behaviour) => {
      const api = behaviour.targetOriginId.replace(/^api-/, '');
      const passes = forwarded(graph, behaviour.originRequestPolicyId);
      return (needs[api] ?? [`whatever ${api} needs`])
        .filter((header) => !passes(header.toLowerCase()))
        .map((header) => `${name} ${behaviour.pathPattern} drops ${header}`);
    });
  });
}

/** Origins that do not prove themselves to the API behind them, and APIs that would not take the proof. */
export function unprovenOrigins(graph: Graph, sha256: (text: string) => string): string[] {
  return ofKind(graph, 'Distribution').flatMap(({ name, inputs }) =>
    (inputs.origins as Origin[]).flatMap(({ originId, customHeaders = [], originAccessControlId }) => {
      if (!originId.startsWith('api-'))
        return originAccessControlId === undefined ? [`${name} ${originId} does not sign`] : [];
      const proof = customHeaders.find((header) => header.name.toLowerCase() === 'x-origin-secret')?.value;
      if (proof === undefined) return [`${name} ${originId} proves nothing`];
      const taken = acceptedHashes(graph, originId.replace(/^api-/, ''));
      return taken.includes(sha256(proof)) ? [] : [`${name} ${originId} proves what the API does not take`];
    }),
  );
}

interface Behaviour {
  readonly pathPattern: string;
  readonly targetOriginId: string;
  readonly originRequestPolicyId?: string;
}

interface Origin {
  readonly originId: string;
  readonly customHeaders?: readonly { name: string; value: string }[];
  readonly originAccessControlId?: string;
}

/** `ANY /api/{proxy+}` answers `POST /api/events`; `$default` answers all. */
function answers(routeKey: string, request: string): boolean {
  if (routeKey === '$default') return true;
  const [method, path] = routeKey.split(' ') as [string, string];
  const [asked, address] = request.split(' ') as [string, string];
  const pattern = path.replaceAll(/\{\w+\+\}/g, '.+').replaceAll(/\{\w+\}/g, '[^/]+');
  return (method === 'ANY' || method === asked) && new RegExp(`^${pattern}$`).test(address);
}

/** AWS's `AllViewerExceptHostHeader`; its id is the same in every account. */
const ALL_BUT_HOST = 'b689b0a8-53d0-40ab-baf2-68738e2966ac';

interface RequestPolicy {
  readonly headersConfig?: { readonly headerBehavior?: string; readonly headers?: { items?: string[] } };
}

/** Which headers of the viewer an origin request policy passes on; without one, none. */
function forwarded(graph: Graph, policyId: string | undefined): (header: string) => boolean {
  if (policyId === ALL_BUT_HOST) return (header) => header !== 'host';
  const policy = ofKind(graph, 'OriginRequestPolicy').find(({ id }) => id === policyId);
  const { headerBehavior = 'none', headers } =
    (policy?.inputs as RequestPolicy | undefined)?.headersConfig ?? {};
  const listed = new Set((headers?.items ?? []).map((header) => header.toLowerCase()));
  const PASSES: Readonly<Record<string, (header: string) => boolean>> = {
    none: () => false,
    allViewer: () => true,
    whitelist: (header) => listed.has(header),
    allExcept: (header) => !listed.has(header),
  };
  return PASSES[headerBehavior] ?? (() => false);
}

function acceptedHashes(graph: Graph, api: string): string[] {
  const uri = String(resource(graph, 'Integration', api).inputs.integrationUri);
  const name = uri.split(':function:')[1]!.split(/[:/]/)[0];
  const lambda = lambdasOf(graph).find(({ id }) => id === name);
  const { ORIGIN_SECRET_HASH: hashes = '' } = variablesOf(lambda?.inputs ?? {});
  return hashes.split(',');
}
