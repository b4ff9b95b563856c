import {
  DeleteObjectCommand,
  GetObjectCommand,
  S3Client,
  S3ServiceException,
  type GetObjectCommandOutput,
  type S3ClientConfig,
} from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { timeLimits } from './time-limits.ts';

/** A form that a browser posts to S3, with the fields before the file, which is named `file`. */
export interface UploadForm {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** The bucket of photos, as whoever signs for browsers sees it. */
export interface PhotoSigner {
  /** Lets its holder store exactly this key with exactly this type, for 15 minutes. */
  signUpload(upload: { key: string; type: string; /** Bytes. */ maxSize: number }): Promise<UploadForm>;
  /** An address that shows the object as this type, for 5 minutes. */
  signRead(key: string, type: string): Promise<string>;
}

/** One version of an object; without a version the current one. */
export interface Arrived {
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** The bucket of photos, as whoever looks at what arrived sees it. */
export interface PhotoBucket {
  /** Its first bytes, and the type it was sent with; undefined when it is not there any more. */
  peek(object: Arrived, length: number): Promise<{ bytes: Uint8Array; type: string } | undefined>;
  /** For good; also when it is gone already. */
  remove(object: Arrived): Promise<void>;
}

/** How long a form to upload with lives. */
export const UPLOAD_SECONDS = 15 * 60;
const READ_SECONDS = 5 * 60;
/** Browsers may keep the way to a picture, and the picture, for less than its address lives. */
export const PHOTO_CACHE_CONTROL = 'private, max-age=240';

/** Checksums only where S3 asks for them: a browser that holds a form or a link adds none. */
export const createPhotosClient = (config: S3ClientConfig = {}): S3Client =>
  new S3Client({
    maxAttempts: 4,
    requestHandler: timeLimits(2_000, 5_000),
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...config,
  });

interface PhotosOptions {
  readonly bucket: string;
}

export const createPhotoSigner = (client: S3Client, { bucket: Bucket }: PhotosOptions): PhotoSigner => ({
  signUpload: ({ key, type, maxSize }) =>
    createPresignedPost(client, {
      Bucket,
      Key: key,
      Expires: UPLOAD_SECONDS,
      Fields: { 'Content-Type': type },
      Conditions: [
        ['eq', '$Content-Type', type],
        ['content-length-range', 1, maxSize],
      ],
    }),
  signRead: (key, type) =>
    getSignedUrl(
      client,
      new GetObjectCommand({
        Bucket,
        Key: key,
        ResponseContentType: type,
        ResponseContentDisposition: 'inline',
        ResponseCacheControl: PHOTO_CACHE_CONTROL,
      }),
      { expiresIn: READ_SECONDS },
    ),
});

export const createPhotoBucket = (client: S3Client, { bucket: Bucket }: PhotosOptions): PhotoBucket => ({
  async peek({ key, versionId }, length) {
    const request = { Bucket, Key: key, VersionId: versionId, Range: `bytes=0-${length - 1}` };
    const reply = await whenThere(client.send(new GetObjectCommand(request)));
    if (reply === undefined) return undefined;
    if (reply === 'empty') return { bytes: new Uint8Array(), type: '' };
    return {
      bytes: (await reply.Body?.transformToByteArray()) ?? new Uint8Array(),
      type: reply.ContentType ?? '',
    };
  },
  async remove({ key, versionId }) {
    await client.send(new DeleteObjectCommand({ Bucket, Key: key, VersionId: versionId }));
  },
});

/** Of an empty object S3 has no range to give. */
async function whenThere(
  reading: Promise<GetObjectCommandOutput>,
): Promise<GetObjectCommandOutput | 'empty' | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof S3ServiceException)) throw error;
    if (error.name === 'NoSuchKey' || error.name === 'NoSuchVersion') return undefined;
    if (error.name === 'InvalidRange') return 'empty';
    throw error;
  }
}
