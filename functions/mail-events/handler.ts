import { createDocumentClient, openTable } from '../adapters/dynamodb.ts';
import { createNotificationTable } from '../adapters/notification-table.ts';
import { parseEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { envSchema } from './env.ts';
import { recordMailEvent } from './record.ts';

const env = parseEnv('mail-events', envSchema, process.env);
const deps = {
  notifications: createNotificationTable(openTable(createDocumentClient(), env.NOTIFICATIONS_TABLE)),
  log: createLog('mail-events'),
};

interface TopicEvent {
  readonly Records: readonly { readonly Sns: { readonly Message: string } }[];
}

export const handler = async (event: TopicEvent): Promise<void> => {
  for (const { Sns } of event.Records) await recordMailEvent(Sns.Message, deps);
};
