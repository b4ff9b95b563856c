import type { Channel, KeptMessage } from './delivery.ts';
import type { GiveUp } from './lambda-failures.ts';
import type { Invoke } from './lambda.ts';
import type { EventSourceMapping, Queue, Subscription } from './messaging.ts';
import { toSnsEvent, type Notification } from './sns.ts';
import { failedIds, toSqsEvent } from './sqs.ts';

interface Outside {
  readonly invoke: Invoke;
  readonly log: (line: string) => void;
}

/** Local runs need not wait as long as production before a retry. */
const MAX_RETRY_DELAY_MILLISECONDS = 200;
/** SNS invokes functions asynchronously, which Lambda retries twice. */
const SUBSCRIBER_ATTEMPTS = 3;

/** A queue that Lambda polls for a function. */
export function toPollingChannel(
  mapping: EventSourceMapping,
  queue: Queue,
  { invoke, log }: Outside,
): Channel {
  const [, , , region = '', account = ''] = queue.arn.split(':');
  return {
    id: queue.arn,
    batchSize: mapping.batchSize,
    retryDelayMilliseconds: Math.min(queue.visibilityTimeoutSeconds * 1000, MAX_RETRY_DELAY_MILLISECONDS),
    maxReceiveCount: queue.redrive?.maxReceiveCount,
    async deliver(batch) {
      const event = toSqsEvent(batch, { queueArn: queue.arn, region, account });
      const result = await succeed(invoke, mapping.functionName, event, log);
      if (result === undefined) return new Set(batch.map(({ id }) => id));
      return mapping.reportBatchItemFailures ? failedIds(batch, result.payload) : new Set();
    },
    giveUp(message) {
      log(`Message ${message.id} of ${queue.name} is a dead letter after ${message.receiveCount} deliveries`);
      return queue.redrive?.deadLetterArn;
    },
  };
}

interface SubscriberOutside extends Outside {
  /** What becomes of a message that the function failed at. */
  readonly giveUp?: GiveUp | undefined;
  /** The queue for messages that the function could not even be given, if SNS may send there. */
  readonly deadLetterArn: string | undefined;
}

/** A function that is subscribed to a topic. */
export function toSubscriberChannel(subscription: Subscription, outside: SubscriberOutside): Channel {
  const { invoke, giveUp, deadLetterArn, log } = outside;
  const { endpoint: functionArn } = subscription;
  const toEvent = ({ body }: KeptMessage) => toSnsEvent(JSON.parse(body) as Notification);
  const failures = new Map<string, unknown>();
  return {
    id: subscriberChannelId(subscription),
    batchSize: 1,
    retryDelayMilliseconds: MAX_RETRY_DELAY_MILLISECONDS,
    maxReceiveCount: SUBSCRIBER_ATTEMPTS,
    async deliver([message]) {
      const noteFailure = (failure: unknown) => failures.set(message!.id, failure);
      const result = await succeed(invoke, functionArn, toEvent(message!), log, noteFailure);
      return new Set(result === undefined ? [message!.id] : []);
    },
    giveUp(message) {
      const requestId = message.id;
      if (giveUp !== undefined && failures.has(requestId)) {
        const failed = { functionArn, requestId, attempts: SUBSCRIBER_ATTEMPTS };
        giveUp({ ...failed, event: toEvent(message), failure: failures.get(requestId) });
        failures.delete(requestId);
        return undefined;
      }
      const fate = deadLetterArn === undefined ? 'Dropped' : 'Gave up';
      log(`${fate} message ${requestId} for ${functionArn} after ${SUBSCRIBER_ATTEMPTS} attempts`);
      return deadLetterArn;
    },
  };
}

/** The name under which a subscribed function's messages wait. */
export const subscriberChannelId = ({ topicArn, endpoint }: Subscription): string =>
  `${topicArn} ${endpoint}`;

/** The function's answer, or nothing when it could not be had; what went wrong is logged. */
async function succeed(
  invoke: Invoke,
  functionName: string,
  event: object,
  log: (line: string) => void,
  noteFailure?: (failure: unknown) => void,
): Promise<{ payload: unknown } | undefined> {
  try {
    const result = await invoke(functionName, event);
    if (result.functionError === undefined) return result;
    log(`${functionName} failed: ${JSON.stringify(result.payload)}`);
    noteFailure?.(result.payload);
  } catch (error) {
    log(`${functionName} could not be invoked: ${String(error)}`);
  }
  return undefined;
}
