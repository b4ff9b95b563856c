import { fileURLToPath } from 'node:url';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Env as CalendarSyncEnv } from '#functions/calendar-sync/env.ts';
import type { Env as CrewNotifyEnv } from '#functions/crew-notify/env.ts';
import type { Env as CrewRemindersEnv } from '#functions/crew-reminders/env.ts';
import type { Env as DashboardApiEnv } from '#functions/dashboard-api/env.ts';
import type { Env as DashboardAuthorizerEnv } from '#functions/dashboard-authorizer/env.ts';
import type { Env as ExpenseSyncEnv } from '#functions/expense-sync/env.ts';
import type { Env as MailEventsEnv } from '#functions/mail-events/env.ts';
import type { Env as NotificationSweeperEnv } from '#functions/notification-sweeper/env.ts';
import type { Env as PhotoArrivalsEnv } from '#functions/photo-arrivals/env.ts';
import type { Env as SccApiEnv } from '#functions/scc-api/env.ts';
import type { Env as CrewPortalEnv } from '#site/portal/env.ts';
import type { StackConfig } from './config.ts';
import { writeLogs, type Statement } from './policies.ts';
import { policyDocument, trustService } from './trust.ts';

/** Each function with the environment that its own schema asks for, so that a forgotten variable does not compile. */
interface Environments {
  'calendar-sync': CalendarSyncEnv;
  'crew-notify': CrewNotifyEnv;
  'crew-portal': CrewPortalEnv;
  'crew-reminders': CrewRemindersEnv;
  'dashboard-api': DashboardApiEnv;
  'dashboard-authorizer': DashboardAuthorizerEnv;
  'expense-sync': ExpenseSyncEnv;
  'mail-events': MailEventsEnv;
  'notification-sweeper': NotificationSweeperEnv;
  'photo-arrivals': PhotoArrivalsEnv;
  'scc-api': SccApiEnv;
}

export interface FunctionOptions<Name extends keyof Environments> {
  readonly env: {
    readonly [Variable in keyof Environments[Name]]: pulumi.Input<Environments[Name][Variable]>;
  };
  readonly statements: pulumi.Input<Statement[]>;
  readonly timeoutSeconds: number;
  readonly memoryMb?: number;
}

/** A function, and the policy that a trigger has to wait for. */
export interface DeclaredFunction {
  readonly lambda: aws.lambda.Function;
  readonly policy: aws.iam.RolePolicy;
}

/** One Lambda function from its bundle, with a role of its own that may do what `statements` say, and log. */
export function createFunction<Name extends keyof Environments>(
  config: StackConfig,
  name: Name,
  { env, statements, timeoutSeconds, memoryMb = 256 }: FunctionOptions<Name>,
): DeclaredFunction {
  const functionName = config.namePrefix + name;
  const logGroup = new aws.cloudwatch.LogGroup(name, {
    name: `/aws/lambda/${functionName}`,
    retentionInDays: config.logRetentionDays,
  });
  const role = createRole(name, functionName, trustService('lambda.amazonaws.com'));
  const policy = createRolePolicy(
    name,
    role,
    pulumi.all([statements, logGroup.arn]).apply(([own, logs]) => [...own, ...writeLogs(logs)]),
  );
  const lambda = new aws.lambda.Function(
    name,
    {
      name: functionName,
      role: role.arn,
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      code: new pulumi.asset.FileArchive(bundleOf(name)),
      environment: { variables: env as Record<string, pulumi.Input<string>> },
      timeout: timeoutSeconds,
      memorySize: memoryMb,
    },
    { dependsOn: [policy, logGroup] },
  );
  return { lambda, policy };
}

export const createRole = (name: string, roleName: string, trust: object): aws.iam.Role =>
  new aws.iam.Role(name, { name: roleName, assumeRolePolicy: JSON.stringify(trust) });

export const createRolePolicy = (
  name: string,
  role: aws.iam.Role,
  statements: pulumi.Output<Statement[]>,
): aws.iam.RolePolicy =>
  new aws.iam.RolePolicy(name, {
    name,
    role: role.name,
    policy: statements.apply((list) => JSON.stringify(policyDocument(list))),
  });

/** Absolute, since Pulumi's command line changes directory. */
const bundleOf = (name: keyof Environments): string =>
  fileURLToPath(
    new URL(
      name === 'crew-portal' ? '../.build/portal/lambda' : `../.build/functions/${name}`,
      import.meta.url,
    ),
  );
