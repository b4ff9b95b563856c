import * as z from 'zod';
import { text } from '../env.ts';

/** Environment of mail-events. */
export const envSchema = z.object({
  NOTIFICATIONS_TABLE: text('the table of notifications (hash notification_id; indexes unsent, by-event)'),
});

export type Env = z.input<typeof envSchema>;
