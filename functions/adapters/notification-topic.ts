import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import * as z from 'zod';

/** What travels over the topic and the queue behind it: only an id; everything else is read when it is sent. */
export const notificationMessageSchema = z.strictObject({ notificationId: z.string() });

/** Wakes the sender. At least once: the sender takes care that nobody is told twice. */
export type Publish = (notificationId: string) => Promise<void>;

export const createPublish =
  (client: SNSClient, options: { readonly topicArn: string }): Publish =>
  async (notificationId) => {
    const message: z.input<typeof notificationMessageSchema> = { notificationId };
    await client.send(new PublishCommand({ TopicArn: options.topicArn, Message: JSON.stringify(message) }));
  };
