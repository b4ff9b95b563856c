import type { Notification } from '../model/notifications.ts';
import type { Instant, Zone } from '../model/time.ts';
import type { Refusal } from './guard.ts';
import type { BookingRecord, HeldLease } from './ledger.ts';
import type { BookingPlan } from './plan.ts';

/** A commit that touched a booking's file: its content before and after, as JSON; null where there was none. */
export interface FileCommit {
  readonly commit: string;
  readonly author: string;
  /** When it came into this history. */
  readonly at: Instant;
  readonly subject: string;
  readonly before: unknown;
  readonly after: unknown;
  /** Its path until then, when it had another. */
  readonly renamedFrom?: string | undefined;
}

/** What became of one mail, as SCC says it. */
export interface SentMail {
  readonly recipient: string;
  readonly kind: Notification['kind'];
  readonly revision: number;
  readonly state: string;
  readonly createdAt: Instant;
  readonly sentAt: Instant | null;
  readonly evidenceAt: Instant | null;
  readonly delivery: string | null;
  readonly reason: string | null;
  readonly attempts: number;
  readonly nextAttemptAt: Instant | null;
}

/** What apply would do about one booking now. */
export interface Pending {
  /** null when nothing changes. */
  readonly plan: BookingPlan | null;
  readonly refusals: readonly Refusal[];
  /** Of conflicts of it for which nothing is refused, in words. */
  readonly conflicts: readonly string[];
}

/** All that is known of one booking. What could not be asked is undefined, and `notAsked` says why. */
export interface StoryFacts {
  readonly bookingKey: string;
  /** In which times are said: the vessel's, where it is known. */
  readonly zone: Zone;
  /** The oldest first. */
  readonly commits?: readonly FileCommit[] | undefined;
  /** The file as it is in the checkout, as JSON; null when it is not there. */
  readonly file: unknown;
  /** The file as it was last committed; undefined when it is as in the checkout. */
  readonly committed?: unknown;
  /** Why its file is gone, as `forgotten.json` has it. */
  readonly forgotten: string | null;
  /** null: the ledger does not know it. */
  readonly record?: BookingRecord | null | undefined;
  /** Address of the guest's page. */
  readonly page?: string | undefined;
  readonly mails?: readonly SentMail[] | undefined;
  readonly pending?: Pending | undefined;
  readonly lease?: HeldLease | null | undefined;
  readonly notAsked: readonly { readonly what: string; readonly why: string }[];
}
