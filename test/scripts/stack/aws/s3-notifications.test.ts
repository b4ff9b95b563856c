import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { CopyObjectCommand, DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { S3Event } from 'aws-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeptMessage } from '#scripts/stack/aws/delivery.ts';
import type { InvokeResult } from '#scripts/stack/aws/lambda.ts';
import {
  createS3Notifications,
  type BucketNotification,
  type FunctionPermission,
  type NotificationOptions,
} from '#scripts/stack/aws/s3-notifications.ts';
import type { ObjectInfo } from '#scripts/stack/aws/s3-objects.ts';
import { bucket, startS3 } from './start-endpoint.ts';

const photos = 'jada-photos';
const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:photo-arrivals';

const notification = (more: Partial<BucketNotification> = {}): BucketNotification => ({
  id: 'arrivals',
  bucket: photos,
  events: ['s3:ObjectCreated:*'],
  prefix: 'photo/',
  suffix: '',
  functionArn: FUNCTION,
  ...more,
});
const permission: FunctionPermission = {
  functionArn: FUNCTION,
  action: 'lambda:InvokeFunction',
  principal: 's3.amazonaws.com',
  sourceArn: `arn:aws:s3:::${photos}`,
  sourceAccount: '000000000000',
};

/** Notifications to a function that answers what the test says, and everything that it was handed. */
function start(options: Partial<NotificationOptions> = {}, answers: InvokeResult[] = []) {
  const events: S3Event[] = [];
  const lines: string[] = [];
  const notifications = createS3Notifications({
    notifications: [notification()],
    permissions: [permission],
    region: 'us-east-1',
    account: '000000000000',
    invoke: async (functionArn, event) => {
      expect(functionArn).toBe(FUNCTION);
      events.push(event as S3Event);
      return answers.shift() ?? { requestId: 'r', payload: null };
    },
    state: new Map<string, KeptMessage>(),
    log: (line) => void lines.push(line),
    ...options,
  });
  return { ...notifications, events, lines };
}

const object = (key: string, more: Partial<ObjectInfo> = {}): ObjectInfo => ({
  bucket: photos,
  key,
  size: 5,
  etag: '5ae0c1c8a5260bc7b6648f6fbd115c35',
  sha256: '',
  lastModified: '2027-05-01T12:00:00.000Z',
  versionId: 'v1',
  headers: {},
  metadata: {},
  checksums: {},
  ...more,
});

const failed: InvokeResult = {
  requestId: 'r',
  payload: { errorMessage: 'oops' },
  functionError: 'Unhandled',
};

describe('an object that is created', () => {
  it('is told in the shape of an S3 event, its key encoded as in a form', async () => {
    const { created, idle, events } = start();
    created(object('photo/a b/ü+&(1).jpg'), 'Post');
    await idle();
    expect(events).toHaveLength(1);
    const [record] = events[0]!.Records;
    expect(record).toMatchObject({
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: 'us-east-1',
      eventName: 'ObjectCreated:Post',
      s3: {
        configurationId: 'arrivals',
        bucket: { name: photos, arn: `arn:aws:s3:::${photos}` },
        object: {
          key: 'photo/a+b/%C3%BC%2B%26%281%29.jpg',
          size: 5,
          eTag: '5ae0c1c8a5260bc7b6648f6fbd115c35',
          versionId: 'v1',
        },
      },
    });
    expect(record!.eventTime).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
  });

  it('is told to the function whose filter fits and to nobody else', async () => {
    const { created, idle, events } = start({
      notifications: [
        notification({ id: 'jpg', suffix: '.jpg' }),
        notification({ id: 'posts', prefix: 'receipt/', events: ['s3:ObjectCreated:Post'] }),
      ],
    });
    created(object('photo/1.png'), 'Put');
    created(object('other/1.jpg'), 'Put');
    created(object('photo/1.jpg', { bucket: 'others' }), 'Put');
    created(object('receipt/1.jpg'), 'Put');
    created(object('photo/1.jpg'), 'Put');
    created(object('receipt/2.jpg'), 'Post');
    await idle();
    expect(
      events
        .flatMap(({ Records }) => Records.map(({ s3 }) => [s3.configurationId, s3.object.key]))
        .toSorted(),
    ).toEqual([
      ['jpg', 'photo/1.jpg'],
      ['posts', 'receipt/2.jpg'],
    ]);
  });

  it('is told again when the function fails, as the same event, three times in all', async () => {
    const { created, pending, idle, events, lines } = start({}, [failed, failed, failed, failed]);
    created(object('photo/1'), 'Post');
    expect(pending()).toBe(1);
    await idle();
    expect(events).toHaveLength(3);
    expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(1);
    expect(lines.at(-1)).toMatch(/^Dropped event .* after 3 attempts$/);
  });

  it('may be told twice though nothing failed', async () => {
    const { created, idle, events } = start({ duplicateEvery: 1 });
    created(object('photo/1'), 'Post');
    await idle();
    expect(events).toHaveLength(2);
  });

  it('is told after a restart when it was not before', async () => {
    const state = new Map<string, KeptMessage>();
    const first = start({ state });
    first.close();
    first.created(object('photo/1'), 'Post');
    expect(first.events).toEqual([]);
    const second = start({ state });
    expect(second.pending()).toBe(1);
    await second.idle();
    expect(second.events).toHaveLength(1);
  });
});

describe('a bucket', () => {
  let server: Awaited<ReturnType<typeof startS3>>;
  beforeAll(async () => {
    server = await startS3([bucket(photos)]);
  });
  afterAll(() => server.close());

  it('tells of every way to write, and of nothing that was refused or deleted', async () => {
    const at = { Bucket: photos, Key: 'photo/1' };
    await server.pipeline.send(new PutObjectCommand({ ...at, Body: 'a' }));
    await expect(
      server.pipeline.send(new PutObjectCommand({ ...at, Body: 'b', IfNoneMatch: '*' })),
    ).rejects.toThrow('pre-conditions');
    await server.pipeline.send(
      new CopyObjectCommand({ Bucket: photos, Key: 'photo/2', CopySource: `${photos}/photo/1` }),
    );
    await server.pipeline.send(new DeleteObjectCommand(at));
    const { url, fields } = await createPresignedPost(server.pipeline, { Bucket: photos, Key: 'photo/3' });
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    form.append('file', new File(['photo'], 'a.jpg'));
    expect((await fetch(url, { method: 'POST', body: form })).status).toBe(204);
    expect(server.created).toEqual(['photo/1', 'photo/2', 'photo/3'].map((key) => `${photos}/${key}`));
    expect(server.createdBy).toEqual(['Put', 'Copy', 'Post']);
  });
});

describe('a notification is refused', () => {
  it.each<[string, Partial<NotificationOptions>, RegExp]>([
    ['without a permission', { permissions: [] }, /no permission lets s3\.amazonaws\.com invoke/],
    [
      'with a permission for another bucket',
      { permissions: [{ ...permission, sourceArn: 'arn:aws:s3:::others' }] },
      /no permission/,
    ],
    [
      'with a permission for another account',
      { permissions: [{ ...permission, sourceAccount: '111111111111' }] },
      /no permission/,
    ],
    [
      'with a permission for another service',
      { permissions: [{ ...permission, principal: 'sns.amazonaws.com' }] },
      /no permission/,
    ],
    [
      'with a permission for another function',
      { permissions: [{ ...permission, functionArn: `${FUNCTION}2` }] },
      /no permission/,
    ],
    ['without events', { notifications: [notification({ events: [] })] }, /names no event/],
    [
      'for events that the stack does not have',
      { notifications: [notification({ events: ['s3:ObjectRemoved:*'] })] },
      /has no event s3:ObjectRemoved/,
    ],
    [
      'beside another one for the same objects',
      { notifications: [notification(), notification({ id: 'too', prefix: 'photo/a/', suffix: '.jpg' })] },
      /overlap/,
    ],
  ])('%s', (_, options, message) => {
    expect(() => start(options)).toThrow(message);
  });

  it('but not beside one for other objects, or for another kind of event', () => {
    const kind = (id: string, event: string) => notification({ id, events: [`s3:ObjectCreated:${event}`] });
    const one = start({ notifications: [notification(), notification({ id: 'too', prefix: 'receipt/' })] });
    const other = start({ notifications: [kind('put', 'Put'), kind('post', 'Post')] });
    expect([one.pending(), other.pending()]).toEqual([0, 0]);
  });
});
