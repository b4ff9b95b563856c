import { fileURLToPath } from 'node:url';
import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Env as CalendarSyncEnv } from '#functions/calendar-sync/env.ts';
import type { Env as CredentialWatchEnv } from '#functions/credential-watch/env.ts';
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
import type { Watching } from './operations/alerts.ts';
import { sendTo, trace, writeLogs, type Statement } from './policies.ts';
import { createDeadLetters } from './queues.ts';
import { policyDocument, trustService } from './trust.ts';
import { watchFunction } from './operations/watch-functions.ts';

/** Each function with the environment that its own schema asks for, so that a forgotten variable does not compile. */
interface Environments {
  'calendar-sync': CalendarSyncEnv;
  'credential-watch': CredentialWatchEnv;
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
  /** Everything that invokes the function goes through this, so that a roll back reaches everybody at once. */
  readonly alias: aws.lambda.Alias;
  /** `calendar-sync:live`, what the SDK calls a function's name. */
  readonly qualifiedName: pulumi.Output<string>;
  readonly policy: aws.iam.RolePolicy;
  readonly timeoutSeconds: number;
}

/** A function that others hand events without waiting for it. */
export interface DeclaredEventFunction extends DeclaredFunction {
  /** Gets every event that failed three times. */
  readonly deadLetters: aws.sqs.Queue;
}

/** One Lambda function from its bundle, with a role of its own that may do what `statements` say, log and trace. */
export function createFunction<Name extends keyof Environments>(
  watching: Watching,
  name: Name,
  options: FunctionOptions<Name>,
): DeclaredFunction {
  const declared = declareFunction(watching, name, options);
  watchFunction(watching, name, declared, 'requests');
  return declared;
}

function declareFunction<Name extends keyof Environments>(
  { config }: Watching,
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
    pulumi.all([statements, logGroup.arn]).apply(([own, logs]) => [...own, ...writeLogs(logs), ...trace()]),
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
      publish: true,
      tracingConfig: { mode: 'Active' },
    },
    { dependsOn: [policy, logGroup] },
  );
  const alias = new aws.lambda.Alias(name, {
    name: LIVE,
    functionName: lambda.name,
    functionVersion: lambda.version,
  });
  const qualifiedName = pulumi.interpolate`${lambda.name}:${alias.name}`;
  return { lambda, alias, qualifiedName, policy, timeoutSeconds };
}

/** The alias that stands for the version that is in use. */
const LIVE = 'live';

/** A function for events, with a queue for those that it could not handle. */
export function createEventFunction<Name extends keyof Environments>(
  watching: Watching,
  name: Name,
  options: FunctionOptions<Name>,
): DeclaredEventFunction {
  const deadLetters = createDeadLetters(watching, name);
  const statements = pulumi
    .all([options.statements, deadLetters.arn])
    .apply(([own, queue]) => [...own, ...sendTo(queue)]);
  const declared = declareFunction(watching, name, { ...options, statements });
  watchFunction(watching, name, declared, 'events');
  new aws.lambda.FunctionEventInvokeConfig(
    name,
    {
      functionName: declared.lambda.name,
      qualifier: declared.alias.name,
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 6 * 60 * 60,
      destinationConfig: { onFailure: { destination: deadLetters.arn } },
    },
    // AWS looks whether the function may send there.
    { dependsOn: [declared.policy] },
  );
  return { ...declared, deadLetters };
}

/** Lets an AWS service invoke a function, through its alias only. */
export const allowInvoke = (
  name: string,
  { lambda, alias }: DeclaredFunction,
  source: Pick<aws.lambda.PermissionArgs, 'principal' | 'sourceArn' | 'sourceAccount'>,
): aws.lambda.Permission =>
  new aws.lambda.Permission(name, {
    action: 'lambda:InvokeFunction',
    function: lambda.name,
    qualifier: alias.name,
    ...source,
  });

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
