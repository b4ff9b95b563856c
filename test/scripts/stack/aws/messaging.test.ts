import { PublishBatchCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { SNSEvent, SQSEvent, SQSRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { createMessaging, type MessagingOptions, type Queue } from '#scripts/stack/aws/messaging.ts';
import type { KeptMessage } from '#scripts/stack/aws/delivery.ts';
import type { Invoke, InvokeResult } from '#scripts/stack/aws/lambda.ts';
import { AwsError } from '#scripts/stack/stand-in.ts';
import { serve } from './serve.ts';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:scc-crew-notifications';
const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:crew-notify';
const DEAD = 'arn:aws:sqs:us-east-1:000000000000:crew-notify-dead';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:crew-notify';

const allowing = (condition: object) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: QUEUE,
      Condition: condition,
    },
  ],
});

const queue: Queue = {
  name: 'crew-notify',
  arn: QUEUE,
  url: 'http://127.0.0.1/crew-notify',
  visibilityTimeoutSeconds: 0.01,
  redrive: { deadLetterArn: DEAD, maxReceiveCount: 3 },
  policy: allowing({ ArnEquals: { 'aws:SourceArn': TOPIC } }),
};
const deadQueue: Queue = { name: 'crew-notify-dead', arn: DEAD, url: '', visibilityTimeoutSeconds: 30 };

const answered = (payload: unknown = null): InvokeResult => ({ requestId: 'r', payload });
const failed: InvokeResult = {
  requestId: 'r',
  payload: { errorMessage: 'oops' },
  functionError: 'Unhandled',
};

/** A topic, a queue with dead letters and a function that does with each event as the test says. */
function start(react: (event: SQSEvent & SNSEvent) => InvokeResult, changes: Partial<MessagingOptions> = {}) {
  const events: (SQSEvent & SNSEvent)[] = [];
  const lines: string[] = [];
  const invoke: Invoke = async (_name, event) => {
    events.push(event as SQSEvent & SNSEvent);
    return react(event as SQSEvent & SNSEvent);
  };
  const messaging = createMessaging({
    topics: [{ name: 'scc-crew-notifications', arn: TOPIC }],
    queues: [queue, deadQueue],
    subscriptions: [{ topicArn: TOPIC, protocol: 'sqs', endpoint: QUEUE }],
    mappings: [
      { queueArn: QUEUE, functionName: 'crew-notify', batchSize: 10, reportBatchItemFailures: true },
    ],
    invoke,
    state: new Map<string, KeptMessage>(),
    log: (line) => lines.push(line),
    ...changes,
  });
  return {
    ...messaging,
    events,
    lines,
    records: () => events.flatMap(({ Records }) => Records as SQSRecord[]),
  };
}

const toLambda: Partial<MessagingOptions> = {
  subscriptions: [{ topicArn: TOPIC, protocol: 'lambda', endpoint: FUNCTION }],
  mappings: [],
};

describe('SNS to SQS to Lambda', () => {
  it('delivers the envelope in the shape of an SQS event', async () => {
    const { publish, idle, records, pending } = start(() => answered());
    const id = publish({
      topicArn: TOPIC,
      message: 'hello',
      attributes: { kind: { type: 'String', value: 'x' } },
    });
    expect(pending()).toBe(1);
    await idle();
    const [record] = records();
    expect(record).toMatchObject({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      receiptHandle: expect.any(String) as string,
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/) as string,
      },
      messageAttributes: {},
      md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
      eventSource: 'aws:sqs',
      eventSourceARN: QUEUE,
      awsRegion: 'us-east-1',
    });
    expect(JSON.parse(record!.body)).toMatchObject({
      Type: 'Notification',
      MessageId: id,
      TopicArn: TOPIC,
      Message: 'hello',
      MessageAttributes: { kind: { Type: 'String', Value: 'x' } },
    });
  });

  it('delivers the bare message and its attributes where the subscription asks for it raw', async () => {
    const subscriptions = [
      { topicArn: TOPIC, protocol: 'sqs', endpoint: QUEUE, rawMessageDelivery: true },
    ] as const;
    const { publish, idle, records } = start(() => answered(), { subscriptions });
    publish({ topicArn: TOPIC, message: 'hello', attributes: { kind: { type: 'String', value: 'x' } } });
    await idle();
    expect(records()[0]).toMatchObject({
      body: 'hello',
      messageAttributes: { kind: { dataType: 'String', stringValue: 'x' } },
    });
  });

  it.each([
    ['has no policy', undefined],
    ['lets another topic in', allowing({ ArnEquals: { 'aws:SourceArn': `${TOPIC}-other` } })],
    ['lets another account in', allowing({ StringEquals: { 'AWS:SourceAccount': '111111111111' } })],
    [
      'denies it',
      { Statement: [...allowing({}).Statement, { ...allowing({}).Statement[0], Effect: 'Deny' }] },
    ],
  ])('drops and logs a message for a queue that %s', async (_, policy) => {
    const { publish, idle, events, lines } = start(() => answered(), {
      queues: [{ ...queue, policy }, deadQueue],
    });
    publish({ topicArn: TOPIC, message: 'hello' });
    await idle();
    expect(events).toEqual([]);
    expect(lines).toEqual([expect.stringMatching(/Delivery of \S+ to crew-notify failed/)]);
  });

  it('redelivers what failed, then keeps it as a dead letter', async () => {
    const { publish, idle, records, deadLetters, pending } = start(() => failed);
    publish({ topicArn: TOPIC, message: 'poison' });
    await idle();
    expect(records().map(({ attributes }) => attributes.ApproximateReceiveCount)).toEqual(['1', '2', '3']);
    expect(deadLetters('crew-notify').map((body) => JSON.parse(body) as object)).toMatchObject([
      { Message: 'poison' },
    ]);
    expect(deadLetters(DEAD)).toHaveLength(1);
    expect(pending()).toBe(0);
    expect(() => deadLetters('nowhere')).toThrow('nowhere');
  });

  it('redelivers only the items of a batch that the function names', async () => {
    const isPoison = ({ body }: SQSRecord): boolean => body.includes('poison');
    const { publish, idle, records, deadLetters } = start(({ Records }) =>
      answered({
        batchItemFailures: (Records as SQSRecord[])
          .filter(isPoison)
          .map(({ messageId }) => ({ itemIdentifier: messageId })),
      }),
    );
    publish({ topicArn: TOPIC, message: 'good' });
    publish({ topicArn: TOPIC, message: 'poison' });
    await idle();
    expect(records().filter(isPoison)).toHaveLength(3);
    expect(records()).toHaveLength(4);
    expect(deadLetters(QUEUE)).toHaveLength(1);
  });

  it.each([
    ['an unknown item', { batchItemFailures: [{ itemIdentifier: 'unknown' }] }],
    ['an item without identifier', { batchItemFailures: [{ messageId: 'x' }] }],
    ['no list', { batchItemFailures: 'all' }],
  ])('counts the whole batch as failed when the answer names %s', async (_, payload) => {
    const { publish, idle, deadLetters } = start(() => answered(payload));
    publish({ topicArn: TOPIC, message: 'hello' });
    await idle();
    expect(deadLetters(QUEUE)).toHaveLength(1);
  });

  it('ignores named items where the mapping does not ask for them', async () => {
    const mappings = [{ queueArn: QUEUE, functionName: 'crew-notify', batchSize: 1 }];
    const { publish, idle, records } = start(
      ({ Records }) =>
        answered({ batchItemFailures: [{ itemIdentifier: (Records as SQSRecord[])[0]!.messageId }] }),
      { mappings },
    );
    publish({ topicArn: TOPIC, message: 'hello' });
    await idle();
    expect(records()).toHaveLength(1);
  });

  it('delivers every n-th message twice when asked to', async () => {
    const { publish, idle, records } = start(() => answered(), { duplicateEvery: 2 });
    for (const message of ['1', '2', '3', '4']) publish({ topicArn: TOPIC, message });
    await idle();
    const texts = records().map(({ body }) => (JSON.parse(body) as { Message: string }).Message);
    expect(texts.toSorted()).toEqual(['1', '2', '2', '3', '4', '4']);
  });

  it('hands over at most a batch at a time', async () => {
    const mappings = [{ queueArn: QUEUE, functionName: 'crew-notify', batchSize: 2 }];
    const state = new Map<string, KeptMessage>();
    const stopped = start(() => answered(), { mappings, state });
    stopped.close();
    for (const message of ['1', '2', '3']) stopped.publish({ topicArn: TOPIC, message });
    const { idle, events } = start(() => answered(), { mappings, state });
    await idle();
    expect(events.map(({ Records }) => Records.length)).toEqual([2, 1]);
  });

  it('delivers after a restart what was not delivered before it', async () => {
    const state = new Map<string, KeptMessage>();
    const before = start(() => failed, {
      state,
      queues: [{ ...queue, visibilityTimeoutSeconds: 30 }, deadQueue],
    });
    before.publish({ topicArn: TOPIC, message: 'late' });
    await new Promise((resolve) => setImmediate(resolve));
    before.close();
    expect(before.pending()).toBe(1);
    const after = start(() => answered(), { state });
    await after.idle();
    expect(after.records()[0]!.attributes.ApproximateReceiveCount).toBe('2');
    expect(state.size).toBe(0);
  });
});

describe('SNS to Lambda', () => {
  it('delivers the SNS event', async () => {
    const { publish, idle, events } = start(() => answered(), toLambda);
    const id = publish({ topicArn: TOPIC, message: '{"eventType":"Send"}', subject: 'Mail' });
    await idle();
    expect(events).toMatchObject([
      {
        Records: [
          {
            EventSource: 'aws:sns',
            EventVersion: '1.0',
            Sns: {
              MessageId: id,
              TopicArn: TOPIC,
              Subject: 'Mail',
              Message: '{"eventType":"Send"}',
              MessageAttributes: {},
              Timestamp: expect.stringMatching(/Z$/) as string,
            },
          },
        ],
      },
    ]);
  });

  it('tries three times, then drops the message', async () => {
    const { publish, idle, events, lines } = start(() => failed, toLambda);
    publish({ topicArn: TOPIC, message: 'hello' });
    await idle();
    expect(events).toHaveLength(3);
    expect(lines.at(-1)).toMatch(/Dropped message \S+ for .* after 3 attempts/);
  });

  it('survives a function that does not exist', async () => {
    const invoke: Invoke = () => Promise.reject(new AwsError('ResourceNotFoundException', 'none', 404));
    const { publish, idle, lines } = start(() => answered(), { ...toLambda, invoke });
    publish({ topicArn: TOPIC, message: 'hello' });
    await idle();
    expect(lines[0]).toContain('could not be invoked');
  });
});

describe('a publication by an AWS service', () => {
  const from = {
    service: 'ses.amazonaws.com',
    sourceArn: 'arn:aws:ses:us-east-1:000000000000:configuration-set/crew',
  };
  const policy = {
    Statement: {
      Effect: 'Allow',
      Principal: { Service: 'ses.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: TOPIC,
      Condition: { StringEquals: { 'AWS:SourceAccount': '000000000000', 'AWS:SourceArn': from.sourceArn } },
    },
  };

  it("needs the topic's policy", async () => {
    const topics = [{ name: 't', arn: TOPIC, policy: JSON.stringify(policy) }];
    const { publish, idle, events } = start(() => answered(), { ...toLambda, topics });
    publish({ topicArn: TOPIC, message: 'hello' }, from);
    await idle();
    expect(events).toHaveLength(1);
    const other = { ...from, sourceArn: `${from.sourceArn}-other` };
    expect(() => publish({ topicArn: TOPIC, message: 'hello' }, other)).toThrow('not allowed by the policy');
    expect(() => start(() => answered()).publish({ topicArn: TOPIC, message: 'hello' }, from)).toThrow(
      AwsError,
    );
  });

  it('is not judged by a policy that the stack cannot read', () => {
    const topics = [
      { name: 't', arn: TOPIC, policy: { Statement: { ...policy.Statement, NotAction: 'sns:Publish' } } },
    ];
    const { publish } = start(() => answered(), { topics });
    expect(() => publish({ topicArn: TOPIC, message: 'hello' }, from)).toThrow('NotAction');
  });
});

describe('a declaration', () => {
  it.each<[string, Partial<MessagingOptions>, string]>([
    ['a subscription to an unknown topic', { topics: [] }, TOPIC],
    ['a subscription of an unknown queue', { queues: [deadQueue], mappings: [] }, QUEUE],
    [
      'a mapping of an unknown queue',
      { mappings: [{ queueArn: 'arn:nowhere', functionName: 'f', batchSize: 1 }] },
      'arn:nowhere',
    ],
    ['unknown dead letters', { queues: [queue] }, DEAD],
    [
      'a function that may run longer than its messages are hidden',
      { mappings: [{ queueArn: QUEUE, functionName: 'f', batchSize: 1, functionTimeoutSeconds: 30 }] },
      'visibility timeout',
    ],
  ])('with %s is refused', (_, changes, message) => {
    expect(() => start(() => answered(), changes)).toThrow(message);
  });

  it('of a mapping asks whether the function may poll', () => {
    const asked: string[] = [];
    const caller = { principal: 'crew-notify', authorize: (action: string) => void asked.push(action) };
    start(() => answered(), { mappings: [{ queueArn: QUEUE, functionName: 'f', batchSize: 1, caller }] });
    expect(asked).toEqual(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']);
  });
});

describe("SNS's API", () => {
  it('publishes for the SDK client', async () => {
    const { sns, idle, events } = start(() => answered(), toLambda);
    await using served = await serveSns(sns);
    const MessageAttributes = { kind: { DataType: 'String', StringValue: 'crew' } };
    const answer = await served.sns.send(
      new PublishCommand({ TopicArn: TOPIC, Message: 'Grüße & <mehr>', Subject: 'Hi', MessageAttributes }),
    );
    await idle();
    expect(answer.MessageId).toBe(events[0]!.Records[0]!.Sns.MessageId);
    expect(events[0]!.Records[0]!.Sns).toMatchObject({
      Message: 'Grüße & <mehr>',
      Subject: 'Hi',
      MessageAttributes: { kind: { Type: 'String', Value: 'crew' } },
    });
    expect(served.asked).toEqual([`sns:Publish ${TOPIC}`]);
  });

  it('refuses an unknown topic, a caller without the right, bad input and other operations', async () => {
    const { sns, pending } = start(() => answered());
    await using served = await serveSns(sns);
    await using forbidden = await serveSns(sns, ['sns:Publish']);
    const publish = (input: object) =>
      served.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'x', ...input }));
    await expect(publish({ TopicArn: `${TOPIC}-other` })).rejects.toMatchObject({
      name: 'NotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(publish({ Message: '' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(publish({ Message: 'x'.repeat(262_145) })).rejects.toMatchObject({
      message: expect.stringContaining('too long') as string,
    });
    await expect(publish({ Subject: 'a\nb' })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    await expect(
      publish({ MessageAttributes: { a: { DataType: 'String', StringValue: '' } } }),
    ).rejects.toMatchObject({
      name: 'InvalidParameterValueException',
    });
    await expect(publish({ MessageStructure: 'json' })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
    const batch = { TopicArn: TOPIC, PublishBatchRequestEntries: [{ Id: '1', Message: 'x' }] };
    await expect(served.sns.send(new PublishBatchCommand(batch))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
      message: expect.stringContaining('PublishBatch') as string,
    });
    await expect(
      forbidden.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'x' })),
    ).rejects.toMatchObject({
      name: 'AuthorizationErrorException',
    });
    expect(pending()).toBe(0);
  });

  it('leaves the SQS API out', async () => {
    const { sqs } = start(() => answered());
    const headers = { 'x-amz-target': 'AmazonSQS.SendMessage' };
    const request = new Request('http://sqs.local/', { method: 'POST', headers });
    await expect(sqs(request, { principal: 'x', authorize: () => undefined })).rejects.toMatchObject({
      status: 501,
      message: expect.stringContaining('SendMessage') as string,
    });
  });
});

async function serveSns(service: ReturnType<typeof start>['sns'], denied: string[] = []) {
  const served = await serve('sns', service, denied);
  const sns = new SNSClient(served.client);
  return { ...served, sns, [Symbol.asyncDispose]: () => (sns.destroy(), served.close()) };
}
