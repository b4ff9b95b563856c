import * as z from 'zod';
import { hashes, origin, text } from '../env.ts';

/** Environment of scc-api. */
export const envSchema = z.object({
  /** Two hashes while the key is rotated: `4f53…,9a1c…`. */
  SERVICE_KEY_HASH: hashes('the service key (secret sailjada/scc-service-key)'),
  /** Of the header `x-origin-secret` that CloudFront adds. */
  ORIGIN_SECRET_HASH: hashes('the origin secret that the distributions send'),
  /** `sailjada/link-keys`. */
  LINK_KEYS_SECRET: text('the name of the secret with the link keys: [{ kid, key, retiredAt }]'),
  EVENTS_TABLE: text('the table of events (hash event_id, range created_timestamp)'),
  ASSIGNMENTS_TABLE: text('the table of assignments (hash event_id, range assignment_key; index by-crew)'),
  CREW_TABLE: text('the table of the crew registry (hash crew_id)'),
  ENTRIES_TABLE: text('the table of entries (hash event_id, range entry_id)'),
  NOTIFICATIONS_TABLE: text('the table of notifications (hash notification_id; indexes unsent, by-event)'),
  /** `arn:aws:sns:us-east-1:123456789012:scc-crew-notifications`. */
  NOTIFICATIONS_TOPIC: text('the ARN of the topic scc-crew-notifications'),
  /** `sailjada-photos`. */
  PHOTOS_BUCKET: text('the bucket of photos and receipts'),
  GUEST_URL: origin('the address of the guest site'),
  CREW_URL: origin('the address of the crew site'),
});

export type Env = z.input<typeof envSchema>;
