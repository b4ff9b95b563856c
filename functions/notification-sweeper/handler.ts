import { SNSClient } from '@aws-sdk/client-sns';
import { createDocumentClient, openTable } from '../adapters/dynamodb.ts';
import { createNotificationTable } from '../adapters/notification-table.ts';
import { createPublish } from '../adapters/notification-topic.ts';
import { inTime } from '../adapters/time-limits.ts';
import { parseEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { envSchema } from './env.ts';
import { sweep, type SweepDeps } from './sweep.ts';

const env = parseEnv('notification-sweeper', envSchema, process.env);
const log = createLog('notification-sweeper');

const deps: SweepDeps = {
  notifications: createNotificationTable(openTable(createDocumentClient(), env.NOTIFICATIONS_TABLE)),
  publish: createPublish(new SNSClient(inTime), { topicArn: env.NOTIFICATIONS_TOPIC }),
  graceSeconds: env.GRACE_SECONDS,
  limit: 500,
  now: () => new Date(),
};

export const handler = async (): Promise<void> => {
  log.info('swept', { count: await sweep(deps) });
};
