import type { UnusedReason } from '#infra/reasons.ts';
import { isAllowed, type PolicyDocument } from '#scripts/stack/aws/policy.ts';
import type { AwsCall } from '#scripts/stack/aws/callers.ts';
import type { Graph } from '#scripts/stack/graph.ts';
import { ofKind } from '#test/fixtures/graph-parts.ts';
import { roleStatements } from './statements.ts';
import { lambdasOf } from './triggers.ts';

/** One action that a role may do on one resource. */
interface Allowance {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** Calls that the role of the caller does not allow. */
export const refusedCalls = (graph: Graph, calls: readonly AwsCall[]): string[] => {
  const allowances = allowancesOf(graph);
  return unique(
    underRoles(graph, calls)
      .filter((call) => !allowances.some((allowance) => covers(allowance, call)))
      .map(({ role, action, resource }) => `${role} did ${action} on ${resource}, which it may not`),
  );
};

/** What a role may do though no call used it and no reason explains it. */
export function unusedAllowances(
  graph: Graph,
  calls: readonly AwsCall[],
  reasons: readonly UnusedReason[],
): string[] {
  const made = underRoles(graph, calls);
  return unique(
    allowancesOf(graph)
      .filter((allowance) => !made.some((call) => covers(allowance, call)))
      .filter((allowance) => !reasons.some((reason) => explains(reason, allowance)))
      .map(
        ({ role, action, resource }) => `${role} may do ${action} on ${resource}, and never did in any test`,
      ),
  );
}

/** Reasons for something that no role may do. */
export const idleReasons = (graph: Graph, reasons: readonly UnusedReason[]): string[] => {
  const allowances = allowancesOf(graph);
  return reasons
    .filter((reason) => !allowances.some((allowance) => explains(reason, allowance)))
    .map(({ reason }) => `no role may do what is explained by "${reason}"`);
};

const allowancesOf = (graph: Graph): Allowance[] =>
  roleStatements(graph).flatMap(({ role, statement }) =>
    statement.Action.flatMap((action) => statement.Resource.map((resource) => ({ role, action, resource }))),
  );

/** Calls as made by roles: a function is known by its name, others are. Who is neither, as a test that looks at everything, is left out. */
function underRoles(graph: Graph, calls: readonly AwsCall[]): Allowance[] {
  const roles = new Map([
    ...lambdasOf(graph).map(({ id, inputs }) => [id, String(inputs.role).split('/').at(-1)!] as const),
    ...ofKind(graph, 'Role').map(({ id }) => [id, id] as const),
  ]);
  return calls.flatMap(({ principal, action, resource }) => {
    const role = roles.get(principal);
    return role === undefined ? [] : [{ role, action, resource }];
  });
}

/** As the stack's own matcher judges it, so that both understand wildcards alike. */
const covers = ({ role, action, resource }: Allowance, call: Allowance): boolean =>
  role === call.role && isAllowed([documentOf(action, resource)], call.action, call.resource);

const documentOf = (Action: string, Resource: string): PolicyDocument => ({
  Statement: [{ Effect: 'Allow', Action, Resource }],
});

const explains = ({ role, actions, resource }: UnusedReason, allowance: Allowance): boolean =>
  role.test(allowance.role) &&
  actions?.includes(allowance.action) !== false &&
  resource?.test(allowance.resource) !== false;

const unique = (lines: readonly string[]): string[] => [...new Set(lines)].toSorted();
