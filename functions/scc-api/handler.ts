import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { createDocumentClient, openTable } from '../adapters/dynamodb.ts';
import { createNotificationTable } from '../adapters/notification-table.ts';
import { createPublish } from '../adapters/notification-topic.ts';
import { createSecret } from '../adapters/secrets.ts';
import { parseEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { createApp } from './app.ts';
import { createAssignmentStore } from './assignment-store.ts';
import { createCrewReader } from './crew-reader.ts';
import { createCrewRegistry } from './crew-registry.ts';
import { envSchema } from './env.ts';
import { createEventStore } from './event-store.ts';
import { parseLinkKeys } from './link-keys.ts';

const env = parseEnv('scc-api', envSchema, process.env);
const document = createDocumentClient();
const linkKeySecret = createSecret(new SecretsManagerClient(), { name: env.LINK_KEYS_SECRET });
const linkKeys = async () => parseLinkKeys(await linkKeySecret.read());
const tables = {
  events: env.EVENTS_TABLE,
  assignments: env.ASSIGNMENTS_TABLE,
  crew: env.CREW_TABLE,
  entries: env.ENTRIES_TABLE,
};

const app = createApp({
  serviceKeyHashes: env.SERVICE_KEY_HASH,
  originSecretHashes: env.ORIGIN_SECRET_HASH,
  guestUrl: env.GUEST_URL,
  linkKeys,
  memberOf: createCrewReader({ tables, linkKeys }, { document }).memberOf,
  events: createEventStore(openTable(document, tables.events)),
  assignments: createAssignmentStore(openTable(document, tables.assignments)),
  registry: createCrewRegistry(openTable(document, tables.crew)),
  notifications: createNotificationTable(openTable(document, env.NOTIFICATIONS_TABLE)),
  publish: createPublish(new SNSClient(), { topicArn: env.NOTIFICATIONS_TOPIC }),
  now: () => new Date(),
  log: createLog('scc-api'),
});
const respond = handle(app);

export const handler = (event: LambdaEvent, context?: LambdaContext) => respond(event, context);
