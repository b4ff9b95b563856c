import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Foundation } from './foundation.ts';
import { createFunction } from './functions.ts';
import * as policies from './policies.ts';
import { createSchedule } from './schedules.ts';

/** The crew's expenses on their way to the revenue board: SCC never calls the board, dashboard-api does. */
export function declareExpenses(
  { config, arns, tables }: Foundation,
  dashboardApi: aws.lambda.Function,
): void {
  const name = 'expense-sync';
  const { lambda } = createFunction(config, name, {
    env: {
      EVENTS_TABLE: tables.events.name,
      ENTRIES_TABLE: tables.entries.name,
      DASHBOARD_API_FUNCTION: dashboardApi.name,
    },
    statements: pulumi
      .all([arns, dashboardApi.arn])
      .apply(([own, dashboardApiArn]) => policies.expenseSync(own, dashboardApiArn)),
    timeoutSeconds: 120,
  });
  createSchedule(config, name, { lambda, expression: 'rate(5 minutes)' });
}
