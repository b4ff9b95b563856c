import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { AwsError, type AwsService, type Caller, type Fetch } from '../stand-in.ts';
import type { KeptMap } from '../persistent-map.ts';
import { parseJson } from './json-service.ts';
import { createMailbox } from './mailbox.ts';
import { notImplemented } from './not-implemented.ts';
import {
  badRequest,
  rawContent,
  readRaw,
  readSimple,
  simpleContent,
  type MailContent,
} from './ses-content.ts';
import { bareAddress, eventsOf, type SesEventType } from './ses-events.ts';

/** A mail that was accepted, as the mailbox keeps it. */
export interface SentMail {
  /** SES message id */
  readonly id: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly from: string;
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
  /** Its own headers by name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet?: string;
  /** ISO 8601, UTC */
  readonly at: string;
}

export interface EventDestination {
  readonly configurationSet: string;
  readonly topicArn: string;
  readonly eventTypes: readonly SesEventType[];
}

export interface SesOptions {
  readonly region: string;
  readonly account: string;
  /** Verified addresses and domains; a domain verifies its addresses and subdomains. */
  readonly identities: readonly string[];
  readonly configurationSets: readonly string[];
  readonly eventDestinations: readonly EventDestination[];
  /** Publishes an event to a topic on behalf of a configuration set (its ARN). */
  readonly publish: (topicArn: string, message: string, configurationSetArn: string) => void;
  readonly messages: KeptMap<SentMail>;
  /** Events that could not be published; as with SES, the mail is sent all the same. */
  readonly log: (line: string) => void;
  /** An account in the sandbox may write to verified recipients only. */
  readonly sandbox?: boolean;
}

export interface Ses {
  readonly service: AwsService;
  /** `GET /messages` (JSON), `GET /` and `GET /messages/<id>` (pages). */
  readonly mailbox: Fetch;
}

const addresses = z.array(z.string()).default([]);
const sendEmail = z.strictObject({
  FromEmailAddress: z.string().optional(),
  Destination: z
    .strictObject({ ToAddresses: addresses, CcAddresses: addresses, BccAddresses: addresses })
    .prefault({}),
  ReplyToAddresses: addresses,
  Content: z.strictObject({ Simple: simpleContent.optional(), Raw: rawContent.optional() }),
  EmailTags: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]),
  ConfigurationSetName: z.string().optional(),
});
type SendEmail = z.output<typeof sendEmail>;

const MAX_RECIPIENTS = 50;
/** SES API v2, `MessageTag` */
const TAG = /^[A-Za-z0-9_-]{1,256}$/;

/** SES v2 as far as `SendEmail`, with a mailbox in place of the world. */
export function createSes(options: SesOptions): Ses {
  return {
    mailbox: createMailbox(options.messages),
    async service(request, caller) {
      const { pathname } = new URL(request.url);
      if (request.method !== 'POST' || pathname !== '/v2/email/outbound-emails') {
        throw notImplemented(`SES ${request.method} ${pathname}`);
      }
      const mail = accept(readInput(await request.text()), options, caller);
      options.messages.set(mail.id, mail);
      publishEvents(mail, options, caller);
      return Response.json({ MessageId: mail.id });
    },
  };
}

function readInput(text: string): SendEmail {
  const input = parseJson(text) as { Content?: object } | null;
  if ('Template' in (input?.Content ?? {})) throw notImplemented('SES SendEmail with a template');
  const parsed = sendEmail.safeParse(input);
  if (!parsed.success) throw badRequest(z.prettifyError(parsed.error));
  return parsed.data;
}

function accept(input: SendEmail, options: SesOptions, caller: Caller): SentMail {
  const content = readContent(input);
  const { ToAddresses, CcAddresses: cc, BccAddresses: bcc } = input.Destination;
  const from = input.FromEmailAddress ?? content.from;
  if (from === undefined) throw badRequest("Missing required header 'From'.");
  const to = ToAddresses.length + cc.length + bcc.length === 0 ? (content.to ?? []) : ToAddresses;
  const recipients = [...to, ...cc, ...bcc];
  [from, ...recipients, ...input.ReplyToAddresses].forEach(checkAddress);
  if (recipients.length === 0) throw badRequest('No recipients specified');
  if (recipients.length > MAX_RECIPIENTS) throw badRequest(`Recipient count exceeds ${MAX_RECIPIENTS}.`);
  authorize(input, from, options, caller);
  checkVerified([from, ...(options.sandbox ? recipients : [])], options);
  return {
    id: `0100${Date.now().toString(16).padStart(12, '0')}-${randomUUID()}-000000`,
    from,
    to,
    cc,
    bcc,
    replyTo: input.ReplyToAddresses,
    subject: content.subject,
    ...(content.text !== undefined && { text: content.text }),
    ...(content.html !== undefined && { html: content.html }),
    headers: content.headers,
    tags: readTags(input),
    ...(input.ConfigurationSetName !== undefined && { configurationSet: input.ConfigurationSetName }),
    at: new Date().toISOString(),
  };
}

function readContent({ Content: { Simple, Raw } }: SendEmail): MailContent {
  if (Simple !== undefined && Raw === undefined) return readSimple(Simple);
  if (Raw !== undefined && Simple === undefined) return readRaw(Raw);
  throw badRequest('The content must be either Simple or Raw');
}

/** Addresses are 7-bit ASCII; other characters in a name have to be encoded words (SES API v2, `Destination`). */
function checkAddress(address: string): void {
  if (!/^[ -~]+$/.test(address)) throw badRequest('Local address contains control or whitespace');
  const bare = bareAddress(address);
  if (!bare.includes('@')) throw badRequest("Missing final '@domain'");
  if (!/^[^\s@<>,;]+@[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(bare))
    throw badRequest('Domain contains illegal character');
}

function authorize(input: SendEmail, from: string, options: SesOptions, caller: Caller): void {
  const action = input.Content.Raw === undefined ? 'ses:SendEmail' : 'ses:SendRawEmail';
  caller.authorize(action, identityArn(from, options));
  const name = input.ConfigurationSetName;
  if (name === undefined) return;
  caller.authorize(action, configurationSetArn(name, options));
  if (!options.configurationSets.includes(name)) {
    throw new AwsError('NotFoundException', `Configuration set <${name}> does not exist.`, 404);
  }
}

function checkVerified(checked: readonly string[], options: SesOptions): void {
  const failed = checked.map(bareAddress).filter((address) => identityOf(address, options) === undefined);
  if (failed.length === 0) return;
  const where = options.region.toUpperCase();
  const text = `Email address is not verified. The following identities failed the check in region ${where}: ${failed.join(', ')}`;
  throw new AwsError('MessageRejected', text);
}

/** The verified identity that covers an address: itself, its domain or a parent domain. */
function identityOf(address: string, { identities }: SesOptions): string | undefined {
  const domain = address.split('@')[1]!;
  return (
    identities.find((identity) => identity.toLowerCase() === address) ??
    identities.find(
      (identity) => domain === identity.toLowerCase() || domain.endsWith(`.${identity.toLowerCase()}`),
    )
  );
}

function identityArn(from: string, options: SesOptions): string {
  const address = bareAddress(from);
  return `arn:aws:ses:${options.region}:${options.account}:identity/${identityOf(address, options) ?? address}`;
}

const configurationSetArn = (name: string, { region, account }: SesOptions): string =>
  `arn:aws:ses:${region}:${account}:configuration-set/${name}`;

function readTags({ EmailTags }: SendEmail): Record<string, string> {
  for (const { Name, Value } of EmailTags) {
    if (!TAG.test(Name)) throw invalidTag('name', Name);
    if (!TAG.test(Value)) throw invalidTag('value', Value);
  }
  const tags = Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, Value]));
  if (Object.keys(tags).length < EmailTags.length) throw badRequest('Duplicate tag names');
  return tags;
}

const invalidTag = (what: string, text: string): AwsError =>
  badRequest(`Invalid tag ${what} <${text}>: only alphanumeric ASCII characters, '_', and '-' are allowed.`);

function publishEvents(mail: SentMail, options: SesOptions, caller: Caller): void {
  if (mail.configurationSet === undefined) return;
  const sender = {
    region: options.region,
    account: options.account,
    identityArn: identityArn(mail.from, options),
    principal: caller.principal,
  };
  const destinations = options.eventDestinations.filter(
    (one) => one.configurationSet === mail.configurationSet,
  );
  for (const { type, body } of eventsOf(mail, sender)) {
    for (const { eventTypes, topicArn } of destinations) {
      if (!eventTypes.includes(type)) continue;
      publishEvent(topicArn, body, mail.configurationSet, options);
    }
  }
}

function publishEvent(topicArn: string, body: object, configurationSet: string, options: SesOptions): void {
  try {
    options.publish(topicArn, JSON.stringify(body), configurationSetArn(configurationSet, options));
  } catch (error) {
    options.log(`An event of ${configurationSet} could not be published to ${topicArn}: ${String(error)}`);
  }
}
