import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { createDocumentClient, openTable } from '../adapters/dynamodb.ts';
import { createInvoke } from '../adapters/lambda-invoke.ts';
import { createSecret } from '../adapters/secrets.ts';
import { inTime } from '../adapters/time-limits.ts';
import { parseEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { createApp } from './app.ts';
import { createBoardClient } from './board.ts';
import { createBookings } from './bookings.ts';
import { createCalendarSync } from './calendar.ts';
import { envSchema } from './env.ts';
import { createPutExpenses, isHttpEvent } from './expenses.ts';

const env = parseEnv('dashboard-api', envSchema, process.env);

// API Gateway gives up after 30 seconds, and whoever asked should still hear why.
const invoke = createInvoke(new LambdaClient({ maxAttempts: 2 }), {
  functionName: env.CALENDAR_SYNC_FUNCTION,
  timeout: 25_000,
});

const key = createSecret(new SecretsManagerClient(inTime), { name: env.BOARD_SECRET });
const board = createBoardClient({ url: env.BOARD_URL, key }, fetch);
const log = createLog('dashboard-api');

const respond = handle(
  createApp({
    calendar: createCalendarSync(invoke),
    board,
    bookings: createBookings(openTable(createDocumentClient(), env.LEDGER_TABLE)),
    log,
  }),
);
const putExpenses = createPutExpenses({ board, log });

/** Requests of the API, and the crew's expenses by direct invoke. */
export const handler = (event: unknown, context?: LambdaContext) =>
  isHttpEvent(event) ? respond(event as LambdaEvent, context) : putExpenses(event);
