import * as aws from '@pulumi/aws';
import { PURPOSES } from '#functions/scc/photo-key.ts';
import type { Foundation } from './foundation.ts';
import { createFunction } from './functions.ts';
import * as policies from './policies.ts';

/** Looks at each upload when it arrives: an entry of the event's log, or nothing that stays. */
export function declarePhotos({ config, arns, tables, buckets }: Foundation): void {
  const name = 'photo-arrivals';
  const { lambda } = createFunction(config, name, {
    env: {
      PHOTOS_BUCKET: buckets.photos.bucket,
      EVENTS_TABLE: tables.events.name,
      ENTRIES_TABLE: tables.entries.name,
    },
    statements: arns.apply(policies.photoArrivals),
    timeoutSeconds: 30,
  });
  const permission = new aws.lambda.Permission(name, {
    action: 'lambda:InvokeFunction',
    function: lambda.name,
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
        lambdaFunctionArn: lambda.arn,
        events: ['s3:ObjectCreated:*'],
        filterPrefix: `${purpose}/`,
      })),
    },
    { dependsOn: [permission] },
  );
}
