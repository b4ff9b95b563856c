import * as z from 'zod';
import { hashes, origin, text } from '#functions/env.ts';

/** Environment of crew-portal. */
export const envSchema = z.object({
  EVENTS_TABLE: text('the table of events (hash event_id, range created_timestamp)'),
  ASSIGNMENTS_TABLE: text('the table of assignments (hash event_id, range assignment_key; index by-crew)'),
  CREW_TABLE: text('the table of the crew registry (hash crew_id)'),
  ENTRIES_TABLE: text('the table of entries (hash event_id, range entry_id)'),
  /** `sailjada/link-keys`. */
  LINK_KEYS_SECRET: text('the name of the secret with the link keys: [{ kid, key, retiredAt }]'),
  /** Of the header `x-origin-secret` that CloudFront adds. */
  ORIGIN_SECRET_HASH: hashes('the origin secret that the distributions send'),
  CREW_URL: origin('the address of the crew site'),
  /** Pictures are sent there and come from there: the pages' security policy names it. */
  PHOTOS_ORIGIN: origin('the address of the photos bucket'),
});

export type Env = z.input<typeof envSchema>;
