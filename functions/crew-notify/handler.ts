import { setTimeout as delay } from 'node:timers/promises';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createPace } from '#bookings/reconcile/pace.ts';
import { createDocumentClient, openTable } from '../adapters/dynamodb.ts';
import { createNotificationTable } from '../adapters/notification-table.ts';
import { createSecret } from '../adapters/secrets.ts';
import { createSendMail, createSesClient } from '../adapters/ses.ts';
import { inTime } from '../adapters/time-limits.ts';
import { parseEnv } from '../env.ts';
import { createLog } from '../log.ts';
import { createAssignmentStore } from '../scc/assignment-store.ts';
import { createCrewRegistry } from '../scc/crew-registry.ts';
import { createEntryStore } from '../scc/entries/entry-store.ts';
import { createEventStore } from '../scc/event-store.ts';
import { createLinkKeys } from '../scc/link-keys.ts';
import { deliverBatch, type QueueBatch } from './batch.ts';
import { deliver, type DeliverDeps } from './deliver.ts';
import { envSchema } from './env.ts';

const env = parseEnv('crew-notify', envSchema, process.env);
const document = createDocumentClient();
const linkKeys = createLinkKeys(
  createSecret(new SecretsManagerClient(inTime), { name: env.LINK_KEYS_SECRET }),
);
const log = createLog('crew-notify');
const send = createSendMail(createSesClient(), {
  from: env.MAIL_FROM,
  configurationSet: env.CONFIGURATION_SET,
});
// SES drops what is above its rate, and what it dropped comes back only after minutes.
const pace = createPace(
  { most: env.MAILS_PER_SECOND, milliseconds: 1000 },
  { now: () => performance.now(), delay },
);

const deps: DeliverDeps = {
  notifications: createNotificationTable(openTable(document, env.NOTIFICATIONS_TABLE)),
  events: createEventStore(openTable(document, env.EVENTS_TABLE)),
  assignments: createAssignmentStore(openTable(document, env.ASSIGNMENTS_TABLE)),
  entries: createEntryStore(openTable(document, env.ENTRIES_TABLE)),
  registry: createCrewRegistry(openTable(document, env.CREW_TABLE)),
  send: (mail) => pace(() => send(mail)),
  linkKeys,
  captainAddress: env.CAPTAIN_ADDRESS,
  managerAddress: env.MANAGER_ADDRESS,
  crewUrl: env.CREW_URL,
  guestUrl: env.GUEST_URL,
  boardPage: env.BOARD_PAGE,
  graceSeconds: env.GRACE_SECONDS,
  now: () => new Date(),
  log,
};

export const handler = (batch: QueueBatch) =>
  deliverBatch(batch, { deliver: (notificationId) => deliver(notificationId, deps), log });
