import { createHash } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import { sha256 } from '#bookings/model/canonical.ts';
import {
  isNewer,
  StaleRevision,
  type SharedFile,
  type SiteObject,
  type Version,
} from '#bookings/reconcile/ports.ts';

/** What is stored under a key. */
interface Stored extends Version {
  readonly etag: string;
  readonly sha256: string | undefined;
  readonly contentType: string | undefined;
  readonly cacheControl: string | undefined;
}

interface PagePut {
  readonly object: SiteObject;
  readonly version: Version;
  /** ETag of what should be there; empty: nothing; undefined: nobody knows. */
  readonly known: string | undefined;
}

/** Replaces what is known to be there; when it is not, or nobody knows, looks first. Returns the ETag. */
export async function putPage(
  { object, version, known }: PagePut,
  bucket: string,
  s3: S3Client,
): Promise<string> {
  const { revision, fence } = version;
  const hash = sha256(object.body);
  const metadata = { revision: String(revision), fence: String(fence), sha256: hash };
  const replace = (etag: string | undefined) =>
    write(s3, { ...toPut(object, bucket, metadata), ...(etag ? { IfMatch: etag } : { IfNoneMatch: '*' }) });
  const replaced = known === undefined ? undefined : await replace(known);
  return replaced ?? replaceAfterLook({ object, version, hash }, replace, { bucket, s3 });
}

/** Looks, decides and writes on the condition that nothing changed in between; once more when something did. */
async function replaceAfterLook(
  { object, version, hash }: Pick<PagePut, 'object' | 'version'> & { readonly hash: string },
  replace: (etag: string | undefined) => Promise<string | undefined>,
  { bucket, s3 }: { readonly bucket: string; readonly s3: S3Client },
): Promise<string> {
  const { revision } = version;
  for (let round = 1; round <= 2; round++) {
    const stored = await head(s3, bucket, object.key);
    if (stored?.revision === revision && stored.sha256 === hash && isUntouched(stored, object))
      return stored.etag;
    if (stored !== undefined && isNewer(stored, version))
      throw new StaleRevision(object.key, revision, stored.revision);
    const written = await replace(stored?.etag);
    if (written !== undefined) return written;
  }
  throw new Error(`${object.key} kept changing while it was written`);
}

/**
 * Whether the bytes are those that the metadata speaks of: somebody who overwrites an object can keep its metadata. The
 * ETag is the MD5 of what was put in one go, save under a key of KMS: then the object is written again.
 */
const isUntouched = (stored: Stored, { body, contentType, cacheControl }: SiteObject): boolean =>
  stored.etag === `"${createHash('md5').update(body).digest('hex')}"` &&
  stored.contentType === contentType &&
  stored.cacheControl === cacheControl;

/** Stores a shared file; a hashed one that exists is left alone, unless somebody altered it. */
export async function putShared(
  file: SharedFile,
  bucket: string,
  s3: S3Client,
  altered = false,
): Promise<void> {
  const hash = sha256(file.body);
  const put = toPut(file, bucket, { sha256: hash });
  // The key of a hashed file says what is in it, so one that is there is right.
  if (HASHED.test(file.key) && !altered) {
    await write(s3, { ...put, IfNoneMatch: '*' });
    return;
  }
  const stored = await head(s3, bucket, file.key);
  if (stored?.sha256 !== hash || !isUntouched(stored, file)) await s3.send(new PutObjectCommand(put));
}

/** Folders whose files carry a hash of their content in their names. */
const HASHED = /(^|\/)(_astro|assets)\//;

const toPut = (object: SiteObject, Bucket: string, Metadata: Record<string, string>) => ({
  Bucket,
  Key: object.key,
  Body: object.body,
  ContentType: object.contentType,
  CacheControl: object.cacheControl,
  Metadata,
});

async function head(s3: S3Client, Bucket: string, Key: string): Promise<Stored | undefined> {
  try {
    const answer = await s3.send(new HeadObjectCommand({ Bucket, Key }));
    const { ETag = '', Metadata = {}, ContentType: contentType, CacheControl: cacheControl } = answer;
    const { revision = 0, fence = 0, sha256: hash } = Metadata;
    const version = { revision: Number(revision), fence: Number(fence) };
    return { etag: ETag, ...version, sha256: hash, contentType, cacheControl };
  } catch (error) {
    // An answer to HEAD has no body that could name the error.
    if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) return undefined;
    throw error;
  }
}

/** The new ETag; undefined when the condition did not hold. */
async function write(s3: S3Client, put: PutObjectCommand['input']): Promise<string | undefined> {
  try {
    const { ETag = '' } = await s3.send(new PutObjectCommand(put));
    return ETag;
  } catch (error) {
    if (error instanceof S3ServiceException && REFUSED.has(error.name)) return undefined;
    throw error;
  }
}

/** The condition does not hold; another conditional write is under way; what `If-Match` meant is gone. */
const REFUSED: ReadonlySet<string> = new Set([
  'PreconditionFailed',
  'ConditionalRequestConflict',
  'NoSuchKey',
]);
