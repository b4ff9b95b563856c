import * as z from 'zod';
import { seconds, text } from '../env.ts';

/** Environment of notification-sweeper. */
export const envSchema = z.object({
  NOTIFICATIONS_TABLE: text('the table of notifications (hash notification_id; indexes unsent, by-event)'),
  /** `arn:aws:sns:us-east-1:123456789012:scc-crew-notifications`. */
  NOTIFICATIONS_TOPIC: text('the ARN of the topic scc-crew-notifications'),
  /** `600`. */
  GRACE_SECONDS: seconds('how long a send without evidence stays in doubt before it is repeated'),
});

export type Env = z.input<typeof envSchema>;
