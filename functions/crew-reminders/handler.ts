import { SNSClient } from '@aws-sdk/client-sns';
import { createDocumentClient, openTable } from '../adapters/dynamodb.ts';
import { createNotificationTable } from '../adapters/notification-table.ts';
import { createPublish } from '../adapters/notification-topic.ts';
import { inTime } from '../adapters/time-limits.ts';
import { parseEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { createAssignmentStore } from '../scc/assignment-store.ts';
import { createCrewRegistry } from '../scc/crew-registry.ts';
import { createEntryStore } from '../scc/entries/entry-store.ts';
import { createEventStore } from '../scc/event-store.ts';
import { envSchema } from './env.ts';
import { remind, type RemindDeps } from './remind.ts';

const env = parseEnv('crew-reminders', envSchema, process.env);
const document = createDocumentClient();
const log = createLog('crew-reminders');

const deps: RemindDeps = {
  events: createEventStore(openTable(document, env.EVENTS_TABLE)),
  assignments: createAssignmentStore(openTable(document, env.ASSIGNMENTS_TABLE)),
  registry: createCrewRegistry(openTable(document, env.CREW_TABLE)),
  entries: createEntryStore(openTable(document, env.ENTRIES_TABLE)),
  notifications: createNotificationTable(openTable(document, env.NOTIFICATIONS_TABLE)),
  publish: createPublish(new SNSClient(inTime), { topicArn: env.NOTIFICATIONS_TOPIC }),
  now: () => new Date(),
  log,
};

export const handler = async (): Promise<void> => {
  log.info('reminded', { count: await remind(deps) });
};
