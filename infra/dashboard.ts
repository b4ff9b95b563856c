import type * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { Foundation } from './foundation.ts';
import { createFunction } from './functions.ts';
import { createHttpApi } from './http-api.ts';
import * as policies from './policies.ts';

export interface Dashboard {
  readonly api: aws.apigatewayv2.Api;
  readonly lambda: aws.lambda.Function;
}

/** The operator's API, behind its token, and calendar-sync, which only it may call. */
export function declareDashboard(foundation: Foundation): Dashboard {
  const { config, arns, secrets, tables } = foundation;
  const calendarSync = declareCalendarSync(foundation);
  const { lambda } = createFunction(config, 'dashboard-api', {
    env: {
      CALENDAR_SYNC_FUNCTION: calendarSync.name,
      BOARD_URL: config.boardUrl,
      BOARD_SECRET: secrets.board.name,
      LEDGER_TABLE: tables.ledger.name,
    },
    statements: pulumi
      .all([arns, calendarSync.arn])
      .apply(([own, calendarSyncArn]) => policies.dashboardApi(own, calendarSyncArn)),
    timeoutSeconds: 30,
  });
  const { lambda: authorizer } = createFunction(config, 'dashboard-authorizer', {
    env: { DASHBOARD_SECRET: secrets.dashboard.name },
    statements: arns.apply(policies.dashboardAuthorizer),
    timeoutSeconds: 5,
  });
  const api = createHttpApi(config, 'dashboard', {
    lambda,
    authorizer,
    routes: { 'GET /api/openapi.json': 'public', 'ANY /api/{proxy+}': 'authorizer' },
  });
  return { api, lambda };
}

function declareCalendarSync({ config, arns, secrets, tables }: Foundation): aws.lambda.Function {
  const { lambda } = createFunction(config, 'calendar-sync', {
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
  return lambda;
}
