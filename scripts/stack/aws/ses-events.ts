import { randomUUID } from 'node:crypto';
import type { SentMail } from './ses.ts';

export type SesEventType = 'SEND' | 'DELIVERY' | 'BOUNCE' | 'COMPLAINT' | 'REJECT';

export interface SesEvent {
  readonly type: SesEventType;
  /** As SES publishes it (SES developer guide, "Examples of event data that Amazon SES publishes to Amazon SNS"). */
  readonly body: object;
}

interface Sender {
  readonly region: string;
  readonly account: string;
  readonly identityArn: string;
  readonly principal: string;
}

/** Everything that happens to a mail: it is sent, then delivered, unless it goes to the mailbox simulator's other addresses. */
export function eventsOf(mail: SentMail, sender: Sender): SesEvent[] {
  const everyone = [...mail.to, ...mail.cc].map(bareAddress);
  const bounced = everyone.filter((address) => isSimulated(address, 'bounce'));
  const complaining = everyone.filter((address) => isSimulated(address, 'complaint'));
  const delivered = everyone.filter((address) => !bounced.includes(address));
  const common = toMail(mail, sender);
  const event = (type: SesEventType, eventType: string, detail: object): SesEvent => ({
    type,
    body: { eventType, mail: common, [eventType.toLowerCase()]: detail },
  });
  return [
    event('SEND', 'Send', {}),
    ...(delivered.length > 0 ? [event('DELIVERY', 'Delivery', delivery(mail, delivered))] : []),
    ...(bounced.length > 0 ? [event('BOUNCE', 'Bounce', bounce(mail, bounced))] : []),
    ...(complaining.length > 0 ? [event('COMPLAINT', 'Complaint', complaint(mail, complaining))] : []),
  ];
}

/** `Name <address>` to the address, in lower case. */
export const bareAddress = (address: string): string =>
  (/<([^<>]*)>\s*$/.exec(address)?.[1] ?? address).trim().toLowerCase();

/** https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html (mailbox simulator, labels allowed) */
const isSimulated = (address: string, what: string): boolean =>
  new RegExp(`^${what}(\\+[^@]*)?@simulator\\.amazonses\\.com$`).test(address);

function toMail(mail: SentMail, sender: Sender): object {
  const headers = [
    ['From', mail.from],
    ['To', mail.to.join(', ')],
    ...(mail.cc.length > 0 ? [['Cc', mail.cc.join(', ')]] : []),
    ['Subject', mail.subject],
    ...Object.entries(mail.headers),
  ];
  return {
    timestamp: mail.at,
    source: mail.from,
    sourceArn: sender.identityArn,
    sendingAccountId: sender.account,
    messageId: mail.id,
    destination: [...mail.to, ...mail.cc, ...mail.bcc].map(bareAddress),
    headersTruncated: false,
    headers: headers.map(([name, value]) => ({ name, value })),
    commonHeaders: { from: [mail.from], to: mail.to, messageId: mail.id, subject: mail.subject },
    tags: {
      'ses:operation': ['SendEmail'],
      'ses:configuration-set': [mail.configurationSet],
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [bareAddress(mail.from).split('@')[1]],
      'ses:caller-identity': [sender.principal],
      ...Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]])),
    },
  };
}

const delivery = (mail: SentMail, recipients: readonly string[]): object => ({
  timestamp: mail.at,
  processingTimeMillis: 1,
  recipients,
  smtpResponse: '250 2.6.0 Message received',
  remoteMtaIp: '127.0.0.1',
  reportingMTA: 'mta.example.com',
});

const bounce = (mail: SentMail, recipients: readonly string[]): object => ({
  feedbackId: `${randomUUID()}-000000`,
  bounceType: 'Permanent',
  bounceSubType: 'General',
  bouncedRecipients: recipients.map((emailAddress) => ({
    emailAddress,
    action: 'failed',
    status: '5.1.1',
    diagnosticCode: 'smtp; 550 5.1.1 user unknown',
  })),
  timestamp: mail.at,
  reportingMTA: 'dsn; mta.example.com',
});

const complaint = (mail: SentMail, recipients: readonly string[]): object => ({
  feedbackId: `${randomUUID()}-000000`,
  complaintSubType: null,
  complainedRecipients: recipients.map((emailAddress) => ({ emailAddress })),
  timestamp: mail.at,
  userAgent: 'Amazon SES Mailbox Simulator',
  complaintFeedbackType: 'abuse',
  arrivalDate: mail.at,
});
