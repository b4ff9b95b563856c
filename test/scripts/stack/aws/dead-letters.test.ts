import { afterEach, describe, expect, it } from 'vitest';
import type { KeptMessage } from '#scripts/stack/aws/delivery.ts';
import { createFailures, type FailedEvent } from '#scripts/stack/aws/lambda-failures.ts';
import type { Invoke } from '#scripts/stack/aws/lambda.ts';
import { createMessaging, type Messaging, type Queue } from '#scripts/stack/aws/messaging.ts';
import { createScheduler, type Scheduler } from '#scripts/stack/aws/scheduler.ts';
import { createS3Notifications } from '#scripts/stack/aws/s3-notifications.ts';
import { AwsError, type Caller } from '#scripts/stack/stand-in.ts';

const HERE = 'us-east-1:000000000000';
const TOPIC = `arn:aws:sns:${HERE}:scc-mail-events`;
const DEAD = `arn:aws:sqs:${HERE}:mail-events-dead-letters`;
const FUNCTION = `arn:aws:lambda:${HERE}:function:mail-events:live`;

const letsTopicIn = {
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: DEAD,
      Condition: { ArnEquals: { 'aws:SourceArn': TOPIC } },
    },
  ],
};
const queue: Queue = { name: 'dead', arn: DEAD, url: '', visibilityTimeoutSeconds: 30, policy: letsTopicIn };

const mayDo = (...actions: string[]): Caller => ({
  principal: 'somebody',
  authorize(action) {
    if (!actions.includes(action)) throw new AwsError('AccessDeniedException', `not ${action}`, 403);
  },
});

const fails: Invoke = async () => ({
  requestId: 'r',
  payload: { errorMessage: 'oops' },
  functionError: 'Unhandled',
});
const unreachable: Invoke = async () => {
  throw new AwsError('ResourceNotFoundException', 'no such function', 404);
};

let messaging: Messaging;
let scheduler: Scheduler | undefined;
afterEach(() => {
  messaging.close();
  scheduler?.close();
});

/** A topic whose only subscriber is a function, and the function's dead letters. */
function start(invoke: Invoke, { caller = mayDo('sqs:SendMessage'), deadLetters = queue } = {}) {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  const giveUp = createFailures({
    destinations: [{ functionArn: FUNCTION, queueArn: DEAD, caller }],
    send: (queueArn, body) => messaging.send(queueArn, body),
    log,
  });
  messaging = createMessaging({
    topics: [{ name: 'scc-mail-events', arn: TOPIC }],
    queues: [deadLetters],
    subscriptions: [{ topicArn: TOPIC, protocol: 'lambda', endpoint: FUNCTION, deadLetterArn: DEAD }],
    mappings: [],
    invoke,
    giveUp,
    state: new Map<string, KeptMessage>(),
    log,
  });
  return {
    giveUp,
    lines,
    dead: () => messaging.deadLetters(DEAD).map((body) => JSON.parse(body) as unknown),
  };
}

const failed: FailedEvent = {
  functionArn: FUNCTION,
  requestId: 'r-1',
  event: { mail: 7 },
  attempts: 3,
  failure: { errorMessage: 'oops' },
};

describe('an event that its function failed at three times', () => {
  it('is kept with what was asked and what was answered', () => {
    const { giveUp, dead } = start(fails);
    giveUp(failed);
    expect(dead()).toMatchObject([
      {
        version: '1.0',
        requestContext: {
          requestId: 'r-1',
          functionArn: FUNCTION,
          condition: 'RetriesExhausted',
          approximateInvokeCount: 3,
        },
        requestPayload: { mail: 7 },
        responsePayload: { errorMessage: 'oops' },
      },
    ]);
  });

  it('is lost where the function may not send, or nothing is declared for that qualifier', () => {
    const { giveUp, dead, lines } = start(fails, { caller: mayDo() });
    giveUp(failed);
    giveUp({ ...failed, functionArn: FUNCTION.replace(':live', '') });
    expect(dead()).toEqual([]);
    expect(lines).toEqual([
      expect.stringMatching(/^Dropped event r-1 .*not sqs:SendMessage/),
      expect.stringContaining('no destination is declared'),
    ]);
  });

  it('is kept when a topic gave it', async () => {
    const { dead } = start(fails);
    messaging.publish({ topicArn: TOPIC, message: 'bounced' });
    await messaging.idle();
    expect(dead()).toMatchObject([
      {
        requestPayload: { Records: [{ Sns: { Message: 'bounced' } }] },
        responsePayload: { errorMessage: 'oops' },
      },
    ]);
  });

  it('is kept when a bucket gave it', async () => {
    const { giveUp, dead } = start(fails);
    const uploads = createS3Notifications({
      notifications: [
        {
          id: 'n',
          bucket: 'photos',
          events: ['s3:ObjectCreated:*'],
          prefix: '',
          suffix: '',
          functionArn: FUNCTION,
        },
      ],
      permissions: [
        { functionArn: FUNCTION, action: 'lambda:InvokeFunction', principal: 's3.amazonaws.com' },
      ],
      region: 'us-east-1',
      account: '000000000000',
      invoke: fails,
      giveUp,
      state: new Map<string, KeptMessage>(),
      log: () => undefined,
    });
    uploads.created(
      { bucket: 'photos', key: 'photo/1', size: 1, etag: 'e' } as Parameters<typeof uploads.created>[0],
      'Post',
    );
    await uploads.idle();
    uploads.close();
    expect(dead()).toMatchObject([{ requestPayload: { Records: [{ s3: { object: { key: 'photo/1' } } }] } }]);
  });

  it('is kept when a schedule gave it', async () => {
    const { giveUp, dead } = start(fails);
    const schedule = {
      name: 'sweep',
      expression: 'rate(5 minutes)',
      functionArn: FUNCTION,
      deadLetterArn: DEAD,
    };
    scheduler = createScheduler({
      schedules: [schedule],
      invoke: fails,
      giveUp,
      send: messaging.send,
      log: () => undefined,
    });
    await scheduler.runAll();
    expect(dead()).toMatchObject([{ requestPayload: {}, responsePayload: { errorMessage: 'oops' } }]);
  });
});

describe('what could not even be handed to the function', () => {
  it('goes from a topic to the dead letters of its subscription', async () => {
    const { dead } = start(unreachable);
    messaging.publish({ topicArn: TOPIC, message: 'bounced' });
    await messaging.idle();
    expect(dead()).toMatchObject([{ topicArn: TOPIC, message: 'bounced' }]);
  });

  it('is lost where their policy does not let the topic in', async () => {
    const { dead, lines } = start(unreachable, { deadLetters: { ...queue, policy: undefined } });
    messaging.publish({ topicArn: TOPIC, message: 'bounced' });
    await messaging.idle();
    expect(dead()).toEqual([]);
    expect(lines.at(-1)).toMatch(/^Dropped message/);
  });

  it.each<[string, Caller, unknown[], RegExp]>([
    [
      'goes from a schedule to its dead letters',
      mayDo('sqs:SendMessage'),
      [{ sweep: true }],
      /InvokeFunction$/,
    ],
    ['is lost where the schedule may not send', mayDo(), [], /and no dead letter: .*not sqs:SendMessage/],
  ])('%s', async (_, caller, kept, error) => {
    const { dead } = start(fails);
    const schedule = {
      name: 'sweep',
      expression: 'rate(5 minutes)',
      functionArn: FUNCTION,
      deadLetterArn: DEAD,
      input: '{"sweep":true}',
      caller,
    };
    scheduler = createScheduler({
      schedules: [schedule],
      invoke: fails,
      send: messaging.send,
      log: () => undefined,
    });
    const [run] = await scheduler.runAll();
    expect(run!.error).toMatch(error);
    expect(dead()).toEqual(kept);
  });
});
