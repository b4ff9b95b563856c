import { ofKind } from '#test/fixtures/graph-parts.ts';
import type { Graph, Resource } from '#scripts/stack/graph.ts';
import { roleStatements } from './statements.ts';

/** Something that invokes a function. */
export interface Trigger {
  /** The resource that says so: `Schedule expense-sync`. */
  readonly from: string;
  readonly functionName: string;
  /** Alias or version; undefined when it is the newest code, whatever that is. */
  readonly qualifier: string | undefined;
  /** Whether AWS takes the event and calls later, so that nobody sees the function's error. */
  readonly isAsynchronous: boolean;
  /** What Lambda has to let in; undefined where the caller's role decides. */
  readonly needs?: { readonly principal: string; readonly sourceArn: string };
  /** What has to be there before. */
  readonly resource: Resource;
}

const FUNCTION = /:function:([\w-]+)(?::([\w$-]+))?/;

/** All that invokes functions, but for roles, and for code that knows a function by its environment. */
export const triggersOf = (graph: Graph): Trigger[] => [
  ...ofKind(graph, 'Integration').map((resource) =>
    trigger(resource, resource.inputs.integrationUri, {
      needs: { principal: 'apigateway.amazonaws.com', sourceArn: executionArn(graph, resource) },
    }),
  ),
  ...ofKind(graph, 'Authorizer').map((resource) =>
    trigger(resource, resource.inputs.authorizerUri, {
      needs: {
        principal: 'apigateway.amazonaws.com',
        sourceArn: `${executionArn(graph, resource)}authorizers/${resource.id}`,
      },
    }),
  ),
  ...ofKind(graph, 'EventSourceMapping').map((resource) => trigger(resource, resource.inputs.functionName)),
  ...ofKind(graph, 'Schedule').map((resource) =>
    trigger(resource, (resource.inputs.target as { arn: string }).arn, { isAsynchronous: true }),
  ),
  ...ofKind(graph, 'TopicSubscription')
    .filter(({ inputs }) => inputs.protocol === 'lambda')
    .map((resource) =>
      trigger(resource, resource.inputs.endpoint, {
        isAsynchronous: true,
        needs: { principal: 'sns.amazonaws.com', sourceArn: String(resource.inputs.topic) },
      }),
    ),
  ...ofKind(graph, 'BucketNotification').flatMap((resource) =>
    (resource.inputs.lambdaFunctions as { lambdaFunctionArn: string }[]).map(({ lambdaFunctionArn }) =>
      trigger(resource, lambdaFunctionArn, {
        isAsynchronous: true,
        needs: { principal: 's3.amazonaws.com', sourceArn: `arn:aws:s3:::${String(resource.inputs.bucket)}` },
      }),
    ),
  ),
];

/** Whoever goes past the alias `live`, to which a function is rolled back: triggers, roles, and environments. */
export function pastTheAlias(graph: Graph): string[] {
  const live = new Set(
    ofKind(graph, 'Alias').map(({ inputs }) => `${String(inputs.functionName)}:${String(inputs.name)}`),
  );
  const used: [who: string, target: string][] = [
    ...triggersOf(graph).map(({ from, functionName, qualifier }): [string, string] => [
      from,
      `${functionName}:${qualifier ?? ''}`,
    ]),
    ...roleStatements(graph)
      .filter(({ statement }) => statement.Action.includes('lambda:InvokeFunction'))
      .flatMap(({ role, statement }) =>
        statement.Resource.map((arn): [string, string] => [`Role ${role}`, named(arn)]),
      ),
    ...ofKind(graph, 'Function').flatMap(({ name, inputs }) =>
      Object.entries(variablesOf(inputs))
        .filter(([variable]) => variable.endsWith('_FUNCTION'))
        .map(([variable, value]): [string, string] => [`${variable} of ${name}`, value]),
    ),
  ];
  return used
    .filter(([, target]) => !live.has(target))
    .map(([who, target]) => `${who} invokes ${target || 'nothing'}, which is no alias`)
    .toSorted();
}

/** Triggers that Lambda would refuse, or that may come into being before they are let in. */
export function shutOut(graph: Graph): string[] {
  return triggersOf(graph).flatMap(({ from, functionName, qualifier, needs, resource }) => {
    if (needs === undefined) return [];
    const { principal, sourceArn } = needs;
    const permission = ofKind(graph, 'Permission').find(
      ({ inputs }) =>
        inputs.action === 'lambda:InvokeFunction' &&
        inputs.principal === principal &&
        String(inputs.function).split(':function:').at(-1)!.split(':')[0] === functionName &&
        inputs.qualifier === qualifier &&
        String(inputs.sourceArn).startsWith(sourceArn),
    );
    if (permission === undefined)
      return [`${from}: nothing lets ${principal} invoke ${functionName}:${qualifier ?? ''}`];
    if (/apigateway/.test(principal)) return [];
    return resource.dependsOn.includes(`${permission.type}::${permission.name}`)
      ? []
      : [`${from}: may exist before Permission ${permission.name}`];
  });
}

/** Functions that nothing invokes: neither a trigger nor another function. */
export function neverInvoked(graph: Graph): string[] {
  const roles = new Set(lambdasOf(graph).map(({ inputs }) => String(inputs.role).split('/').at(-1)));
  const invoked = new Set([
    ...triggersOf(graph).map(({ functionName }) => functionName),
    ...roleStatements(graph)
      .filter(({ role, statement }) => roles.has(role) && statement.Action.includes('lambda:InvokeFunction'))
      .flatMap(({ statement }) => statement.Resource.map((arn) => named(arn).split(':')[0]!)),
  ]);
  return lambdasOf(graph)
    .map(({ id }) => id)
    .filter((name) => !invoked.has(name));
}

export const lambdasOf = (graph: Graph): Resource[] =>
  ofKind(graph, 'Function').filter(({ type }) => type.startsWith('aws:lambda/'));

export const variablesOf = (inputs: Resource['inputs']): Readonly<Record<string, string>> =>
  (inputs.environment as { variables?: Record<string, string> } | undefined)?.variables ?? {};

function trigger(
  resource: Resource,
  target: unknown,
  rest: Pick<Partial<Trigger>, 'isAsynchronous' | 'needs'> = {},
): Trigger {
  const [, functionName, qualifier] = FUNCTION.exec(String(target)) ?? [];
  const from = `${resource.type.split(':').at(-1)} ${resource.name}`;
  if (functionName === undefined) throw new Error(`${from} names no function: ${String(target)}`);
  return { from, functionName, qualifier, isAsynchronous: false, resource, ...rest };
}

/** `arn:…:function:expense-sync:live` → `expense-sync:live`. */
const named = (arn: string): string => {
  const [, functionName = arn, qualifier = ''] = FUNCTION.exec(arn) ?? [];
  return `${functionName}:${qualifier}`;
};

/** With a slash at its end: an API may be called `scc`, and another one `scc-2`. */
function executionArn(graph: Graph, { inputs }: Resource): string {
  const api = ofKind(graph, 'Api').find(({ id }) => id === inputs.apiId);
  return `${String(api?.outputs.executionArn)}/`;
}
