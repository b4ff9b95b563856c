import type {
  Behavior,
  CachePolicy,
  Distribution,
  Origin,
  OriginRequestPolicy,
} from './distribution-inputs.ts';
import type { EdgeFunction } from './distribution-function.ts';
import type { createOrigin } from './distribution-origin.ts';
import type { createPolicyBook } from './distribution-policies.ts';
import type { ResponseHeadersPolicy } from './distribution-response-headers.ts';

/** A cache behaviour with everything it refers to by id. */
export interface ResolvedBehavior {
  readonly pathPattern: string;
  readonly declared: Behavior;
  readonly cachePolicy: CachePolicy;
  readonly originPolicy: OriginRequestPolicy | undefined;
  readonly responsePolicy: ResponseHeadersPolicy | undefined;
  readonly send: ReturnType<typeof createOrigin>;
  readonly viewerRequest: EdgeFunction | undefined;
  readonly viewerResponse: EdgeFunction | undefined;
}

export interface BehaviorParts {
  readonly policies: ReturnType<typeof createPolicyBook>;
  readonly functions: ReadonlyMap<string, EdgeFunction>;
  readonly createOrigin: (origin: Origin) => ResolvedBehavior['send'];
}

/** Finds the behaviour for a path: the first ordered one whose pattern matches, else the default. */
export function resolveBehaviors(distribution: Distribution, parts: BehaviorParts) {
  const origins = new Map(
    distribution.origins.map((origin) => [origin.originId, parts.createOrigin(origin)]),
  );
  const declared = [
    ...distribution.orderedCacheBehaviors,
    { ...distribution.defaultCacheBehavior, pathPattern: '*' },
  ];
  const behaviors = declared.map((behavior) => {
    const pattern = toRegExp(behavior.pathPattern);
    return { pattern, resolved: resolve(behavior, origins, parts) };
  });
  return (path: string): ResolvedBehavior => behaviors.find(({ pattern }) => pattern.test(path))!.resolved;
}

function resolve(
  declared: Behavior & { readonly pathPattern: string },
  origins: ReadonlyMap<string, ResolvedBehavior['send']>,
  { policies, functions }: BehaviorParts,
): ResolvedBehavior {
  const { pathPattern, originRequestPolicyId, responseHeadersPolicyId } = declared;
  const complain = (problem: string) => new Error(`behaviour ${pathPattern}: ${problem}`);
  const send = origins.get(declared.targetOriginId);
  if (send === undefined) throw complain(`targetOriginId: no origin ${declared.targetOriginId}`);
  const functionFor = (eventType: string) => {
    const associated = declared.functionAssociations.filter((one) => one.eventType === eventType);
    if (associated.length > 1) throw complain(`functionAssociations: two functions at ${eventType}`);
    const arn = associated[0]?.functionArn;
    if (arn !== undefined && !functions.has(arn)) throw complain(`functionAssociations: no function ${arn}`);
    return functions.get(arn ?? '');
  };
  return {
    pathPattern,
    declared,
    send,
    cachePolicy: policies.cachePolicy(declared.cachePolicyId),
    originPolicy:
      originRequestPolicyId === undefined ? undefined : policies.originRequestPolicy(originRequestPolicyId),
    responsePolicy:
      responseHeadersPolicyId === undefined
        ? undefined
        : policies.responseHeadersPolicy(responseHeadersPolicyId),
    viewerRequest: functionFor('viewer-request'),
    viewerResponse: functionFor('viewer-response'),
  };
}

/** `*` is any characters, `?` exactly one, all else literal and case-sensitive; the leading slash is optional. */
function toRegExp(pattern: string): RegExp {
  const anchored = pattern.startsWith('/') || pattern.startsWith('*') ? pattern : `/${pattern}`;
  const escaped = anchored.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
