import { randomUUID } from 'node:crypto';
import { AwsError, type AwsService, type Caller } from '../stand-in.ts';
import type { KeptMap } from '../persistent-map.ts';
import { subscriberChannelId, toPollingChannel, toSubscriberChannel } from './channels.ts';
import { createDelivery, type KeptMessage } from './delivery.ts';
import type { GiveUp } from './lambda-failures.ts';
import type { Invoke } from './lambda.ts';
import { notImplemented } from './not-implemented.ts';
import { allowsService } from './resource-policy.ts';
import { createSnsService, toEnvelope, type Notification, type Publication } from './sns.ts';

export interface Topic {
  readonly name: string;
  readonly arn: string;
  /** Resource policy, document or JSON. Only AWS services need it; roles are judged by their own policies. */
  readonly policy?: unknown;
}

export interface Queue {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  readonly visibilityTimeoutSeconds: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
  /** Resource policy, document or JSON; without one SNS may not send. */
  readonly policy?: unknown;
}

export interface Subscription {
  readonly topicArn: string;
  readonly protocol: 'sqs' | 'lambda';
  /** The queue's or function's ARN. */
  readonly endpoint: string;
  readonly rawMessageDelivery?: boolean;
  /** Queue for messages that could not be delivered. */
  readonly deadLetterArn?: string;
}

export interface EventSourceMapping {
  readonly queueArn: string;
  /** Name or ARN */
  readonly functionName: string;
  readonly batchSize: number;
  readonly reportBatchItemFailures?: boolean;
  /** The function's timeout; AWS refuses a mapping whose queue hides messages for less. */
  readonly functionTimeoutSeconds?: number;
  /** The function's role, with which Lambda polls; not judged when absent. */
  readonly caller?: Caller;
}

export interface MessagingOptions {
  readonly topics: readonly Topic[];
  readonly queues: readonly Queue[];
  readonly subscriptions: readonly Subscription[];
  readonly mappings: readonly EventSourceMapping[];
  readonly invoke: Invoke;
  /** What becomes of a message that a subscribed function failed at; it is dropped when absent. */
  readonly giveUp?: GiveUp;
  /** Undelivered messages and dead letters. */
  readonly state: KeptMap<KeptMessage>;
  readonly log: (line: string) => void;
  /** Delivers every n-th message twice, as at-least-once delivery may. */
  readonly duplicateEvery?: number;
}

export interface Messaging {
  readonly sns: AwsService;
  readonly sqs: AwsService;
  /** Publishes inside the stack, for an AWS service when `from` is given; answers the message id. */
  publish(publication: Publication, from?: { readonly service: string; readonly sourceArn: string }): string;
  /** Puts a message into a queue, as an AWS service does under a role that was already asked. */
  send(queueArn: string, body: string): void;
  /** Messages not yet delivered, without dead letters. */
  pending(): number;
  /** Bodies of a queue's dead letters (name or ARN of the queue, or of its dead-letter queue), oldest first. */
  deadLetters(queue: string): string[];
  /** Resolves when nothing is left to deliver. */
  idle(): Promise<void>;
  close(): void;
}

const POLLING_ACTIONS = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

/** Topics, queues and what hangs on them, as declared; throws on a reference to something undeclared. */
export function createMessaging(options: MessagingOptions): Messaging {
  const topics = new Map(options.topics.map((topic) => [topic.arn, topic]));
  const queues = new Map(options.queues.map((queue) => [queue.arn, queue]));
  checkReferences(options, topics, queues);
  const subscribers = options.subscriptions.filter(({ protocol }) => protocol === 'lambda');
  const delivery = createDelivery({
    channels: [
      ...options.mappings.map((mapping) => toPollingChannel(mapping, queues.get(mapping.queueArn)!, options)),
      ...subscribers.map((subscription) =>
        toSubscriberChannel(subscription, { ...options, deadLetterArn: redriveTarget(subscription) }),
      ),
    ],
    state: options.state,
    duplicateEvery: options.duplicateEvery,
  });

  function publish(publication: Publication, from?: { service: string; sourceArn: string }): string {
    const topic = topics.get(publication.topicArn);
    if (topic === undefined) throw new AwsError('NotFound', 'Topic does not exist', 404);
    if (from !== undefined && !letsIn(topic, 'sns:Publish', from)) {
      const message = `${from.service} is not allowed by the policy of ${topic.name} to publish for ${from.sourceArn}`;
      throw new AwsError('AuthorizationError', message, 403);
    }
    const notification = { ...publication, id: randomUUID(), at: new Date().toISOString() };
    for (const subscription of options.subscriptions) {
      if (subscription.topicArn === topic.arn) forward(notification, subscription);
    }
    return notification.id;
  }

  function forward(notification: Notification, subscription: Subscription): void {
    if (subscription.protocol === 'lambda') {
      delivery.enqueue(subscriberChannelId(subscription), {
        body: JSON.stringify(notification),
        attributes: {},
      });
      return;
    }
    const queue = queues.get(subscription.endpoint)!;
    const message = {
      body: subscription.rawMessageDelivery ? notification.message : toEnvelope(notification),
      attributes: subscription.rawMessageDelivery ? (notification.attributes ?? {}) : {},
    };
    if (acceptsFrom(subscription.topicArn, queue)) return void delivery.enqueue(queue.arn, message);
    const text = `the queue's policy does not let the topic ${subscription.topicArn} send`;
    options.log(`Delivery of ${notification.id} to ${queue.name} failed: ${text}`);
    const deadLetterArn = redriveTarget(subscription);
    if (deadLetterArn !== undefined) delivery.enqueue(deadLetterArn, message);
  }

  /** A subscription's dead-letter queue, if its policy lets the topic send. */
  function redriveTarget({ topicArn, deadLetterArn = '' }: Subscription): string | undefined {
    const queue = queues.get(deadLetterArn);
    return queue !== undefined && acceptsFrom(topicArn, queue) ? deadLetterArn : undefined;
  }

  return {
    publish,
    send(queueArn, body) {
      if (!queues.has(queueArn)) throw new Error(`There is no queue ${queueArn}`);
      delivery.enqueue(queueArn, { body, attributes: {} });
    },
    sns: createSnsService(publish),
    sqs: async (request) => {
      const action = request.headers.get('x-amz-target')?.split('.').at(-1) ?? request.method;
      throw notImplemented(`SQS ${action}`);
    },
    pending: delivery.pending,
    idle: delivery.idle,
    close: delivery.close,
    deadLetters(nameOrArn) {
      const queue = options.queues.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
      if (queue === undefined) throw new Error(`There is no queue ${nameOrArn}`);
      return delivery.waiting(queue.redrive?.deadLetterArn ?? queue.arn).map(({ body }) => body);
    },
  };
}

function checkReferences(
  { queues: declared, subscriptions, mappings }: MessagingOptions,
  topics: ReadonlyMap<string, Topic>,
  queues: ReadonlyMap<string, Queue>,
): void {
  const require = (known: boolean, who: string, what: string): void => {
    if (!known) throw new Error(`${who} refers to ${what}, which is not declared`);
  };
  for (const { name, redrive } of declared) {
    require(redrive === undefined || queues.has(redrive.deadLetterArn), `Queue ${name}`, String(
      redrive?.deadLetterArn,
    ));
  }
  for (const { topicArn, protocol, endpoint, deadLetterArn } of subscriptions) {
    require(deadLetterArn === undefined ||
      queues.has(deadLetterArn), `The subscription of ${endpoint}`, String(deadLetterArn));
    require(topics.has(topicArn), `The subscription of ${endpoint}`, topicArn);
    require(protocol === 'lambda' || queues.has(endpoint), `The subscription to ${topicArn}`, endpoint);
  }
  for (const mapping of mappings) {
    const who = `The event source mapping of ${mapping.functionName}`;
    require(queues.has(mapping.queueArn), who, mapping.queueArn);
    const hides = queues.get(mapping.queueArn)!.visibilityTimeoutSeconds;
    if (hides < (mapping.functionTimeoutSeconds ?? 0)) {
      throw new Error(
        `${who}: the queue's visibility timeout of ${hides} s is less than the function's timeout`,
      );
    }
    POLLING_ACTIONS.forEach((action) => mapping.caller?.authorize(action, mapping.queueArn));
  }
}

const acceptsFrom = (topicArn: string, queue: Queue): boolean =>
  letsIn(queue, 'sqs:SendMessage', { service: 'sns.amazonaws.com', sourceArn: topicArn });

function letsIn(
  resource: Topic | Queue,
  action: string,
  { service, sourceArn }: { readonly service: string; readonly sourceArn: string },
): boolean {
  const sourceAccount = resource.arn.split(':')[4] ?? '';
  return allowsService(resource.policy, {
    service,
    action,
    resource: resource.arn,
    sourceArn,
    sourceAccount,
  });
}
