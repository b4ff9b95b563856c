import type { LambdaFunction } from './aws/lambda.ts';
import type { PolicyDocument } from './aws/policy.ts';
import { partsOf, resourcesOf } from './declared.ts';
import type { Graph } from './graph.ts';
import type { Caller } from './stand-in.ts';

/** Functions, roles and schedules of the graph. */

/** Functions as declared; credentials stand for their role. */
export const functionsOf = (
  graph: Graph,
  credentialsOf: (principal: string) => LambdaFunction['credentials'],
): LambdaFunction[] =>
  resourcesOf(graph, 'aws:lambda/function:Function').map(({ id: name, inputs, outputs }) => ({
    name,
    arn: String(outputs.arn),
    directory: (inputs.code as { archive: string }).archive,
    handler: String(inputs.handler),
    environment: (inputs.environment as { variables: Record<string, string> } | undefined)?.variables ?? {},
    timeoutSeconds: Number(inputs.timeout),
    memoryMegabytes: Number(inputs.memorySize),
    credentials: credentialsOf(name),
  }));

/** The policies of whoever runs under a role: a function by its name, others by the role's. */
export function policiesOf(graph: Graph): (principal: string) => readonly PolicyDocument[] {
  const roles = resourcesOf(graph, 'aws:iam/role:Role');
  const roleOf = new Map(
    resourcesOf(graph, 'aws:lambda/function:Function').map(({ id, inputs }) => [
      id,
      roles.find(({ outputs }) => outputs.arn === inputs.role)?.id,
    ]),
  );
  return (principal) =>
    partsOf(graph, 'aws:iam/rolePolicy:RolePolicy', 'role', roleOf.get(principal) ?? principal).map(
      ({ inputs }) => JSON.parse(String(inputs.policy)) as PolicyDocument,
    );
}

export const schedulesOf = (graph: Graph, callerOf: (principal: string) => Caller) =>
  resourcesOf(graph, 'aws-native:scheduler:Schedule').map(({ inputs }) => {
    const target = inputs.target as { arn: string; roleArn: string; input?: string };
    return {
      name: String(inputs.name),
      expression: String(inputs.scheduleExpression),
      ...(inputs.scheduleExpressionTimezone !== undefined && {
        timezone: String(inputs.scheduleExpressionTimezone),
      }),
      functionArn: target.arn,
      ...(target.input !== undefined && { input: target.input }),
      caller: callerOf(target.roleArn.split('/').at(-1)!),
    };
  });
