import * as z from 'zod';
import { notificationKinds, notificationSchema } from '#bookings/model/notifications.ts';
import { DELIVERIES, INTENT_STATES } from '../adapters/notification-table.ts';

const instant = z.string().nullable();

/** One notification and what became of it, as SCC's API says it: no contents, no addresses. */
export const sentNotificationSchema = z.object({
  id: z.string(),
  recipient: z.string(),
  kind: z.enum(notificationKinds),
  revision: z.int(),
  state: z.enum(INTENT_STATES),
  createdAt: z.string(),
  claimedAt: instant,
  sentAt: instant,
  /** When the mail service's own event showed that it was sent. */
  evidenceAt: instant,
  delivery: z.enum(DELIVERIES).nullable(),
  /** Why it was not sent, or not yet. */
  reason: z.string().nullable(),
  /** How often it was postponed, and until when. */
  attempts: z.int(),
  nextAttemptAt: instant,
});
export type SentNotification = z.output<typeof sentNotificationSchema>;

/** Reply to a release: who is told what. */
export const releasedSchema = z.object({
  told: z.array(notificationSchema),
  /** Recipients without an active address: their mails wait, and the operator has to reach them otherwise. */
  withoutAddress: z.array(z.string()),
});
export type Released = z.output<typeof releasedSchema>;
