import type { ObjectInfo } from './s3-objects.ts';
import type { CreatedBy } from './s3-write.ts';

/** An object that was written. */
export interface Creation {
  readonly object: ObjectInfo;
  readonly by: CreatedBy;
  /** ISO 8601 with milliseconds, UTC */
  readonly at: string;
}

export interface EventOrigin {
  readonly configurationId: string;
  readonly region: string;
  readonly account: string;
  /** Of the event; the same when it is delivered again. */
  readonly id: string;
}

/** The event that S3 hands to a function (Amazon S3, "Event message structure", version 2.1). */
export const toS3Event = ({ object, by, at }: Creation, origin: EventOrigin): object => ({
  Records: [
    {
      eventVersion: '2.1',
      eventSource: 'aws:s3',
      awsRegion: origin.region,
      eventTime: at,
      eventName: `ObjectCreated:${by}`,
      userIdentity: { principalId: `AWS:${origin.account}` },
      requestParameters: { sourceIPAddress: '127.0.0.1' },
      responseElements: { 'x-amz-request-id': origin.id, 'x-amz-id-2': 'local' },
      s3: {
        s3SchemaVersion: '1.0',
        configurationId: origin.configurationId,
        bucket: {
          name: object.bucket,
          ownerIdentity: { principalId: origin.account },
          arn: `arn:aws:s3:::${object.bucket}`,
        },
        object: {
          key: encodeKey(object.key),
          size: object.size,
          eTag: object.etag,
          ...(object.versionId !== undefined && { versionId: object.versionId }),
          sequencer: Date.parse(at).toString(16).toUpperCase().padStart(18, '0'),
        },
      },
    },
  ],
});

/** As in a form: `red flower.jpg` is `red+flower.jpg`; only the slashes stay. */
const encodeKey = (key: string): string =>
  key
    .split('/')
    .map((part) => new URLSearchParams({ '': part }).toString().slice(1))
    .join('/');
