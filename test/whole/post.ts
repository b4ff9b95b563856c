import type { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { NOTIFICATION_TAG } from '#functions/adapters/ses.ts';
import type { Publish } from '#functions/adapters/notification-topic.ts';
import type { Machine } from './machine.ts';

/** A mail that SES took, with everything that its reader sees. */
export interface SentMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** The notification that it is, as its tag says. */
  readonly tag: string;
}

export interface Message {
  readonly body: string;
  readonly receives: number;
}

export interface Post {
  /** Every mail that SES ever took, in order: it knows no idempotence. */
  readonly mailbox: Map<string, SentMail>;
  /** The queue of crew-notify, by message id. */
  readonly queue: Map<string, Message>;
  readonly deadLetters: Map<string, Message>;
  /** Send events on their way to mail-events: ours to deliver late, twice or never. */
  readonly evidence: Map<string, Message>;
  readonly counters: Map<string, number>;
}

/** SES, and the topic with the queue behind it. */
export function createPost({ mailbox, queue, evidence, counters }: Post, { call }: Machine, now: () => Date) {
  const nextId = (what: string): string => {
    const count = (counters.get(what) ?? 0) + 1;
    counters.set(what, count);
    return `${what}-${String(count).padStart(5, '0')}`;
  };
  const accept = ({ input }: SendEmailCommand) => {
    const messageId = nextId('mail');
    const { Subject, Body } = input.Content!.Simple!;
    const tag = input.EmailTags![0]!.Value!;
    mailbox.set(messageId, {
      to: input.Destination!.ToAddresses!.join(', '),
      subject: Subject!.Data!,
      text: Body!.Text!.Data!,
      html: Body!.Html!.Data!,
      tag: Buffer.from(tag, 'base64url').toString(),
    });
    const mail = { messageId, timestamp: now().toISOString(), tags: { [NOTIFICATION_TAG]: [tag] } };
    evidence.set(messageId, { body: JSON.stringify({ eventType: 'Send', mail }), receives: 0 });
    return { MessageId: messageId };
  };
  const publish: Publish = (notificationId) =>
    call(
      `SNS publish ${notificationId}`,
      () => void queue.set(nextId('message'), { body: JSON.stringify({ notificationId }), receives: 0 }),
      2,
    );
  const ses = { send: (command: SendEmailCommand) => call('SES send', () => accept(command)) };
  return { publish, ses: ses as unknown as SESv2Client };
}
