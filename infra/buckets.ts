import * as aws from '@pulumi/aws';
import * as pulumi from '@pulumi/pulumi';
import type { StackConfig } from './config.ts';
import type { Deployment } from './deployment.ts';
import { bucketReadableBy } from './trust.ts';

export type BucketKey = keyof Deployment['buckets'];
export type Buckets = Readonly<Record<BucketKey, aws.s3.Bucket>>;

/** The buckets: both sites and the photos. All private; a site's is read by its distribution only. */
export const declareBuckets = ({ buckets }: StackConfig): Buckets => ({
  guest: declarePrivateBucket('guest-site', buckets.guest),
  crew: declarePrivateBucket('crew-site', buckets.crew),
  photos: declarePrivateBucket('photos', buckets.photos),
});

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
  new aws.s3.BucketVersioning(name, {
    bucket: bucket.bucket,
    versioningConfiguration: { status: 'Enabled' },
  });
  new aws.s3.BucketServerSideEncryptionConfiguration(name, {
    bucket: bucket.bucket,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }],
  });
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
