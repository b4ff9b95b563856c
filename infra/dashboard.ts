import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Foundation } from './foundation.ts';
import { createFunction, type DeclaredFunction } from './functions.ts';
import { createHttpApi } from './http-api.ts';
import * as policies from './policies.ts';

export interface Dashboard {
  readonly api: aws.apigatewayv2.Api;
  readonly handler: DeclaredFunction;
}

/** The operator's API, behind its token, and calendar-sync, which only it may call. */
export function declareDashboard(foundation: Foundation): Dashboard {
  const { config, arns, secrets, tables } = foundation;
  const calendarSync = declareCalendarSync(foundation);
  const handler = createFunction(foundation, 'dashboard-api', {
    env: {
      CALENDAR_SYNC_FUNCTION: calendarSync.qualifiedName,
      BOARD_URL: config.boardUrl,
      BOARD_SECRET: secrets.board.name,
      LEDGER_TABLE: tables.ledger.name,
    },
    statements: pulumi
      .all([arns, calendarSync.alias.arn])
      .apply(([own, calendarSyncArn]) => policies.dashboardApi(own, calendarSyncArn)),
    timeoutSeconds: 30,
  });
  const authorizer = createFunction(foundation, 'dashboard-authorizer', {
    env: { DASHBOARD_SECRET: secrets.dashboard.name },
    statements: arns.apply(policies.dashboardAuthorizer),
    timeoutSeconds: 5,
  });
  const api = createHttpApi(foundation, 'dashboard', {
    handler,
    authorizer,
    routes: {
      'GET /api/openapi.json': { guard: 'public', rate: 5, burst: 20 },
      // The pipeline, a booking after the other but several calls for each.
      'ANY /api/{proxy+}': { guard: 'authorizer', rate: 100, burst: 200 },
    },
    // Nobody but operator and pipeline has business here.
    refusals: 50,
  });
  return { api, handler };
}

function declareCalendarSync(foundation: Foundation): DeclaredFunction {
  const { config, arns, secrets, tables } = foundation;
  return createFunction(foundation, 'calendar-sync', {
    env: {
      GOOGLE_SECRET: secrets.google.name,
      GOOGLE_ROOT_URL: config.googleRootUrl,
      CALENDAR_IDS: JSON.stringify(config.calendars),
      CALENDAR_STYLE: config.calendarStyle,
      CANCELLED_STYLE: config.cancelledStyle,
      CALENDAR_TABLE: tables.calendarAudit.name,
      GOOGLE_REQUESTS_PER_MINUTE: String(config.rates.googleRequestsPerMinute),
    },
    statements: arns.apply(policies.calendarSync),
    // Shorter than dashboard-api, which waits for it and has to answer.
    timeoutSeconds: 25,
  });
}
