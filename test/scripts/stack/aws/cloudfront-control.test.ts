import {
  CloudFrontClient,
  CreateInvalidationCommand,
  GetInvalidationCommand,
  ListDistributionsCommand,
  waitUntilInvalidationCompleted,
} from '@aws-sdk/client-cloudfront';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCloudFrontControl } from '#scripts/stack/aws/cloudfront-control.ts';
import { serve, type ServedService } from './serve.ts';

const ARN = 'arn:aws:cloudfront::000000000000:distribution/E1';

let invalidated: [string, readonly string[]][];
let hold: Promise<void> | undefined;
let lines: string[];
let served: ServedService;
let client: CloudFrontClient;

beforeEach(async () => {
  invalidated = [];
  hold = undefined;
  lines = [];
  served = await serve('cloudfront', control());
  client = new CloudFrontClient(served.client);
});
afterEach(async () => {
  client.destroy();
  await served.close();
});

const control = () =>
  createCloudFrontControl({
    account: '000000000000',
    distributions: ['E1', 'E2'],
    log: (line) => lines.push(line),
    async invalidate(distributionId, paths) {
      await hold;
      invalidated.push([distributionId, paths]);
    },
  });

const create = (Items: string[], { reference = 'r1', id = 'E1', Quantity = Items.length } = {}) =>
  client.send(
    new CreateInvalidationCommand({
      DistributionId: id,
      InvalidationBatch: { CallerReference: reference, Paths: { Quantity, Items } },
    }),
  );
const get = (Id: string, DistributionId = 'E1') =>
  client.send(new GetInvalidationCommand({ DistributionId, Id }));

describe('an invalidation', () => {
  it('is in progress when it is created and completed once it is applied', async () => {
    const release = Promise.withResolvers<void>();
    hold = release.promise;
    const created = await create(['/g/xhqgmdh', '/g/a&b.html']);
    expect(created.Invalidation).toMatchObject({
      Status: 'InProgress',
      InvalidationBatch: {
        CallerReference: 'r1',
        Paths: { Quantity: 2, Items: ['/g/xhqgmdh', '/g/a&b.html'] },
      },
    });
    expect(created.Invalidation!.CreateTime).toBeInstanceOf(Date);
    const Id = created.Invalidation!.Id!;
    expect(created.Location).toContain(Id);
    expect((await get(Id)).Invalidation!.Status).toBe('InProgress');
    expect(invalidated).toEqual([]);
    release.resolve();
    await waitUntilInvalidationCompleted(
      { client, maxWaitTime: 5, minDelay: 1 },
      { DistributionId: 'E1', Id },
    );
    expect(invalidated).toEqual([['E1', ['/g/xhqgmdh', '/g/a&b.html']]]);
    expect(new Set(served.asked)).toEqual(
      new Set([`cloudfront:CreateInvalidation ${ARN}`, `cloudfront:GetInvalidation ${ARN}`]),
    );
  });

  it('is applied once for one caller reference', async () => {
    const first = await create(['/a']);
    const second = await create(['/a']);
    expect(second.Invalidation!.Id).toBe(first.Invalidation!.Id);
    expect(invalidated).toHaveLength(1);
    await expect(create(['/b'])).rejects.toMatchObject({ name: 'InvalidationBatchAlreadyExists' });
    expect((await create(['/b'], { id: 'E2' })).Invalidation!.Id).not.toBe(first.Invalidation!.Id);
  });
});

describe('an invalidation that cannot be applied', () => {
  it('stays in progress and is logged', async () => {
    const release = Promise.withResolvers<void>();
    hold = release.promise;
    const Id = (await create(['/a'])).Invalidation!.Id!;
    release.reject(new Error('no such cache'));
    expect((await get(Id)).Invalidation!.Status).toBe('InProgress');
    expect(lines).toEqual([`Invalidation ${Id} failed: Error: no such cache`]);
  });
});

describe('CloudFront refuses', () => {
  it('distributions and invalidations that do not exist', async () => {
    await expect(create(['/a'], { id: 'E9' })).rejects.toMatchObject({
      name: 'NoSuchDistribution',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(get('I9')).rejects.toMatchObject({ name: 'NoSuchInvalidation' });
  });

  it('paths without a slash, with bare spaces, none at all, and a wrong count', async () => {
    for (const paths of [['a'], ['/a b'], ['/ü'], []]) {
      await expect(create(paths)).rejects.toMatchObject({ name: 'InvalidArgument' });
    }
    await expect(create(['/a'], { Quantity: 2 })).rejects.toMatchObject({ name: 'InconsistentQuantities' });
    expect(invalidated).toEqual([]);
  });

  it('more than 3,000 files or 15 wildcards in progress', async () => {
    const files = (count: number): string[] => Array.from({ length: count }, (_, index) => `/${index}`);
    const release = Promise.withResolvers<void>();
    hold = release.promise;
    await expect(create(files(3001))).rejects.toMatchObject({ name: 'TooManyInvalidationsInProgress' });
    await create(files(3000), { reference: 'full' });
    await expect(create(['/one-more'])).rejects.toMatchObject({ name: 'TooManyInvalidationsInProgress' });
    const wildcards = Array.from({ length: 16 }, (_, index) => `/${index}/*`);
    await expect(create(wildcards, { id: 'E2' })).rejects.toMatchObject({
      name: 'TooManyInvalidationsInProgress',
    });
    release.resolve();
    await release.promise;
    await expect(create(['/one-more'])).resolves.toHaveProperty('Invalidation');
  });

  it('other operations and callers without the right', async () => {
    await expect(client.send(new ListDistributionsCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
    const forbidden = await serve('cloudfront', control(), ['cloudfront:CreateInvalidation']);
    const denied = new CloudFrontClient(forbidden.client);
    const InvalidationBatch = { CallerReference: 'r', Paths: { Quantity: 1, Items: ['/a'] } };
    await expect(
      denied.send(new CreateInvalidationCommand({ DistributionId: 'E1', InvalidationBatch })),
    ).rejects.toMatchObject({ name: 'AccessDenied' });
    denied.destroy();
    await forbidden.close();
  });
});
