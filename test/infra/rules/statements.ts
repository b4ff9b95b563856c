import { ofKind } from '#test/fixtures/graph-parts.ts';
import type { Graph, Resource } from '#scripts/stack/graph.ts';

/** One statement of a policy, with lists where IAM also takes single values. */
export interface Statement {
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Principal?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

interface Written extends Omit<Statement, 'Action' | 'Resource'> {
  readonly Action: string | string[];
  readonly Resource?: string | string[];
}

/** The statements of a policy that is kept as JSON in `inputs[property]`. */
export function statementsOf({ inputs }: Resource, property = 'policy'): Statement[] {
  const { Statement } = JSON.parse(String(inputs[property])) as { Statement: Written[] };
  return Statement.map((written) => ({
    ...written,
    Action: [written.Action].flat(),
    ...(written.Resource !== undefined && { Resource: [written.Resource].flat() }),
  })) as Statement[];
}

/** Every statement of every role, with the role's name: of its own policy, and of those that are attached to it. */
export const roleStatements = (graph: Graph): RoleStatement[] => [
  ...inlineStatements(graph),
  ...attachedStatements(graph),
];

export interface RoleStatement {
  readonly role: string;
  readonly statement: Statement;
}

export const inlineStatements = (graph: Graph): RoleStatement[] =>
  ofKind(graph, 'RolePolicy').flatMap((policy) =>
    statementsOf(policy).map((statement) => ({ role: String(policy.inputs.role), statement })),
  );

const attachedStatements = (graph: Graph): RoleStatement[] =>
  ofKind(graph, 'RolePolicyAttachment').flatMap(({ name, inputs }) => {
    const policy = ofKind(graph, 'Policy').find(({ outputs }) => outputs.arn === inputs.policyArn);
    if (policy === undefined) throw new Error(`RolePolicyAttachment ${name} attaches no policy of ours`);
    return statementsOf(policy).map((statement) => ({ role: String(inputs.role), statement }));
  });
