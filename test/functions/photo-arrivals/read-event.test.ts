import { describe, expect, it } from 'vitest';
import { readUploads } from '#functions/photo-arrivals/read-event.ts';
import { toS3Event } from '#scripts/stack/aws/s3-event.ts';

const origin = { configurationId: '1', region: 'us-east-1', account: '000000000000', id: 'r' };
const eventOf = (key: string, versionId?: string, bucket = 'photos') => {
  const object = {
    bucket,
    key,
    size: 1,
    etag: '',
    sha256: '',
    lastModified: '',
    headers: {},
    metadata: {},
    checksums: {},
    ...(versionId !== undefined && { versionId }),
  };
  return toS3Event({ object, by: 'Post', at: '2027-05-30T16:00:00.123Z' }, origin);
};
type Loose = { Records: Record<string, unknown>[] };
const changed = (change: Record<string, unknown>) => {
  const event = eventOf('a') as Loose;
  return { Records: event.Records.map((record) => ({ ...record, ...change })) };
};

describe('an event of S3', () => {
  it('names object, version and time', () => {
    expect(readUploads(eventOf('photo/a', 'v1'), 'photos')).toEqual([
      { key: 'photo/a', versionId: 'v1', at: '2027-05-30T16:00:00.123Z' },
    ]);
    expect(readUploads(eventOf('photo/a'), 'photos')[0]?.versionId).toBeUndefined();
  });

  it.each(['photo/a b', 'photo/a+b', 'photo/100 %', 'photo/ü/é', 'photo/(a)&b=c'])(
    'has its key encoded as in a form, and it is read so: %s',
    (key) => {
      expect(readUploads(eventOf(key), 'photos')[0]?.key).toBe(key);
    },
  );

  it.each<[string, unknown]>([
    ['of another bucket', eventOf('a', 'v1', 'others')],
    ['of another service', changed({ eventSource: 'aws:sns' })],
    ['of another kind', changed({ eventName: 'ObjectRemoved:Delete' })],
    ['without a time', changed({ eventTime: 'today' })],
    ['without an object', changed({ s3: { bucket: { name: 'photos' } } })],
    [
      'with a key that is not encoded',
      changed({ s3: { bucket: { name: 'photos' }, object: { key: '%zz' } } }),
    ],
    ['without records', {}],
    ['that is nothing', null],
  ])('%s is refused', (_, event) => {
    expect(() => readUploads(event, 'photos')).toThrow('"path"');
  });
});
