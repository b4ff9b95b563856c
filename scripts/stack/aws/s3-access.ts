import { AwsError, type Caller } from '../stand-in.ts';
import { accessDenied } from './callers.ts';
import { judgeByResourcePolicy } from './policy.ts';
import type { Bucket } from './s3.ts';

/** Throws `AccessDeniedException` unless the caller may do `action` on the bucket, or on the object when a key is given. */
export function authorizeS3(bucket: Bucket, caller: Caller, action: string, key?: string): void {
  const resource = `arn:aws:s3:::${bucket.name}${key === undefined ? '' : `/${key}`}`;
  const verdict = judgeByBucket(bucket, caller, action, resource);
  if (verdict === 'denied') throw accessDenied(caller.principal, action, resource);
  if (isRole(caller)) caller.authorize(action, resource);
  else if (verdict !== 'allowed') throw accessDenied(caller.principal, action, resource);
}

/** The error for a key, or a version of it, that is not there: only who may list the bucket learns so. */
export function missingKey(
  bucket: Bucket,
  caller: Caller,
  key: string,
  versionId: string | null = null,
): AwsError {
  authorizeS3(bucket, caller, 's3:ListBucket');
  return versionId === null
    ? new AwsError('NoSuchKey', `The specified key does not exist: ${key}`, 404)
    : new AwsError('NoSuchVersion', `The specified version does not exist: ${versionId} of ${key}`, 404);
}

const isRole = ({ principal }: Caller): boolean => principal !== 'cloudfront' && principal !== 'anonymous';

function judgeByBucket(bucket: Bucket, caller: Caller, action: string, resource: string): string {
  if (bucket.policy === undefined) return 'not mentioned';
  const isService = caller.principal === 'cloudfront';
  const requester = isService ? { service: 'cloudfront.amazonaws.com', sourceArn: caller.sourceArn } : {};
  const verdict = judgeByResourcePolicy(bucket.policy, requester, action, resource);
  const blocked = caller.principal === 'anonymous' && bucket.blockPublicAccess && verdict === 'allowed';
  return blocked ? 'denied' : verdict;
}
