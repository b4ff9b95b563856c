import { isAllowed, type PolicyDocument } from '#scripts/stack/aws/policy.ts';
import type { Graph } from '#scripts/stack/graph.ts';
import { ofKind } from '#test/fixtures/graph-parts.ts';
import { inlineStatements, roleStatements, statementsOf } from './statements.ts';

/** Why a statement may reach further than what it names: the shape of `wildcardReasons` in `infra/policies.ts`. */
export interface WildcardReason {
  readonly pattern: RegExp;
  /** Only for these; for all when absent. */
  readonly actions?: readonly string[];
  readonly reason: string;
}

/** Wildcards in actions (`lambda:GetFunction*`) and in ARNs that no reason is given for. */
export const unreasonedWildcards = (
  graph: Graph,
  reasons: { readonly arns: readonly WildcardReason[]; readonly actions: Readonly<Record<string, string>> },
): string[] =>
  unique(
    roleStatements(graph).flatMap(({ role, statement: { Action, Resource } }) =>
      Action.flatMap((action) => [
        ...(isWide(action) && !Object.hasOwn(reasons.actions, action) ? [`${role} may do ${action}`] : []),
        ...Resource.filter((arn) => isWide(arn) && !reasons.arns.some((one) => covers(one, action, arn))).map(
          (arn) => `${role} may do ${action} on ${arn}`,
        ),
      ]),
    ),
  );

/** Reasons for wildcards that no role has in any of these graphs, as a firewall's, that only some stacks have. */
export function idleWildcardReasons(
  graphs: readonly Graph[],
  reasons: Parameters<typeof unreasonedWildcards>[1],
): string[] {
  const pairs = graphs
    .flatMap((graph) => roleStatements(graph))
    .flatMap(({ statement }) =>
      statement.Action.flatMap((action) => statement.Resource.map((arn) => ({ action, arn }))),
    );
  return [
    ...reasons.arns
      .filter((reason) => !pairs.some(({ action, arn }) => isWide(arn) && covers(reason, action, arn)))
      .map(({ reason }) => reason),
    ...Object.keys(reasons.actions).filter((wide) => !pairs.some(({ action }) => action === wide)),
  ];
}

/**
 * Statements that are more than a plain allowance: what a deny adds up to, nobody sees at a glance. The local stack judges
 * the policies inside roles, and knows no conditions; those that are attached to a role are GitHub's, and may have some.
 */
export const involvedStatements = (graph: Graph): string[] => {
  const inline = new Set(inlineStatements(graph).map(({ statement }) => JSON.stringify(statement)));
  return roleStatements(graph)
    .filter(({ statement }) => {
      const { Effect, Action: _, Resource, Condition, ...rest } = statement;
      const isPlain = Effect === 'Allow' && Object.keys(rest).length === 0 && Resource !== undefined;
      return !isPlain || (Condition !== undefined && inline.has(JSON.stringify(statement)));
    })
    .map(({ role, statement }) => `${role}: ${JSON.stringify(statement)}`);
};

/** ARNs inside roles that name nothing which the program declares; those with a wildcard are left to their reasons. */
export function foreignResources(graph: Graph): string[] {
  const declared = graph.resources.flatMap(({ outputs }) =>
    typeof outputs.arn === 'string' ? outputs.arn : [],
  );
  const isOurs = (arn: string) => declared.some((own) => arn === own || arn.startsWith(`${own}/`));
  return unique(
    inlineStatements(graph).flatMap(({ role, statement }) =>
      statement.Resource.filter((arn) => !isWide(arn) && !isOurs(arn)).map((arn) => `${role} reaches ${arn}`),
    ),
  );
}

/** Roles without exactly one policy of their own, and such that several functions or schedules use. */
export function sharedRoles(graph: Graph): string[] {
  const users = [
    ...ofKind(graph, 'Function').map(({ inputs }) => inputs.role),
    ...ofKind(graph, 'Schedule').map(({ inputs }) => (inputs.target as { roleArn: string }).roleArn),
  ];
  return ofKind(graph, 'Role').flatMap(({ id, outputs }) => {
    const policies = ofKind(graph, 'RolePolicy').filter(({ inputs }) => inputs.role === id);
    const many = users.filter((role) => role === outputs.arn).length;
    return [
      ...(policies.length === 1 ? [] : [`${id} has ${policies.length} policies`]),
      ...(many > 1 ? [`${id} is used ${many} times`] : []),
    ];
  });
}

/** Roles of AWS services without a boundary, and rights that a role has and its boundary takes away: AWS then refuses, and no local stack. */
export function beyondBoundary(graph: Graph): string[] {
  return ofKind(graph, 'Role').flatMap((role) => {
    const isOfService = statementsOf(role, 'assumeRolePolicy').some(({ Principal }) => isService(Principal));
    const boundary = ofKind(graph, 'Policy').find(
      ({ outputs }) => outputs.arn === role.inputs.permissionsBoundary,
    );
    if (boundary === undefined) return isOfService ? [`${role.id} has no boundary`] : [];
    const document = JSON.parse(String(boundary.inputs.policy)) as PolicyDocument;
    return roleStatements(graph)
      .filter((one) => one.role === role.id)
      .flatMap(({ statement }) =>
        statement.Action.flatMap((action) =>
          statement.Resource.filter((arn) => !isAllowed([document], action, arn)).map(
            (arn) => `${role.id} may not do ${action} on ${arn}: it is beyond its boundary`,
          ),
        ),
      );
  });
}

/**
 * Roles that more than one service, or more of GitHub than one kind of run of one repository, may take. An environment may be
 * named by a job of any branch, so a role for one has to ask for the branch as well.
 */
export const looseTrust = (graph: Graph): string[] =>
  ofKind(graph, 'Role').flatMap((role) =>
    statementsOf(role, 'assumeRolePolicy')
      .filter(({ Action, Principal, Condition }) => {
        if (Action.join() === 'sts:AssumeRole') return !isService(Principal);
        const equals = Object.entries(Condition?.StringEquals ?? {});
        const subject = equals.find(([key]) => key.endsWith(':sub'))?.[1];
        const isOne = typeof subject === 'string' && /^repo:[^*?]+$/.test(subject);
        const isOfMain = equals.some(([key, ref]) => key.endsWith(':ref') && ref === 'refs/heads/main');
        if (String(subject).includes(':environment:') && !isOfMain) return true;
        return !isOne || !equals.some(([key]) => key.endsWith(':aud'));
      })
      .map(() => `${role.id} trusts too many`),
  );

const isService = (principal: unknown): boolean =>
  /^\{"Service":"[a-z0-9]+\.amazonaws\.com"\}$/.test(JSON.stringify(principal));

const isWide = (text: string): boolean => /[*?]/.test(text);

const covers = ({ pattern, actions }: WildcardReason, action: string, arn: string): boolean =>
  pattern.test(arn) && actions?.includes(action) !== false;

const unique = (lines: readonly string[]): string[] => [...new Set(lines)].toSorted();
