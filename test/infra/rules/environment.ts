import type * as z from 'zod';
import { ofKind } from '#test/fixtures/graph-parts.ts';
import type { Graph, Resource } from '#scripts/stack/graph.ts';
import { roleStatements } from './statements.ts';
import { lambdasOf, variablesOf } from './triggers.ts';

export type EnvironmentSchema = z.ZodObject;

/** Variables that a function asks for and does not get, gets and does not ask for, or would refuse: `scc-api: CREW_TABLE is missing`. */
export const wrongVariables = (
  graph: Graph,
  schemas: Readonly<Record<string, EnvironmentSchema>>,
): string[] =>
  lambdasOf(graph)
    .flatMap(({ name, inputs }) => {
      const schema = schemas[name];
      if (schema === undefined) return [`${name}: has no schema of its environment`];
      const given = variablesOf(inputs);
      const asked = Object.keys(schema.shape);
      const refused = schema.safeParse(given).error?.issues.map(({ path }) => String(path[0])) ?? [];
      const problems = [
        ...asked.filter((one) => !(one in given)).map((one) => `${one} is missing`),
        ...Object.keys(given)
          .filter((one) => !asked.includes(one))
          .map((one) => `${one} is not asked for`),
        ...refused.filter((one) => one in given).map((one) => `${one} is refused`),
      ];
      return problems.map((problem) => `${name}: ${problem}`);
    })
    .toSorted();

/** End of a variable's name → what it has to name, and the service whose rights the function then needs. */
const REFERENCES: Readonly<
  Record<string, { readonly names: (graph: Graph) => Target[]; readonly rights: string }>
> = {
  _TABLE: { names: (graph) => targets(graph, 'Table', 'name'), rights: 'dynamodb:' },
  _BUCKET: { names: (graph) => targets(graph, 'Bucket', 'bucket'), rights: 's3:' },
  _SECRET: { names: (graph) => targets(graph, 'Secret', 'name'), rights: 'secretsmanager:GetSecretValue' },
  _TOPIC: {
    names: (graph) => ofKind(graph, 'Topic').map(({ id }) => ({ name: id, arn: id })),
    rights: 'sns:Publish',
  },
};

interface Target {
  readonly name: string;
  readonly arn: string;
}

/** Variables that name nothing of ours, or something that the function's role may not touch. */
export const uselessVariables = (graph: Graph): string[] =>
  lambdasOf(graph)
    .flatMap((lambda) =>
      Object.entries(variablesOf(lambda.inputs)).flatMap(([variable, value]) => {
        const reference = REFERENCES[/_[A-Z]+$/.exec(variable)?.[0] ?? ''];
        if (reference === undefined) return [];
        const target = reference.names(graph).find(({ name }) => name === value);
        if (target === undefined) return [`${variable} of ${lambda.name} names nothing: ${value}`];
        return mayReach(graph, lambda, target.arn, reference.rights)
          ? []
          : [`${variable} of ${lambda.name}: its role may do nothing with ${value}`];
      }),
    )
    .toSorted();

const targets = (graph: Graph, kind: string, property: string): Target[] =>
  ofKind(graph, kind).map(({ inputs, outputs }) => ({
    name: String(inputs[property]),
    arn: String(outputs.arn),
  }));

/** On the thing itself, or on what is in it: an index of a table, the objects of a bucket. */
function mayReach(graph: Graph, lambda: Resource, arn: string, rights: string): boolean {
  const role = String(lambda.inputs.role).split('/').at(-1)!;
  return roleStatements(graph).some(
    ({ role: one, statement }) =>
      one === role &&
      statement.Action.some((action) => action.startsWith(rights)) &&
      statement.Resource.some((resource) => resource === arn || resource.startsWith(`${arn}/`)),
  );
}
