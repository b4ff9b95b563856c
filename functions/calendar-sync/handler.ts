import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createPace } from '#bookings/reconcile/pace.ts';
import { createDocumentClient, openTable } from '../adapters/dynamodb.ts';
import { createSecret } from '../adapters/secrets.ts';
import { parseEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { createAudit } from './audit.ts';
import { createCredentials } from './credentials.ts';
import { envSchema } from './env.ts';
import { createGoogleCalendars } from './google.ts';
import { createRespond } from './respond.ts';
import { createSync } from './sync.ts';
import { timeLimits } from '../adapters/time-limits.ts';

const TIMEOUT = 10_000;

const aws = {
  requestHandler: timeLimits(TIMEOUT, TIMEOUT),
};

const env = parseEnv('calendar-sync', envSchema, process.env);

const secret = createSecret(new SecretsManagerClient(aws), { name: env.GOOGLE_SECRET });
const credentials = createCredentials(secret, { name: env.GOOGLE_SECRET, timeout: TIMEOUT });

const calendars = createGoogleCalendars(credentials, {
  rootUrl: env.GOOGLE_ROOT_URL,
  timeout: TIMEOUT,
  retry: { attempts: 5, first: 500, longest: 8_000, delay, random: Math.random },
  // The pipeline writes to all calendars at once, and to each of them from one instance of this function at a time.
  pace: createPace(
    { most: env.GOOGLE_REQUESTS_PER_MINUTE, milliseconds: 60_000 * Object.keys(env.CALENDAR_IDS).length },
    { now: () => performance.now(), delay },
  ),
});

const audit = createAudit(openTable(createDocumentClient(new DynamoDBClient(aws)), env.CALENDAR_TABLE), {
  stamp: () => `${new Date().toISOString()}-${randomUUID().slice(0, 8)}`,
});

const respond = createRespond({
  sync: createSync({
    calendars,
    audit,
    calendarIds: env.CALENDAR_IDS,
    calendarStyle: env.CALENDAR_STYLE,
    cancelledStyle: env.CANCELLED_STYLE,
  }),
  log: createLog('calendar-sync'),
});

export const handler = (event: unknown) => respond(event);
