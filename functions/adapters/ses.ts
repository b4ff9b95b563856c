import { SendEmailCommand, SESv2Client, SESv2ServiceException } from '@aws-sdk/client-sesv2';
import { timeLimits } from './time-limits.ts';

export interface Mail {
  readonly to: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** Notification id: comes back with every event of SES about this mail. */
  readonly notificationId: string;
}

/** Throws {@link MailRefused} or {@link MailDeferred}; after anything else the mail may or may not be on its way. */
export type SendMail = (mail: Mail) => Promise<{ readonly messageId: string }>;

/** SES did certainly not take this mail, and will not before somebody has changed something: an address to verify, say. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused';
}

/** SES did certainly not take this mail now, and may take it later: throttled, paused, or not set up. */
export class MailDeferred extends Error {
  override readonly name = 'MailDeferred';
}

/** Retries of the SDK would repeat a send whose answer was lost: each call is made once, and the claim decides. */
export const createSesClient = (): SESv2Client =>
  new SESv2Client({
    maxAttempts: 1,
    requestHandler: timeLimits(3_000, 10_000),
  });

export const createSendMail =
  (client: SESv2Client, options: { readonly from: string; readonly configurationSet: string }): SendMail =>
  async (mail) => {
    try {
      const { MessageId } = await client.send(toCommand(mail, options));
      return { messageId: MessageId ?? '' };
    } catch (error) {
      throw toMailError(error);
    }
  };

const toCommand = (mail: Mail, { from, configurationSet }: { from: string; configurationSet: string }) =>
  new SendEmailCommand({
    FromEmailAddress: from,
    Destination: { ToAddresses: [...mail.to] },
    ReplyToAddresses: [...mail.replyTo],
    Content: {
      Simple: {
        Subject: { Data: mail.subject, Charset: 'UTF-8' },
        Body: {
          Text: { Data: mail.text, Charset: 'UTF-8' },
          Html: { Data: mail.html, Charset: 'UTF-8' },
        },
        // Answering machines stay silent (RFC 3834).
        Headers: [{ Name: 'Auto-Submitted', Value: 'auto-generated' }],
      },
    },
    EmailTags: [{ Name: NOTIFICATION_TAG, Value: encodeTag(mail.notificationId) }],
    ConfigurationSetName: configurationSet,
  });

export const NOTIFICATION_TAG = 'notification';

/** SES allows only `A–Z a–z 0–9 _ -` in a tag's value, at most 256 characters. */
export const encodeTag = (notificationId: string): string =>
  Buffer.from(notificationId).toString('base64url');
export const decodeTag = (tag: string): string => Buffer.from(tag, 'base64url').toString();

/** Refusals that are about this one message; other client errors are about our account or set-up. */
const REFUSALS: ReadonlySet<string> = new Set(['MessageRejected', 'BadRequestException']);

function toMailError(error: unknown): unknown {
  if (!(error instanceof SESv2ServiceException)) return error;
  if (REFUSALS.has(error.name)) return new MailRefused(error.message, { cause: error });
  const status = error.$metadata.httpStatusCode ?? 0;
  return status >= 400 && status < 500 ? new MailDeferred(error.message, { cause: error }) : error;
}
