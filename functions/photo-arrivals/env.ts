import * as z from 'zod';
import { text } from '../env.ts';

/** Environment of photo-arrivals. */
export const envSchema = z.object({
  /** `sailjada-photos`. */
  PHOTOS_BUCKET: text('the bucket of photos and receipts'),
  EVENTS_TABLE: text('the table of events (hash event_id, range created_timestamp)'),
  ENTRIES_TABLE: text('the table of entries (hash event_id, range entry_id)'),
});

export type Env = z.input<typeof envSchema>;
