import { describe, expect, it } from 'vitest';
import { bucketsOf, notificationsOf, permissionsOf } from '#scripts/stack/declared-storage.ts';
import type { Graph, Resource } from '#scripts/stack/graph.ts';

const FUNCTION = 'arn:aws:lambda:us-east-1:000000000000:function:photo-arrivals';
const resource = (type: string, inputs: object, more: Partial<Resource> = {}): Resource => ({
  type,
  name: 'photos',
  inputs: inputs as Resource['inputs'],
  id: 'jada-photos',
  outputs: {},
  protect: false,
  dependsOn: [],
  ...more,
});

const rule = { allowedOrigins: ['https://crew.test'], allowedMethods: ['POST'], exposeHeaders: ['ETag'] };
const bucket = resource('aws:s3/bucket:Bucket', { bucket: 'jada-photos' });
const cors = resource('aws:s3/bucketCorsConfiguration:BucketCorsConfiguration', {
  bucket: 'jada-photos',
  corsRules: [rule],
});
const lambda = resource('aws:lambda/function:Function', {}, { outputs: { arn: FUNCTION } });
const permission = resource('aws:lambda/permission:Permission', {
  action: 'lambda:InvokeFunction',
  function: 'photo-arrivals',
  principal: 's3.amazonaws.com',
  sourceArn: 'arn:aws:s3:::jada-photos',
});
const told = { lambdaFunctionArn: FUNCTION, events: ['s3:ObjectCreated:*'] };
const notification = (inputs: object = {}, more: Partial<Resource> = {}) =>
  resource(
    'aws:s3/bucketNotification:BucketNotification',
    { bucket: 'jada-photos', lambdaFunctions: [{ ...told, filterPrefix: 'photo/' }], ...inputs },
    { dependsOn: ['aws:lambda/permission:Permission::photos'], ...more },
  );
const graph = (...resources: Resource[]): Graph => ({ resources, outputs: {} });

describe('what the program declares of a bucket', () => {
  it('is its CORS rules', () => {
    expect(bucketsOf(graph(bucket, cors))[0]?.cors).toEqual([rule]);
    expect(bucketsOf(graph(bucket))[0]).not.toHaveProperty('cors');
  });

  it('is whom it tells of what', () => {
    const lambdaFunctions = [{ ...told, filterPrefix: 'photo/' }, told];
    expect(notificationsOf(graph(lambda, permission, notification({ lambdaFunctions })))).toEqual([
      {
        id: 'photos-1',
        bucket: 'jada-photos',
        events: ['s3:ObjectCreated:*'],
        prefix: 'photo/',
        suffix: '',
        functionArn: FUNCTION,
      },
      {
        id: 'photos-2',
        bucket: 'jada-photos',
        events: ['s3:ObjectCreated:*'],
        prefix: '',
        suffix: '',
        functionArn: FUNCTION,
      },
    ]);
  });

  it('is who may invoke a function, which the permission names or gives the ARN of', () => {
    const byArn = { ...permission, inputs: { ...permission.inputs, function: FUNCTION } };
    const other = { ...permission, inputs: { ...permission.inputs, function: 'another' } };
    expect(permissionsOf(graph(lambda, permission, byArn, other))).toEqual(
      [1, 2].map(() => ({
        functionArn: FUNCTION,
        action: 'lambda:InvokeFunction',
        principal: 's3.amazonaws.com',
        sourceArn: 'arn:aws:s3:::jada-photos',
        sourceAccount: undefined,
      })),
    );
  });

  it('is who may invoke an alias, which is not who may invoke the function', () => {
    const live = { ...permission, inputs: { ...permission.inputs, qualifier: 'live' } };
    expect(permissionsOf(graph(lambda, live)).map(({ functionArn }) => functionArn)).toEqual([
      `${FUNCTION}:live`,
    ]);
    const toldAlias = { ...told, lambdaFunctionArn: `${FUNCTION}:live` };
    const tooEarly = notification({ lambdaFunctions: [toldAlias] }, { dependsOn: [] });
    expect(() => notificationsOf(graph(lambda, live, tooEarly))).toThrow('without dependsOn photos');
    expect(
      notificationsOf(graph(lambda, live, notification({ lambdaFunctions: [toldAlias] }))),
    ).toMatchObject([{ functionArn: `${FUNCTION}:live` }]);
  });
});

describe('a declared notification is refused', () => {
  it.each<[string, Resource[], string]>([
    [
      'when it does not wait for its permission',
      [notification({}, { dependsOn: [] })],
      'without dependsOn photos S3 may be told before it may invoke',
    ],
    [
      'when a second one would replace it',
      [notification(), notification({}, { name: 'more' })],
      'has 2 notifications: the last would replace the others',
    ],
    [
      'when it tells what the stack has no stand-in for',
      [notification({ queues: [{ queueArn: 'arn:aws:sqs:us-east-1:0:q', events: [] }] })],
      'queues is not implemented by the local stack',
    ],
  ])('%s', (_, declared, message) => {
    expect(() => notificationsOf(graph(lambda, permission, ...declared))).toThrow(message);
  });
});
