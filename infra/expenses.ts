import * as pulumi from '@pulumi/pulumi';
import type { Foundation } from './foundation.ts';
import { createEventFunction, type DeclaredFunction } from './functions.ts';
import * as policies from './policies.ts';
import { createSchedule } from './schedules.ts';

/** The crew's expenses on their way to the revenue board: SCC never calls the board, dashboard-api does. */
export function declareExpenses(foundation: Foundation, dashboardApi: DeclaredFunction): void {
  const { arns, tables } = foundation;
  const name = 'expense-sync';
  const handler = createEventFunction(foundation, name, {
    env: {
      EVENTS_TABLE: tables.events.name,
      ENTRIES_TABLE: tables.entries.name,
      DASHBOARD_API_FUNCTION: dashboardApi.qualifiedName,
    },
    statements: pulumi
      .all([arns, dashboardApi.alias.arn])
      .apply(([own, dashboardApiArn]) => policies.expenseSync(own, dashboardApiArn)),
    timeoutSeconds: 120,
  });
  createSchedule(foundation, name, { handler, expression: 'rate(5 minutes)' });
}
