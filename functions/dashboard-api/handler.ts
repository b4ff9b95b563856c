import { LambdaClient } from '@aws-sdk/client-lambda';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { createDocumentClient, openTable } from '../adapters/dynamodb.ts';
import { createInvoke } from '../adapters/lambda-invoke.ts';
import { createSecret } from '../adapters/secrets.ts';
import { parseEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { createApp } from './app.ts';
import { createBoardClient } from './board.ts';
import { createBookings } from './bookings.ts';
import { createCalendarSync } from './calendar.ts';
import { envSchema } from './env.ts';

const env = parseEnv('dashboard-api', envSchema, process.env);

// API Gateway gives up after 30 seconds, and whoever asked should still hear why.
const invoke = createInvoke(new LambdaClient({ maxAttempts: 2 }), {
  functionName: env.CALENDAR_SYNC_FUNCTION,
  timeout: 25_000,
});

const key = createSecret(new SecretsManagerClient(), { name: env.BOARD_SECRET });

const app = createApp({
  calendar: createCalendarSync(invoke),
  board: createBoardClient({ url: env.BOARD_URL, key }, fetch),
  bookings: createBookings(openTable(createDocumentClient(), env.LEDGER_TABLE)),
  log: createLog('dashboard-api'),
});

const respond = handle(app);

export const handler = (event: LambdaEvent, context?: LambdaContext) => respond(event, context);
