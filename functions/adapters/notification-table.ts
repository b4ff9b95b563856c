import * as z from 'zod';
import { notificationIdOf } from '#bookings/model/ids.ts';
import { notificationSchema, type Notification } from '#bookings/model/notifications.ts';
import type { Expression, Item, Table } from './dynamodb.ts';

/**
 * pending → claimed → sent. A pending one with a reason could not be sent yet, and is tried again. `expired`: the
 * charter was over; `superseded`: later news says it, or made it untrue; `failed`: given up, with a reason.
 */
export const INTENT_STATES = ['pending', 'claimed', 'sent', 'expired', 'superseded', 'failed'] as const;
export type IntentState = (typeof INTENT_STATES)[number];

/** What became of a mail after SES took it, the weightiest last: a later one never hides a weightier. */
export const DELIVERIES = ['deferred', 'delivered', 'rejected', 'bounced', 'complained'] as const;
export type Delivery = (typeof DELIVERIES)[number];

/** What an intent waits for: the release of its revision, or nothing, when what it says comes from no revision. */
export const GATES = ['release', 'none'] as const;
export type Gate = (typeof GATES)[number];

/** The intent to tell one person one thing, once. */
export interface Intent {
  readonly id: string;
  readonly bookingKey: string;
  readonly notification: Notification;
  readonly revision: number;
  readonly gate: Gate;
  readonly state: IntentState;
  /** How often it was postponed, and until when. */
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly createdAt: string;
  readonly claimedAt: string | null;
  readonly sentAt: string | null;
  /** When SES's own event showed that it was sent. */
  readonly evidenceAt: string | null;
  readonly delivery: Delivery | null;
  readonly reason: string | null;
}

export interface NewIntent {
  readonly notification: Notification;
  readonly bookingKey: string;
  readonly revision: number;
  readonly gate: Gate;
  readonly createdAt: string;
  /** Instant after which the table may forget it. */
  readonly expiresAt: string;
}

export interface NotificationTable {
  /** False when it exists: then nothing changes. */
  create(intent: NewIntent): Promise<boolean>;
  find(id: string): Promise<Intent | undefined>;
  ofEvent(eventId: string): Promise<Intent[]>;
  ofRecipient(eventId: string, recipient: string): Promise<Intent[]>;
  /** Ids of those not yet dealt with that were created before and are not postponed beyond `now`, the oldest first. */
  due(time: { createdBefore: string; now: string }, limit: number): Promise<string[]>;
  /** Ids of all that wait to be sent to somebody, postponed ones too. */
  unsentTo(recipient: string): Promise<string[]>;
  /** Takes it in hand: pending, or claimed before `staleBefore` without evidence since. False when it is not ours. */
  claim(id: string, at: string, staleBefore: string): Promise<boolean>;
  /** Gives back a claim whose mail was certainly not sent. */
  unclaim(id: string, claimedAt: string): Promise<void>;
  /** Leaves it for later, with the reason; gives back the claim of `heldSince`, if any. Not where somebody else has a claim. */
  postpone(
    id: string,
    later: { until: string; reason: string; heldSince?: string | undefined },
  ): Promise<void>;
  sent(id: string, sent: { at: string; messageId: string }): Promise<void>;
  /** Ends it without a mail; one that was sent meanwhile stays sent. */
  close(id: string, end: { state: 'expired' | 'superseded' | 'failed'; reason: string }): Promise<void>;
  /** An event of SES proves that it was sent. Repeats and any order are fine; an unknown id is no error. */
  evidence(id: string, proof: { at: string; messageId: string }): Promise<void>;
  delivery(id: string, delivery: Delivery, reason?: string): Promise<void>;
}

export function createNotificationTable(table: Table): NotificationTable {
  const keyOf = (id: string) => ({ notification_id: id });
  const change = async (id: string, expression: Expression, condition: Expression) =>
    table.update(keyOf(id), expression, condition);
  return {
    create: (intent) => table.put(toItem(intent), { text: 'attribute_not_exists(#notification_id)' }),
    async find(id) {
      const item = await table.get(keyOf(id));
      return item && toIntent(item);
    },
    async ofEvent(eventId) {
      const where = { text: '#event_id = :id', values: { id: eventId } };
      return (await table.query({ index: 'by-event', where })).map(toIntent);
    },
    async ofRecipient(eventId, recipient) {
      const where = {
        text: '#event_id = :id AND begins_with(#notification_id, :prefix)',
        values: { id: eventId, prefix: `${eventId}#${recipient}#` },
      };
      return (await table.query({ index: 'by-event', where })).map(toIntent);
    },
    async due({ createdBefore, now }, limit) {
      const where = {
        text: '#unsent = :yes AND #created_at < :before',
        values: { yes: UNSENT, before: createdBefore },
      };
      const filter = {
        text: 'attribute_not_exists(#next_attempt_at) OR #next_attempt_at <= :now',
        values: { now },
      };
      return (await table.query({ index: 'unsent', where, filter, limit })).map(idOf);
    },
    async unsentTo(recipient) {
      const where = { text: '#unsent = :yes', values: { yes: UNSENT } };
      const filter = { text: '#recipient = :recipient', values: { recipient } };
      return (await table.query({ index: 'unsent', where, filter })).map(idOf);
    },
    claim: (id, at, staleBefore) =>
      change(
        id,
        {
          text: 'SET #state = :claimed, #claimed_at = :at REMOVE #reason, #next_attempt_at',
          values: { claimed: 'claimed', at },
        },
        {
          text: '#state = :pending OR (#state = :claimed AND #claimed_at < :stale AND attribute_not_exists(#evidence_at))',
          values: { pending: 'pending', stale: staleBefore },
        },
      ),
    async unclaim(id, claimedAt) {
      const expression = { text: 'SET #state = :pending REMOVE #claimed_at', values: { pending: 'pending' } };
      const ours = {
        text: '#state = :claimed AND #claimed_at = :at AND attribute_not_exists(#evidence_at)',
        values: { claimed: 'claimed', at: claimedAt },
      };
      await change(id, expression, ours);
    },
    async postpone(id, { until, reason, heldSince = '' }) {
      const expression = {
        text:
          'SET #state = :pending, #reason = :reason, #next_attempt_at = :until, ' +
          '#attempts = if_not_exists(#attempts, :none) + :one REMOVE #claimed_at',
        values: { pending: 'pending', reason, until, none: 0, one: 1 },
      };
      const free = {
        text: '#state = :pending OR (#state = :claimed AND #claimed_at = :at AND attribute_not_exists(#evidence_at))',
        values: { claimed: 'claimed', at: heldSince },
      };
      await change(id, expression, free);
    },
    async sent(id, { at, messageId }) {
      await change(id, sentChange('sent_at', at, messageId), EXISTS);
    },
    async close(id, { state, reason }) {
      const expression = {
        text: 'SET #state = :state, #reason = :reason REMOVE #unsent',
        values: { state, reason },
      };
      await change(id, expression, { text: '#state <> :sent', values: { sent: 'sent' } });
    },
    async evidence(id, { at, messageId }) {
      await change(id, sentChange('evidence_at', at, messageId), EXISTS);
    },
    async delivery(id, delivery, reason) {
      const lighter = DELIVERIES.slice(0, DELIVERIES.indexOf(delivery));
      const expression = {
        text: `SET #delivery = :delivery${reason === undefined ? ' REMOVE #reason' : ', #reason = :reason'}`,
        values: { delivery, ...(reason !== undefined && { reason }) },
      };
      await change(id, expression, lighterThan(lighter));
    },
  };
}

/** Present only while something is left to do: what the sweeper's index holds. */
const UNSENT = '1';
const idOf = (item: Item): string => String(item['notification_id']);
const EXISTS: Expression = { text: 'attribute_exists(#notification_id)' };

const sentChange = (stamp: 'sent_at' | 'evidence_at', at: string, messageId: string): Expression => ({
  text: `SET #state = :sent, #${stamp} = if_not_exists(#${stamp}, :at), #message_id = if_not_exists(#message_id, :message) REMOVE #unsent`,
  values: { sent: 'sent', at, message: messageId },
});

function lighterThan(deliveries: readonly Delivery[]): Expression {
  const text = 'attribute_exists(#notification_id) AND (attribute_not_exists(#delivery)';
  if (deliveries.length === 0) return { text: `${text})` };
  const names = deliveries.map((_, index) => `:lighter${index}`);
  return {
    text: `${text} OR #delivery IN (${names.join(', ')}))`,
    values: Object.fromEntries(deliveries.map((one, index) => [`lighter${index}`, one])),
  };
}

function toItem({ notification, bookingKey, revision, gate, createdAt, expiresAt }: NewIntent): Item {
  const { eventId, recipient, kind, occasion, position, changes } = notification;
  return {
    notification_id: notificationIdOf(notification),
    event_id: eventId,
    booking_key: bookingKey,
    recipient,
    kind,
    occasion,
    position,
    changes,
    revision,
    gate,
    state: 'pending',
    unsent: UNSENT,
    created_at: createdAt,
    expires_at: Math.floor(new Date(expiresAt).getTime() / 1000),
  };
}

const stamp = z.string().nullable().default(null);
const itemSchema = z.object({
  ...notificationSchema.omit({ eventId: true }).shape,
  notification_id: z.string(),
  event_id: z.string(),
  booking_key: z.string(),
  revision: z.int(),
  gate: z.enum(GATES).default('release'),
  state: z.enum(INTENT_STATES),
  attempts: z.int().default(0),
  next_attempt_at: stamp,
  created_at: z.string(),
  claimed_at: stamp,
  sent_at: stamp,
  evidence_at: stamp,
  delivery: z.enum(DELIVERIES).nullable().default(null),
  reason: stamp,
});

function toIntent(item: Item): Intent {
  const stored = itemSchema.parse(item);
  const { recipient, kind, occasion, position, changes } = stored;
  return {
    id: stored.notification_id,
    bookingKey: stored.booking_key,
    notification: { eventId: stored.event_id, recipient, kind, occasion, position, changes },
    revision: stored.revision,
    gate: stored.gate,
    state: stored.state,
    attempts: stored.attempts,
    nextAttemptAt: stored.next_attempt_at,
    createdAt: stored.created_at,
    claimedAt: stored.claimed_at,
    sentAt: stored.sent_at,
    evidenceAt: stored.evidence_at,
    delivery: stored.delivery,
    reason: stored.reason,
  };
}
