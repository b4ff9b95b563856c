import * as z from 'zod';
import type { Arrived } from '../adapters/photos-s3.ts';

/** An object that S3 says was created. */
export interface Upload extends Arrived {
  /** Instant of S3's clock. */
  readonly at: string;
}

/** What an event of S3 names. Throws, with all problems, on anything that is not of our bucket and our kind. */
export const readUploads = (event: unknown, bucket: string): Upload[] =>
  eventSchema(bucket)
    .parse(event)
    .Records.map(({ eventTime, s3: { object } }) => ({
      key: object.key,
      versionId: object.versionId,
      at: eventTime,
    }));

/** S3 encodes keys as forms do: a space is a plus. */
const keySchema = z.string().transform((encoded, ctx) => {
  try {
    return decodeURIComponent(encoded.replaceAll('+', ' '));
  } catch {
    ctx.addIssue({ code: 'custom', message: 'a key encoded as in a form' });
    return z.NEVER;
  }
});

const eventSchema = (bucket: string) =>
  z.object({
    Records: z.array(
      z.object({
        eventSource: z.literal('aws:s3'),
        eventName: z.string().startsWith('ObjectCreated:'),
        eventTime: z.iso.datetime(),
        s3: z.object({
          bucket: z.object({ name: z.literal(bucket) }),
          object: z.object({ key: keySchema, versionId: z.string().optional() }),
        }),
      }),
    ),
  });
