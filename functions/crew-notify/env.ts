import * as z from 'zod';
import { origin, rate, seconds, text } from '../env.ts';

/** Environment of crew-notify. */
export const envSchema = z.object({
  NOTIFICATIONS_TABLE: text('the table of notifications (hash notification_id; indexes unsent, by-event)'),
  EVENTS_TABLE: text('the table of events (hash event_id, range created_timestamp)'),
  ASSIGNMENTS_TABLE: text('the table of assignments (hash event_id, range assignment_key; index by-crew)'),
  ENTRIES_TABLE: text('the table of entries (hash event_id, range entry_id)'),
  CREW_TABLE: text('the table of the crew registry (hash crew_id)'),
  /** `sailjada/link-keys`. */
  LINK_KEYS_SECRET: text('the name of the secret with the link keys: [{ kid, key, retiredAt }]'),
  /** `JADA crew <crew@sailjada.com>`. */
  MAIL_FROM: text('the sender of crew mail, as in JADA crew <crew@sailjada.com>'),
  /** Receives summaries and alerts; grants nothing. */
  CAPTAIN_ADDRESS: z.email('expected a mail address').describe("the captain's mail address"),
  /** Receives summaries and alerts; grants nothing. */
  MANAGER_ADDRESS: z.email('expected a mail address').describe("the booking manager's mail address"),
  /** `crew-mail`. */
  CONFIGURATION_SET: text('the name of the SES configuration set for crew mail'),
  CREW_URL: origin('the address of the crew site'),
  GUEST_URL: origin('the address of the guest site'),
  /** Where captain and booking manager look at revenue; summaries link to it. */
  BOARD_PAGE: z.url('expected a URL').describe('the address of the board as people open it'),
  /** `600`. */
  GRACE_SECONDS: seconds('how long a send without evidence stays in doubt before it is repeated'),
  /** `0.5`: a sandbox's one mail a second, shared by two instances. */
  MAILS_PER_SECOND: rate('how many mails one instance may send in a second').default(0.5),
});

export type Env = z.input<typeof envSchema>;
