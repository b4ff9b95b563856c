import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from './config.ts';
import type { Deployment } from './deployment.ts';
import { bucketReadableBy } from './trust.ts';

export type BucketKey = keyof Deployment['buckets'];
export type Buckets = Readonly<Record<BucketKey, aws.s3.Bucket>>;

/** The buckets: both sites and the photos. All private; a site's is read by its distribution only. */
export const declareBuckets = (config: StackConfig): Buckets => ({
  guest: declarePrivateBucket('guest-site', config.buckets.guest),
  crew: declarePrivateBucket('crew-site', config.buckets.crew),
  photos: declarePhotosBucket(config),
});

/** Browsers send photos straight to the bucket and fetch them from it, by what scc-api signed for them. */
function declarePhotosBucket({ buckets, urls }: StackConfig): aws.s3.Bucket {
  const bucket = declarePrivateBucket('photos', buckets.photos);
  new aws.s3.BucketCorsConfiguration('photos', {
    bucket: bucket.bucket,
    corsRules: [
      {
        allowedOrigins: [urls.crew, urls.guest],
        allowedMethods: ['GET', 'HEAD', 'POST'],
        allowedHeaders: ['content-type'],
        exposeHeaders: ['ETag'],
        maxAgeSeconds: 3000,
      },
    ],
  });
  return bucket;
}

/** Versioned, encrypted, shut to the public, and with a month to get back what was replaced or deleted. */
function declarePrivateBucket(name: string, bucketName: string): aws.s3.Bucket {
  const bucket = new aws.s3.Bucket(name, { bucket: bucketName }, { protect: true });
  new aws.s3.BucketPublicAccessBlock(name, {
    bucket: bucket.bucket,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  new aws.s3.BucketOwnershipControls(name, {
    bucket: bucket.bucket,
    rule: { objectOwnership: 'BucketOwnerEnforced' },
  });
  const versioning = new aws.s3.BucketVersioning(name, {
    bucket: bucket.bucket,
    versioningConfiguration: { status: 'Enabled' },
  });
  new aws.s3.BucketServerSideEncryptionConfiguration(name, {
    bucket: bucket.bucket,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
  });
  new aws.s3.BucketLifecycleConfiguration(
    name,
    {
      bucket: bucket.bucket,
      rules: [
        {
          id: 'forget-what-was-replaced',
          status: 'Enabled',
          filter: { prefix: '' },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
          noncurrentVersionExpiration: { noncurrentDays: 30 },
          expiration: { expiredObjectDeleteMarker: true },
        },
      ],
    },
    { dependsOn: [versioning] },
  );
  return bucket;
}

/** Lets one distribution, and nobody else, read a bucket. */
export function allowDistribution(
  name: string,
  bucket: aws.s3.Bucket,
  distribution: aws.cloudfront.Distribution,
): void {
  const policy = pulumi
    .all([bucket.arn, distribution.arn])
    .apply(([bucketArn, distributionArn]) => JSON.stringify(bucketReadableBy(bucketArn, distributionArn)));
  new aws.s3.BucketPolicy(name, { bucket: bucket.bucket, policy });
}
