import { createPresignedPost, type PresignedPostOptions } from '@aws-sdk/s3-presigned-post';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyPolicySignature, verifyPostPolicy } from '#scripts/stack/aws/s3-post-policy.ts';
import type { Signers } from '#scripts/stack/aws/callers.ts';
import { allow, bucket, startS3 } from './start-endpoint.ts';

const photos = 'jada-photos';

let server: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  const mayPut = allow('s3:PutObject', `arn:aws:s3:::${photos}/g/*`);
  server = await startS3([bucket(photos), bucket('others')], [mayPut]);
});
afterAll(() => server.close());
afterEach(() => void vi.useRealTimers());

type Post = Awaited<ReturnType<typeof createPresignedPost>>;

const presign = (more: Partial<PresignedPostOptions> = {}): Promise<Post> =>
  createPresignedPost(server.reader, {
    Bucket: photos,
    Key: 'g/xhqgmdh/photo-1',
    Expires: 900,
    Fields: { 'Content-Type': 'image/jpeg' },
    Conditions: [
      ['content-length-range', 4, 10],
      ['eq', '$Content-Type', 'image/jpeg'],
    ],
    ...more,
  });

interface Change {
  readonly fields?: Record<string, string>;
  readonly file?: string | null;
  readonly url?: string;
}

async function post(presigned: Post, { fields = {}, file = 'photo', url = presigned.url }: Change = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...presigned.fields, ...fields })) form.append(name, value);
  if (file !== null) form.append('file', new File([file], 'boat ride.jpg', { type: 'image/jpeg' }));
  const response = await fetch(url, { method: 'POST', body: form, redirect: 'manual' });
  const text = await response.text();
  return { response, text, code: /<Code>(.*)<\/Code>/.exec(text)?.[1] };
}

const stored = (key: string) => server.s3.objects(photos).find((object) => object.key === key);

describe('a presigned form', () => {
  it('uploads what its policy allows', async () => {
    const { response } = await post(await presign());
    expect(response.status).toBe(204);
    expect(response.headers.get('location')).toBe(`${server.url}/${photos}/g/xhqgmdh/photo-1`);
    expect(stored('g/xhqgmdh/photo-1')).toMatchObject({ size: 5, headers: { 'content-type': 'image/jpeg' } });
    expect(server.created).toContain(`${photos}/g/xhqgmdh/photo-1`);
    expect(server.calls.at(-1)).toEqual({
      principal: 'reader',
      action: 's3:PutObject',
      resource: `arn:aws:s3:::${photos}/g/xhqgmdh/photo-1`,
    });
  });

  it('keeps metadata, takes the name of the file, and answers as it is told', async () => {
    const presigned = await presign({
      Key: 'g/xhqgmdh/${filename}',
      Fields: { success_action_status: '201', 'x-amz-meta-by': 'guest', 'x-ignore-me': 'yes' },
      Conditions: [['starts-with', '$x-amz-meta-by', 'gu']],
    });
    const { response, text } = await post(presigned);
    expect(response.status).toBe(201);
    expect(text).toContain('<Key>g/xhqgmdh/boat ride.jpg</Key>');
    expect(stored('g/xhqgmdh/boat ride.jpg')).toMatchObject({ metadata: { by: 'guest' } });
  });

  it('redirects when it is told to', async () => {
    const redirect = 'https://queenofsandiego.com/thanks';
    const { response } = await post(
      await presign({ Fields: { success_action_redirect: redirect }, Conditions: [] }),
    );
    expect(response.status).toBe(303);
    expect(response.headers.get('location')).toMatch(
      /^https:\/\/queenofsandiego\.com\/thanks\?bucket=jada-photos&key=/,
    );
  });

  const refused = (name: string, code: string, change: Change, more: Partial<PresignedPostOptions> = {}) =>
    [name, code, change, more] as const;

  it.each([
    refused('another key', 'AccessDenied', { fields: { key: 'g/other/photo' } }),
    refused('another content type', 'AccessDenied', { fields: { 'Content-Type': 'text/html' } }),
    refused('another bucket', 'AccessDenied', { url: '/others' }),
    refused('another bucket in the form', 'AccessDenied', { url: '/others', fields: { bucket: 'others' } }),
    refused('a field that no condition names', 'AccessDenied', { fields: { 'x-amz-meta-extra': 'a' } }),
    refused('an ACL that no condition names', 'AccessDenied', { fields: { acl: 'public-read' } }),
    refused('too large a file', 'EntityTooLarge', { file: 'eleven byte' }),
    refused('too small a file', 'EntityTooSmall', { file: 'abc' }),
    refused('no file', 'InvalidArgument', { file: null }),
    refused('another signature', 'SignatureDoesNotMatch', { fields: { 'X-Amz-Signature': '0'.repeat(64) } }),
    refused('another algorithm', 'InvalidArgument', { fields: { 'X-Amz-Algorithm': 'none' } }),
    refused('an unknown access key', 'InvalidAccessKeyId', {
      fields: {
        'X-Amz-Credential': 'AKIAUNKNOWN/20260501/us-east-1/s3/aws4_request',
        'X-Amz-Date': '20260501T000000Z',
      },
    }),
    refused('a widened policy', 'SignatureDoesNotMatch', {
      fields: {
        Policy: Buffer.from('{"expiration":"2099-01-01T00:00:00Z","conditions":[]}').toString('base64'),
      },
    }),
    refused('a signer who may not write there', 'AccessDenied', {}, { Key: 'elsewhere/photo' }),
    refused(
      'an ACL though the policy allows it',
      'AccessControlListNotSupported',
      {},
      { Fields: { acl: 'public-read', 'Content-Type': 'image/jpeg' } },
    ),
    refused(
      'a checksum that is not that of the file',
      'BadDigest',
      {},
      { Fields: { 'x-amz-checksum-crc32': 'AAAAAA==', 'Content-Type': 'image/jpeg' } },
    ),
  ])('is refused with %s', async (_, code, { url, ...change }, more) => {
    const before = server.s3.objects(photos).length + server.s3.objects('others').length;
    const presigned = await presign(more);
    const outcome = await post(presigned, {
      ...change,
      url: url === undefined ? presigned.url : server.url + url,
    });
    expect(outcome.code).toBe(code);
    expect(outcome.response.status).toBeGreaterThanOrEqual(400);
    expect(server.s3.objects(photos).length + server.s3.objects('others').length).toBe(before);
  });

  it('is refused when it is over', async () => {
    const presigned = await presign();
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 901_000 });
    const { code, text } = await post(presigned);
    expect([code, text]).toEqual(['AccessDenied', expect.stringContaining('Policy expired')]);
  });

  it('is refused without a policy, as nobody signed it', async () => {
    const anonymous = { url: `${server.url}/${photos}`, fields: { key: 'g/a' } };
    expect((await post(anonymous)).code).toBe('AccessDenied');
  });

  it('is not confused by bodies that are no form', async () => {
    const send = async (headers: Record<string, string>) =>
      (await fetch(`${server.url}/${photos}`, { method: 'POST', body: 'junk', headers })).status;
    expect(await send({ 'content-type': 'multipart/form-data; boundary=x' })).toBe(400);
    expect(await send({ 'content-type': 'text/plain' })).toBe(501);
  });
});

describe('the POST policy that AWS publishes', () => {
  const policy = [
    '{ "expiration": "2015-12-30T12:00:00.000Z",',
    '  "conditions": [',
    '    {"bucket": "sigv4examplebucket"},',
    '    ["starts-with", "$key", "user/user1/"],',
    '    {"acl": "public-read"},',
    '    {"success_action_redirect": "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html"},',
    '    ["starts-with", "$Content-Type", "image/"],',
    '    {"x-amz-meta-uuid": "14365123651274"},',
    '    {"x-amz-server-side-encryption": "AES256"},',
    '    ["starts-with", "$x-amz-meta-tag", ""],',
    '',
    '    {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request"},',
    '    {"x-amz-algorithm": "AWS4-HMAC-SHA256"},',
    '    {"x-amz-date": "20151229T000000Z" }',
    '  ]',
    '}',
  ].join('\r\n');

  const fields = new Map(
    Object.entries({
      key: 'user/user1/photo.jpg',
      acl: 'public-read',
      success_action_redirect: 'http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html',
      'content-type': 'image/jpeg',
      'x-amz-meta-uuid': '14365123651274',
      'x-amz-server-side-encryption': 'AES256',
      'x-amz-credential': 'AKIAIOSFODNN7EXAMPLE/20151229/us-east-1/s3/aws4_request',
      'x-amz-algorithm': 'AWS4-HMAC-SHA256',
      'x-amz-date': '20151229T000000Z',
      'x-amz-meta-tag': '',
      policy: Buffer.from(policy).toString('base64'),
      'x-amz-signature': '8afdbf4008c03f22c2cd3cdb72e4afbb1f6a588f3255ac628749a66d7f09699e',
    }),
  );
  const caller = { principal: 'owner', authorize: () => undefined };
  const signers: Signers = (id) =>
    id === 'AKIAIOSFODNN7EXAMPLE'
      ? { secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', caller }
      : undefined;
  const on = (day: string) => void vi.useFakeTimers({ toFake: ['Date'], now: new Date(day) });

  it('has the signature that AWS gives', () => {
    expect(verifyPolicySignature(fields, signers)).toBe(caller);
  });

  it('holds until it expires, for its bucket', () => {
    on('2015-12-30T11:59:59Z');
    expect(verifyPostPolicy(fields, 'sigv4examplebucket', 1000, signers)).toBe(caller);
    expect(() => verifyPostPolicy(fields, 'another', 1000, signers)).toThrow(
      '["eq","$bucket","sigv4examplebucket"]',
    );
    on('2015-12-30T12:00:00Z');
    expect(() => verifyPostPolicy(fields, 'sigv4examplebucket', 1000, signers)).toThrow('Policy expired');
  });

  it.each([
    ['key', 'user/user2/photo.jpg', 'starts-with'],
    ['content-type', 'image/jpeg,text/html', 'starts-with'],
    ['x-amz-meta-uuid', '1', 'x-amz-meta-uuid'],
    ['x-amz-meta-new', '1', 'Extra input fields: x-amz-meta-new'],
  ])('fails when %s is %s', (name, value, message) => {
    on('2015-12-29T00:00:00Z');
    const changed = new Map([...fields, [name, value]]);
    expect(() => verifyPostPolicy(changed, 'sigv4examplebucket', 1000, signers)).toThrow(message);
  });

  it('fails when a field that it wants is missing', () => {
    on('2015-12-29T00:00:00Z');
    const without = new Map([...fields].filter(([name]) => name !== 'x-amz-meta-tag'));
    expect(() => verifyPostPolicy(without, 'sigv4examplebucket', 1000, signers)).toThrow('x-amz-meta-tag');
  });
});
