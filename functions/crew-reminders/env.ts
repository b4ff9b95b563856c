import * as z from 'zod';
import { text } from '../env.ts';

/** Environment of crew-reminders. */
export const envSchema = z.object({
  EVENTS_TABLE: text('the table of events (hash event_id, range created_timestamp; index by-start)'),
  ASSIGNMENTS_TABLE: text('the table of assignments (hash event_id, range assignment_key; index by-crew)'),
  CREW_TABLE: text('the table of the crew registry (hash crew_id)'),
  ENTRIES_TABLE: text('the table of entries (hash event_id, range entry_id)'),
  NOTIFICATIONS_TABLE: text('the table of notifications (hash notification_id; indexes unsent, by-event)'),
  /** `arn:aws:sns:us-east-1:123456789012:scc-crew-notifications`. */
  NOTIFICATIONS_TOPIC: text('the ARN of the topic scc-crew-notifications'),
});

export type Env = z.input<typeof envSchema>;
