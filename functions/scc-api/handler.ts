import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { handle, type LambdaContext, type LambdaEvent } from 'hono/aws-lambda';
import { createDocumentClient, openTable } from '../adapters/dynamodb.ts';
import { createNotificationTable } from '../adapters/notification-table.ts';
import { createPublish } from '../adapters/notification-topic.ts';
import { createPhotosClient, createPhotoSigner } from '../adapters/photos-s3.ts';
import { createSecret } from '../adapters/secrets.ts';
import { inTime } from '../adapters/time-limits.ts';
import { parseEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { createApp } from './app.ts';
import { createAssignmentStore } from '../scc/assignment-store.ts';
import { createCrewReader } from '../scc/crew-reader.ts';
import { createCrewRegistry } from '../scc/crew-registry.ts';
import { createEntryStore } from '../scc/entries/entry-store.ts';
import { envSchema } from './env.ts';
import { createEventStore } from '../scc/event-store.ts';
import { createLinkKeys } from '../scc/link-keys.ts';

const env = parseEnv('scc-api', envSchema, process.env);
const document = createDocumentClient();
const linkKeys = createLinkKeys(
  createSecret(new SecretsManagerClient(inTime), { name: env.LINK_KEYS_SECRET }),
);
const tables = {
  events: openTable(document, env.EVENTS_TABLE),
  assignments: openTable(document, env.ASSIGNMENTS_TABLE),
  crew: openTable(document, env.CREW_TABLE),
  entries: openTable(document, env.ENTRIES_TABLE),
};
const reader = createCrewReader({ tables, linkKeys });

const app = createApp({
  serviceKeyHashes: env.SERVICE_KEY_HASH,
  originSecretHashes: env.ORIGIN_SECRET_HASH,
  guestUrl: env.GUEST_URL,
  linkKeys,
  crewUrl: env.CREW_URL,
  memberOf: reader.memberOf,
  feedOf: reader.feedOf,
  events: createEventStore(tables.events),
  assignments: createAssignmentStore(tables.assignments),
  registry: createCrewRegistry(tables.crew),
  entries: createEntryStore(tables.entries),
  photos: createPhotoSigner(createPhotosClient(), { bucket: env.PHOTOS_BUCKET }),
  notifications: createNotificationTable(openTable(document, env.NOTIFICATIONS_TABLE)),
  publish: createPublish(new SNSClient(inTime), { topicArn: env.NOTIFICATIONS_TOPIC }),
  now: () => new Date(),
  log: createLog('scc-api'),
});
const respond = handle(app);

export const handler = (event: LambdaEvent, context?: LambdaContext) => respond(event, context);
