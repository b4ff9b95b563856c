import * as z from 'zod';
import type { Delivery, NotificationTable } from '../adapters/notification-table.ts';
import { decodeTag, NOTIFICATION_TAG } from '../adapters/ses.ts';
import type { Log } from '../log.ts';

const eventSchema = z.object({
  eventType: z.enum(['Send', 'Delivery', 'Bounce', 'Complaint', 'Reject']),
  mail: z.object({
    messageId: z.string(),
    timestamp: z.string(),
    tags: z.record(z.string(), z.array(z.string())).default({}),
  }),
  bounce: z.object({ bounceType: z.string(), bounceSubType: z.string() }).optional(),
});
type MailEvent = z.output<typeof eventSchema>;

/**
 * Records one event of SES (a JSON text) at the notification that its tag names. Every event proves that SES took
 * the mail, so a lost Send event costs nothing. Events repeat and come in any order. What is not about a
 * notification of ours is left alone: asking for it again would not change it.
 */
export async function recordMailEvent(
  message: string,
  { notifications, log }: { notifications: Pick<NotificationTable, 'evidence' | 'delivery'>; log: Log },
): Promise<void> {
  const event = readEvent(message);
  const tag = event?.mail.tags[NOTIFICATION_TAG]?.[0];
  if (event === undefined || tag === undefined) return log.warn('not an event of a notification');
  const id = decodeTag(tag);
  await notifications.evidence(id, { at: event.mail.timestamp, messageId: event.mail.messageId });
  const delivery = deliveryOf(event);
  if (delivery !== undefined) await notifications.delivery(id, delivery, reasonOf(event));
  log.info('mail event', { notificationId: id, kind: event.eventType });
}

function readEvent(message: string): MailEvent | undefined {
  try {
    return eventSchema.parse(JSON.parse(message));
  } catch {
    return undefined;
  }
}

/** A transient bounce is a full mailbox or an answering machine; only others mean that the address is dead. */
const deliveryOf = ({ eventType, bounce }: MailEvent): Delivery | undefined =>
  eventType === 'Bounce' && bounce?.bounceType === 'Transient' ? 'deferred' : DELIVERY[eventType];

const DELIVERY: Record<MailEvent['eventType'], Delivery | undefined> = {
  Send: undefined,
  Delivery: 'delivered',
  Bounce: 'bounced',
  Complaint: 'complained',
  Reject: 'rejected',
};

const reasonOf = ({ bounce }: MailEvent): string | undefined =>
  bounce && `${bounce.bounceType}, ${bounce.bounceSubType}`;
