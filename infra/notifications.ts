import * as aws from '@pulumi/aws';
import { createEventFunction, createFunction } from './functions.ts';
import type { Foundation } from './foundation.ts';
import * as policies from './policies.ts';
import { createSchedule } from './schedules.ts';

/** From an intent to a mail: queue → crew-notify → SES; the sweeper repeats what was not sent, reminders make new ones. */
export function declareNotifications(foundation: Foundation): void {
  declareSender(foundation);
  declareSweeper(foundation);
  declareReminders(foundation);
}

/** Instances that send at the same time; AWS takes no fewer. */
const SENDERS = 2;

function declareSender(foundation: Foundation): void {
  const { config, arns, tables, secrets, outbox, mail } = foundation;
  const sender = createFunction(foundation, 'crew-notify', {
    env: {
      NOTIFICATIONS_TABLE: tables.notifications.name,
      EVENTS_TABLE: tables.events.name,
      ASSIGNMENTS_TABLE: tables.assignments.name,
      CREW_TABLE: tables.crew.name,
      ENTRIES_TABLE: tables.entries.name,
      LINK_KEYS_SECRET: secrets.linkKeys.name,
      MAIL_FROM: config.mail.from,
      CAPTAIN_ADDRESS: config.mail.captain,
      MANAGER_ADDRESS: config.mail.manager,
      CONFIGURATION_SET: mail.configurationSet.configurationSetName,
      CREW_URL: config.urls.crew,
      GUEST_URL: config.urls.guest,
      BOARD_PAGE: config.boardPage,
      GRACE_SECONDS: String(config.graceSeconds),
      MAILS_PER_SECOND: String(config.rates.mailsPerSecond / SENDERS),
    },
    statements: arns.apply(policies.crewNotify),
    timeoutSeconds: 60,
  });
  new aws.lambda.EventSourceMapping(
    'crew-notify',
    {
      eventSourceArn: outbox.queue.arn,
      functionName: sender.alias.arn,
      batchSize: 10,
      // Together they keep to the rate of the account.
      scalingConfig: { maximumConcurrency: SENDERS },
      functionResponseTypes: ['ReportBatchItemFailures'],
    },
    { dependsOn: [sender.policy] },
  );
}

function declareSweeper(foundation: Foundation): void {
  const { config, arns, tables, outbox } = foundation;
  const name = 'notification-sweeper';
  const handler = createEventFunction(foundation, name, {
    env: {
      NOTIFICATIONS_TABLE: tables.notifications.name,
      NOTIFICATIONS_TOPIC: outbox.topic.arn,
      GRACE_SECONDS: String(config.graceSeconds),
    },
    statements: arns.apply(policies.notificationSweeper),
    timeoutSeconds: 60,
  });
  createSchedule(foundation, name, { handler, expression: 'rate(5 minutes)' });
}

/** Asks again who has not answered, and says what follows from the answers. */
function declareReminders(foundation: Foundation): void {
  const { arns, tables, outbox } = foundation;
  const name = 'crew-reminders';
  const handler = createEventFunction(foundation, name, {
    env: {
      EVENTS_TABLE: tables.events.name,
      ASSIGNMENTS_TABLE: tables.assignments.name,
      CREW_TABLE: tables.crew.name,
      ENTRIES_TABLE: tables.entries.name,
      NOTIFICATIONS_TABLE: tables.notifications.name,
      NOTIFICATIONS_TOPIC: outbox.topic.arn,
    },
    statements: arns.apply(policies.crewReminders),
    timeoutSeconds: 60,
  });
  createSchedule(foundation, name, { handler, expression: 'rate(15 minutes)' });
}
