import { createHash } from 'node:crypto';
import type { KeptMessage } from './delivery.ts';

interface Polled {
  readonly queueArn: string;
  readonly region: string;
  readonly account: string;
}

/** The event that an event source mapping hands to a function (Lambda developer guide, "Using Lambda with Amazon SQS"). */
export const toSqsEvent = (batch: readonly KeptMessage[], polled: Polled): object => ({
  Records: batch.map((message) => toRecord(message, polled)),
});

/**
 * The messages of a batch that count as failed, by the rules of "Reporting batch item failures": nothing named
 * is success; a missing or unknown identifier fails the whole batch.
 */
export function failedIds(batch: readonly KeptMessage[], result: unknown): ReadonlySet<string> {
  const failures = (result as { batchItemFailures?: unknown } | null)?.batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  const sent = new Set(batch.map(({ id }) => id));
  if (!Array.isArray(failures)) return sent;
  const named = failures.map((failure) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  return named.every((id) => typeof id === 'string' && sent.has(id)) ? new Set(named as string[]) : sent;
}

function toRecord(message: KeptMessage, { queueArn, region, account }: Polled): object {
  return {
    messageId: message.id,
    receiptHandle: Buffer.from(`${message.id}:${message.receiveCount}`).toString('base64'),
    body: message.body,
    attributes: {
      ApproximateReceiveCount: String(message.receiveCount),
      SentTimestamp: String(message.sentAt),
      SenderId: account,
      ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.attributes).map(([name, { type, value }]) => [
        name,
        {
          ...(type === 'Binary' ? { binaryValue: value } : { stringValue: value }),
          stringListValues: [],
          binaryListValues: [],
          dataType: type,
        },
      ]),
    ),
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: region,
  };
}
