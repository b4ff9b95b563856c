import * as awsNative from '@pulumi/aws-native';
import * as pulumi from '@pulumi/pulumi';
import type { Watching } from './operations/alerts.ts';
import { createRole, createRolePolicy, type DeclaredEventFunction } from './functions.ts';
import * as policies from './policies.ts';
import { trustService } from './trust.ts';
import { watchSchedule } from './operations/watch-functions.ts';

export interface ScheduleOptions {
  readonly handler: DeclaredEventFunction;
  /** `rate(5 minutes)`, or `cron(0 14 * * ? *)` in UTC. */
  readonly expression: string;
}

/** Runs a function by the clock: the schedule's own role may do that, report that it could not, and nothing else. */
export function createSchedule(
  watching: Watching,
  name: string,
  { handler, expression }: ScheduleOptions,
): void {
  const { config } = watching;
  const schedule = `${name}-schedule`;
  const role = createRole(schedule, config.namePrefix + schedule, trustService('scheduler.amazonaws.com'));
  const { lambda, alias, deadLetters } = handler;
  const statements = pulumi
    .all([alias.arn, deadLetters.arn])
    .apply(([target, queue]) => [...policies.invoke(target), ...policies.sendTo(queue)]);
  const policy = createRolePolicy(schedule, role, statements);
  new awsNative.scheduler.Schedule(
    name,
    {
      name: config.namePrefix + name,
      scheduleExpression: expression,
      flexibleTimeWindow: { mode: awsNative.scheduler.ScheduleFlexibleTimeWindowMode.Off },
      target: {
        arn: alias.arn,
        roleArn: role.arn,
        deadLetterConfig: { arn: deadLetters.arn },
        // The next run does what this one could not; AWS would try this one for a day.
        retryPolicy: { maximumRetryAttempts: 2, maximumEventAgeInSeconds: 15 * 60 },
      },
    },
    { dependsOn: [policy] },
  );
  watchSchedule(watching, name, { lambda, expression });
}
