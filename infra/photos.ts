import * as aws from '@pulumi/aws';
import { PURPOSES } from '#functions/scc/photo-key.ts';
import type { Foundation } from './foundation.ts';
import { allowInvoke, createEventFunction } from './functions.ts';
import * as policies from './policies.ts';

/** Looks at each upload when it arrives: an entry of the event's log, or nothing that stays. */
export function declarePhotos(foundation: Foundation): void {
  const { config, arns, tables, buckets } = foundation;
  const name = 'photo-arrivals';
  const handler = createEventFunction(foundation, name, {
    env: {
      PHOTOS_BUCKET: buckets.photos.bucket,
      EVENTS_TABLE: tables.events.name,
      ENTRIES_TABLE: tables.entries.name,
    },
    statements: arns.apply(policies.photoArrivals),
    timeoutSeconds: 30,
  });
  const permission = allowInvoke(name, handler, {
    principal: 's3.amazonaws.com',
    sourceArn: buckets.photos.arn,
    // A bucket's ARN does not name its account, and the name of a deleted bucket is anybody's.
    sourceAccount: config.accountId,
  });
  new aws.s3.BucketNotification(
    name,
    {
      bucket: buckets.photos.bucket,
      lambdaFunctions: PURPOSES.map((purpose) => ({
        lambdaFunctionArn: handler.alias.arn,
        events: ['s3:ObjectCreated:*'],
        filterPrefix: `${purpose}/`,
      })),
    },
    { dependsOn: [permission] },
  );
}
