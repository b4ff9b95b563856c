import * as z from 'zod';
import { text } from '../env.ts';

/** Environment of expense-sync. */
export const envSchema = z.object({
  EVENTS_TABLE: text('the table of events (hash event_id, range created_timestamp; index expenses-due)'),
  ENTRIES_TABLE: text('the table of entries (hash event_id, range entry_id)'),
  /** `dashboard-api`. */
  DASHBOARD_API_FUNCTION: text('the name of the Lambda function dashboard-api'),
});

export type Env = z.input<typeof envSchema>;
