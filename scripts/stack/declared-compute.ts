import type { FailureDestination } from './aws/lambda-failures.ts';
import { parseFunctionName } from './aws/lambda-name.ts';
import type { LambdaFunction } from './aws/lambda.ts';
import type { DeclaredAlias } from './aws/lambda-versions.ts';
import type { PolicyDocument } from './aws/policy.ts';
import { partsOf, resourcesOf } from './declared.ts';
import type { Graph, Resource } from './graph.ts';
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

export const aliasesOf = (graph: Graph): DeclaredAlias[] =>
  resourcesOf(graph, 'aws:lambda/alias:Alias').map(({ inputs }) => ({
    functionName: String(inputs.functionName),
    name: String(inputs.name),
  }));

/** The function that a name or ARN means, with or without a qualifier. */
export const functionNamed = (graph: Graph, nameOrArn: string): Resource | undefined =>
  resourcesOf(graph, 'aws:lambda/function:Function').find(
    ({ outputs }) => parseFunctionName(String(outputs.arn)).name === parseFunctionName(nameOrArn).name,
  );

/** Where events go that functions could not handle; an ARN names the qualifier that the destination is declared for. */
export const failureDestinationsOf = (
  graph: Graph,
  callerOf: (principal: string) => Caller,
): FailureDestination[] =>
  resourcesOf(graph, 'aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig').flatMap(
    ({ inputs }) => {
      const name = String(inputs.functionName);
      const { onFailure } = (inputs.destinationConfig ?? {}) as { onFailure?: { destination: string } };
      if (onFailure === undefined) return [];
      const arn = String(functionNamed(graph, name)?.outputs.arn);
      const functionArn = inputs.qualifier === undefined ? arn : `${arn}:${String(inputs.qualifier)}`;
      return [{ functionArn, queueArn: onFailure.destination, caller: callerOf(name) }];
    },
  );

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
    const target = inputs.target as {
      arn: string;
      roleArn: string;
      input?: string;
      deadLetterConfig?: { arn: string };
    };
    return {
      name: String(inputs.name),
      expression: String(inputs.scheduleExpression),
      ...(inputs.scheduleExpressionTimezone !== undefined && {
        timezone: String(inputs.scheduleExpressionTimezone),
      }),
      functionArn: target.arn,
      ...(target.input !== undefined && { input: target.input }),
      ...(target.deadLetterConfig && { deadLetterArn: target.deadLetterConfig.arn }),
      caller: callerOf(target.roleArn.split('/').at(-1)!),
    };
  });
