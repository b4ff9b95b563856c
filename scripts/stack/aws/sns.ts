import { randomUUID } from 'node:crypto';
import { AwsError, type AwsService } from '../stand-in.ts';
import type { MessageAttribute } from './delivery.ts';
import { notImplemented } from './not-implemented.ts';
import { element, xmlResponse } from './xml.ts';

/** What is published to a topic. */
export interface Publication {
  readonly topicArn: string;
  readonly message: string;
  readonly subject?: string;
  readonly attributes?: Readonly<Record<string, MessageAttribute>>;
}

/** A publication that SNS has accepted. */
export interface Notification extends Publication {
  readonly id: string;
  /** ISO 8601, UTC */
  readonly at: string;
}

/** `Publish` of the SNS query API; every other operation answers 501. `publish` answers the message id. */
export function createSnsService(publish: (publication: Publication) => string): AwsService {
  return async (request, caller) => {
    const form = new URLSearchParams(await request.text());
    const action = form.get('Action') ?? `${request.method} ${request.url}`;
    if (action !== 'Publish') throw notImplemented(`SNS ${action}`);
    const publication = readPublication(form);
    caller.authorize('sns:Publish', publication.topicArn);
    checkPublication(publication);
    return renderAnswer(publish(publication));
  };
}

/** The message as it reaches a queue, unless the subscription asks for it raw (SNS developer guide, "HTTP/S notification JSON format"). */
export const toEnvelope = (notification: Notification): string =>
  JSON.stringify({
    Type: 'Notification',
    MessageId: notification.id,
    TopicArn: notification.topicArn,
    ...(notification.subject !== undefined && { Subject: notification.subject }),
    Message: notification.message,
    Timestamp: notification.at,
    SignatureVersion: '1',
    Signature: 'local',
    SigningCertURL: 'https://sns.us-east-1.amazonaws.com/local.pem',
    UnsubscribeURL: 'https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe',
    ...(notification.attributes !== undefined && {
      MessageAttributes: toTypedValues(notification.attributes),
    }),
  });

/** The event that SNS hands to a subscribed function. */
export const toSnsEvent = (notification: Notification): object => ({
  Records: [
    {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: `${notification.topicArn}:${randomUUID()}`,
      Sns: {
        Type: 'Notification',
        MessageId: notification.id,
        TopicArn: notification.topicArn,
        Subject: notification.subject ?? null,
        Message: notification.message,
        Timestamp: notification.at,
        SignatureVersion: '1',
        Signature: 'local',
        SigningCertUrl: 'https://sns.us-east-1.amazonaws.com/local.pem',
        UnsubscribeUrl: 'https://sns.us-east-1.amazonaws.com/?Action=Unsubscribe',
        MessageAttributes: toTypedValues(notification.attributes ?? {}),
      },
    },
  ],
});

const toTypedValues = (attributes: Readonly<Record<string, MessageAttribute>>): object =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { type, value }]) => [name, { Type: type, Value: value }]),
  );

const UNSUPPORTED = ['PhoneNumber', 'MessageStructure', 'MessageGroupId', 'MessageDeduplicationId'];

function readPublication(form: URLSearchParams): Publication {
  const unsupported = UNSUPPORTED.find((field) => form.has(field));
  if (unsupported !== undefined) throw notImplemented(`SNS Publish with ${unsupported}`);
  const topicArn = form.get('TopicArn') ?? form.get('TargetArn');
  if (topicArn === null) throw invalid('TopicArn or TargetArn Reason: no value for required parameter');
  const subject = form.get('Subject');
  const attributes = readAttributes(form);
  return {
    topicArn,
    message: form.get('Message') ?? '',
    ...(subject !== null && { subject }),
    ...(attributes !== undefined && { attributes }),
  };
}

function readAttributes(form: URLSearchParams): Record<string, MessageAttribute> | undefined {
  const attributes: Record<string, MessageAttribute> = {};
  for (let number = 1; ; number += 1) {
    const prefix = `MessageAttributes.entry.${number}`;
    const name = form.get(`${prefix}.Name`);
    if (name === null) return number === 1 ? undefined : attributes;
    const type = form.get(`${prefix}.Value.DataType`) ?? '';
    if (!/^(String|String\.Array|Number|Binary)$/.test(type)) {
      throw invalidValue(`The message attribute '${name}' has an invalid message attribute type.`);
    }
    const value = form.get(`${prefix}.Value.${type === 'Binary' ? 'BinaryValue' : 'StringValue'}`) ?? '';
    if (value === '') {
      throw invalidValue(`The message attribute '${name}' must contain non-empty message attribute value.`);
    }
    attributes[name] = { type, value };
  }
}

/** SNS quotas and the rules of `Publish` for a subject. */
const MAX_MESSAGE_BYTES = 262_144;
const SUBJECT = /^[!-~][ -~]{0,99}$/;

function checkPublication({ message, subject, attributes = {} }: Publication): void {
  if (message === '') throw invalid('Empty message');
  const attributeText = Object.entries(attributes).map(([name, { type, value }]) => name + type + value);
  if (Buffer.byteLength(message + attributeText.join('')) > MAX_MESSAGE_BYTES)
    throw invalid('Message too long');
  if (subject !== undefined && !SUBJECT.test(subject)) throw invalid('Subject');
}

const invalid = (what: string): AwsError => new AwsError('InvalidParameter', `Invalid parameter: ${what}`);
const invalidValue = (message: string): AwsError => new AwsError('ParameterValueInvalid', message);

const renderAnswer = (messageId: string): Response =>
  xmlResponse(
    element(
      'PublishResponse',
      [
        element('PublishResult', [element('MessageId', messageId)]),
        element('ResponseMetadata', [element('RequestId', randomUUID())]),
      ],
      'http://sns.amazonaws.com/doc/2010-03-31/',
    ),
  );
