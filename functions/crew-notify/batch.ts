import * as z from 'zod';
import { notificationMessageSchema } from '../adapters/notification-topic.ts';
import type { Log } from '../log.ts';
import type { Outcome } from './deliver.ts';

/** What SQS hands over; `body` is our message, or SNS's envelope around it. */
export interface QueueBatch {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}
export interface BatchReply {
  readonly batchItemFailures: { readonly itemIdentifier: string }[];
}

/** Delivers one after the other (SES counts mails a second) and reports those that the queue has to bring back. */
export async function deliverBatch(
  batch: QueueBatch,
  deps: { deliver: (notificationId: string) => Promise<Outcome>; log: Log },
): Promise<BatchReply> {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { messageId, body } of batch.Records) {
    try {
      const notificationId = readNotificationId(body);
      const state = await deps.deliver(notificationId);
      deps.log.info('notification', { notificationId, state });
    } catch (error) {
      deps.log.error('notification failed', { error });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
}

const envelopeSchema = z.object({ Type: z.literal('Notification'), Message: z.string() });

function readNotificationId(body: string): string {
  const json: unknown = JSON.parse(body);
  const envelope = envelopeSchema.safeParse(json);
  const message: unknown = envelope.success ? JSON.parse(envelope.data.Message) : json;
  return notificationMessageSchema.parse(message).notificationId;
}
