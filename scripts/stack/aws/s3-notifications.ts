import type { KeptMap } from '../persistent-map.ts';
import { createDelivery, type Channel, type KeptMessage } from './delivery.ts';
import type { GiveUp } from './lambda-failures.ts';
import type { Invoke } from './lambda.ts';
import { toS3Event, type Creation } from './s3-event.ts';
import type { ObjectInfo } from './s3-objects.ts';
import type { CreatedBy } from './s3-write.ts';

/** One function that hears of what a bucket is given. */
export interface BucketNotification {
  readonly id: string;
  readonly bucket: string;
  /** `s3:ObjectCreated:*`, or of one kind: `s3:ObjectCreated:Post`. */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  readonly functionArn: string;
}

/** A statement of a function's own policy. */
export interface FunctionPermission {
  readonly functionArn: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn?: string | undefined;
  readonly sourceAccount?: string | undefined;
}

export interface NotificationOptions {
  readonly notifications: readonly BucketNotification[];
  readonly permissions: readonly FunctionPermission[];
  readonly region: string;
  /** Whose buckets they are. */
  readonly account: string;
  readonly invoke: Invoke;
  /** What becomes of an event that the function failed at; it is dropped when absent. */
  readonly giveUp?: GiveUp;
  /** What was not delivered yet. */
  readonly state: KeptMap<KeptMessage>;
  readonly log: (line: string) => void;
  /** Delivers every n-th event twice, as at-least-once delivery may. */
  readonly duplicateEvery?: number;
}

export interface S3Notifications {
  created(object: ObjectInfo, by: CreatedBy): void;
  /** Events not yet delivered. */
  pending(): number;
  /** Resolves when nothing is left to deliver. */
  idle(): Promise<void>;
  close(): void;
}

/**
 * Events of buckets to functions, as declared: asynchronous, at least once. Throws on what S3 refuses when a notification
 * is made: a function that does not let S3 in, another kind of event, filters that overlap.
 */
export function createS3Notifications(options: NotificationOptions): S3Notifications {
  const { notifications } = options;
  notifications.forEach((notification) => check(notification, options));
  refuseOverlaps(notifications);
  const delivery = createDelivery({
    channels: notifications.map((notification) => toChannel(notification, options)),
    state: options.state,
    duplicateEvery: options.duplicateEvery,
  });
  return {
    created(object, by) {
      const creation: Creation = { object, by, at: new Date().toISOString() };
      for (const notification of notifications) {
        if (!wants(notification, creation)) continue;
        delivery.enqueue(channelId(notification), { body: JSON.stringify(creation), attributes: {} });
      }
    },
    pending: delivery.pending,
    idle: delivery.idle,
    close: delivery.close,
  };
}

const KINDS = ['*', 'Put', 'Post', 'Copy', 'CompleteMultipartUpload'];
const PREFIX = 's3:ObjectCreated:';

function check(notification: BucketNotification, options: NotificationOptions): void {
  const { bucket, events, functionArn } = notification;
  const refuse = (why: string): never => {
    throw new Error(`S3 refuses the notification of bucket ${bucket} to ${functionArn}: ${why}`);
  };
  const unknown = events.find(
    (event) => !event.startsWith(PREFIX) || !KINDS.includes(event.slice(PREFIX.length)),
  );
  if (unknown !== undefined) refuse(`the local stack has no event ${unknown}`);
  if (events.length === 0) refuse('it names no event');
  if (!options.permissions.some((permission) => letsIn(permission, notification, options)))
    refuse(
      `no permission lets s3.amazonaws.com invoke the function for the bucket, ` +
        `so that its destination cannot be validated`,
    );
}

function letsIn(
  { functionArn, action, principal, sourceArn, sourceAccount }: FunctionPermission,
  notification: BucketNotification,
  { account }: NotificationOptions,
): boolean {
  return (
    functionArn === notification.functionArn &&
    ['lambda:InvokeFunction', 'lambda:*'].includes(action) &&
    principal === 's3.amazonaws.com' &&
    (sourceArn ?? bucketArn(notification)) === bucketArn(notification) &&
    (sourceAccount ?? account) === account
  );
}

const bucketArn = ({ bucket }: BucketNotification): string => `arn:aws:s3:::${bucket}`;

/** S3 would not know which of the two to tell. */
function refuseOverlaps(notifications: readonly BucketNotification[]): void {
  notifications.forEach((one, at) => {
    const other = notifications.slice(at + 1).find((candidate) => overlaps(one, candidate));
    if (other !== undefined)
      throw new Error(
        `S3 refuses the notifications of bucket ${one.bucket}: "${one.prefix}…${one.suffix}" and ` +
          `"${other.prefix}…${other.suffix}" overlap for the same kind of event`,
      );
  });
}

function overlaps(one: BucketNotification, other: BucketNotification): boolean {
  const share = (a: string, b: string, test: 'startsWith' | 'endsWith') => a[test](b) || b[test](a);
  const isAny = [...one.events, ...other.events].includes(`${PREFIX}*`);
  return (
    one.bucket === other.bucket &&
    (isAny || one.events.some((event) => other.events.includes(event))) &&
    share(one.prefix, other.prefix, 'startsWith') &&
    share(one.suffix, other.suffix, 'endsWith')
  );
}

const wants = ({ bucket, events, prefix, suffix }: BucketNotification, { object, by }: Creation): boolean =>
  bucket === object.bucket &&
  events.some((event) => event === `${PREFIX}*` || event === PREFIX + by) &&
  object.key.startsWith(prefix) &&
  object.key.endsWith(suffix);

const channelId = ({ bucket, id }: BucketNotification): string => `s3 ${bucket} ${id}`;

/** S3 invokes functions asynchronously, which Lambda retries twice. */
const ATTEMPTS = 3;
/** Local runs need not wait as long as production before a retry. */
const RETRY_DELAY_MILLISECONDS = 200;

function toChannel(
  notification: BucketNotification,
  { region, account, invoke, giveUp, log }: NotificationOptions,
): Channel {
  const { functionArn, id: configurationId } = notification;
  const toEvent = ({ id, body }: KeptMessage): object =>
    toS3Event(JSON.parse(body) as Creation, { configurationId, region, account, id });
  const failures = new Map<string, unknown>();
  return {
    id: channelId(notification),
    batchSize: 1,
    retryDelayMilliseconds: RETRY_DELAY_MILLISECONDS,
    maxReceiveCount: ATTEMPTS,
    async deliver([message]) {
      try {
        const { functionError, payload } = await invoke(functionArn, toEvent(message!));
        if (functionError === undefined) return new Set();
        failures.set(message!.id, payload);
        log(`${functionArn} failed: ${JSON.stringify(payload)}`);
      } catch (error) {
        log(`${functionArn} could not be invoked: ${String(error)}`);
      }
      return new Set([message!.id]);
    },
    giveUp(message) {
      const failure = failures.get(message.id);
      failures.delete(message.id);
      const failed = { functionArn, requestId: message.id, attempts: ATTEMPTS, failure };
      if (giveUp) giveUp({ ...failed, event: toEvent(message) });
      else log(`Dropped event ${message.id} for ${functionArn} after ${ATTEMPTS} attempts`);
      return undefined;
    },
  };
}
