import type * as aws from '@pulumi/aws';
import * as awsNative from '@pulumi/aws-native';
import type { StackConfig } from './config.ts';
import { createRole, createRolePolicy } from './functions.ts';
import * as policies from './policies.ts';
import { trustService } from './trust.ts';

/** Runs a function by the clock, `rate(5 minutes)`: the schedule's own role may do that and nothing else. */
export function createSchedule(
  { namePrefix }: StackConfig,
  name: string,
  { lambda, expression }: { readonly lambda: aws.lambda.Function; readonly expression: string },
): void {
  const schedule = `${name}-schedule`;
  const role = createRole(schedule, namePrefix + schedule, trustService('scheduler.amazonaws.com'));
  const policy = createRolePolicy(schedule, role, lambda.arn.apply(policies.invoke));
  new awsNative.scheduler.Schedule(
    name,
    {
      name: namePrefix + name,
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: awsNative.scheduler.ScheduleFlexibleTimeWindowMode.Off },
      target: { arn: lambda.arn, roleArn: role.arn },
    },
    { dependsOn: [policy] },
  );
}
