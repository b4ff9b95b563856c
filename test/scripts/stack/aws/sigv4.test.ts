import { afterEach, describe, expect, it, vi } from 'vitest';
import { readSignature } from '#scripts/stack/aws/sigv4-read.ts';
import { verifySignature } from '#scripts/stack/aws/sigv4.ts';

const s3Secret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
const empty = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const s3Host = 'examplebucket.s3.amazonaws.com';

afterEach(() => void vi.useRealTimers());

async function verify(request: Request, secret: string, now: string): Promise<Request> {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date(now) });
  return verifySignature(request, readSignature(request)!, secret);
}

function s3Request(
  method: string,
  path: string,
  signature: string,
  headers: Record<string, string>,
  body?: string,
) {
  const signed = ['host', 'x-amz-content-sha256', 'x-amz-date', ...Object.keys(headers)].sort();
  const credential = 'AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request';
  return new Request(`https://${s3Host}${path}`, {
    method,
    body,
    headers: {
      'x-amz-date': '20130524T000000Z',
      'x-amz-content-sha256': empty,
      authorization: `AWS4-HMAC-SHA256 Credential=${credential},SignedHeaders=${[...new Set(signed)].join(';')},Signature=${signature}`,
      ...headers,
    },
  });
}

describe('the examples that AWS publishes', () => {
  it.each([
    [
      'GET object',
      'GET',
      '/test.txt',
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
      { range: 'bytes=0-9' },
    ],
    [
      'GET lifecycle',
      'GET',
      '/?lifecycle',
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
      {},
    ],
    [
      'list',
      'GET',
      '/?max-keys=2&prefix=J',
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
      {},
    ],
  ])('verify for S3 (%s)', async (_, method, path, signature, headers) => {
    const verified = await verify(
      s3Request(method, path, signature, headers),
      s3Secret,
      '2013-05-24T00:00:00Z',
    );
    expect(new URL(verified.url).pathname).toBe(path.split('?')[0]);
  });

  it('verify for S3 (PUT object), and give the body', async () => {
    const request = s3Request(
      'PUT',
      '/test%24file.text',
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
      {
        date: 'Fri, 24 May 2013 00:00:00 GMT',
        'x-amz-storage-class': 'REDUCED_REDUNDANCY',
        'x-amz-content-sha256': '44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072',
      },
      'Welcome to Amazon S3.',
    );
    const verified = await verify(request, s3Secret, '2013-05-24T00:00:00Z');
    expect(await verified.text()).toBe('Welcome to Amazon S3.');
  });

  const presigned = () =>
    new Request(
      `https://${s3Host}/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
    );

  it('verify for S3 (presigned URL), until it expires', async () => {
    expect((await verify(presigned(), s3Secret, '2013-05-24T23:59:59Z')).method).toBe('GET');
    await expect(verify(presigned(), s3Secret, '2013-05-25T00:00:01Z')).rejects.toThrow(
      'Request has expired',
    );
    await expect(verify(presigned(), s3Secret, '2013-05-23T23:00:00Z')).rejects.toThrow('not valid yet');
  });

  const listUsers = (query = 'Action=ListUsers&Version=2010-05-08', time = '20150830T123600Z') =>
    new Request(`https://iam.amazonaws.com/?${query}`, {
      headers: {
        'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
        'x-amz-date': time,
        authorization:
          'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7',
      },
    });
  const iamSecret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

  it('verify for IAM', async () => {
    expect(await verify(listUsers(), iamSecret, '2015-08-30T12:36:00Z')).toBeInstanceOf(Request);
  });

  it('fail with another secret, query or time', async () => {
    const now = '2015-08-30T12:36:00Z';
    const mismatch = { code: 'SignatureDoesNotMatch', status: 403 };
    await expect(verify(listUsers(), `${iamSecret}x`, now)).rejects.toMatchObject(mismatch);
    await expect(verify(listUsers('Action=DeleteUser'), iamSecret, now)).rejects.toMatchObject(mismatch);
    await expect(verify(listUsers(undefined, '20150830T123601Z'), iamSecret, now)).rejects.toMatchObject(
      mismatch,
    );
  });

  it.each(['2015-08-30T12:20:59Z', '2015-08-30T12:51:01Z'])(
    'fail at %s, more than 15 minutes away',
    async (now) => {
      await expect(verify(listUsers(), iamSecret, now)).rejects.toMatchObject({
        code: 'RequestTimeTooSkewed',
      });
    },
  );
});

describe('a signature that is malformed', () => {
  const withAuthorization = (authorization: string) =>
    new Request('https://iam.amazonaws.com/', {
      headers: { authorization, 'x-amz-date': '20150830T123600Z' },
    });
  const credential = 'Credential=AKID/20150830/us-east-1/iam/aws4_request';

  it.each([
    ['AWS AKID:signature', 'Unsupported'],
    ['Bearer token', 'Unsupported'],
    [`AWS4-HMAC-SHA256 ${credential}, SignedHeaders=host`, "requires 'Signature'"],
    ['AWS4-HMAC-SHA256 Credential=AKID/us-east-1/iam, SignedHeaders=host, Signature=00', 'keyid/date/region'],
    [
      `AWS4-HMAC-SHA256 ${credential.replace('0830', '0831')}, SignedHeaders=host, Signature=00`,
      'does not match',
    ],
  ])('is refused: %s', (authorization, message) => {
    expect(() => readSignature(withAuthorization(authorization))).toThrow(message);
  });

  it('must have a date that exists', async () => {
    const authorization = `AWS4-HMAC-SHA256 ${credential.replace('0830', '9930')}, SignedHeaders=host, Signature=00`;
    const headers = { authorization, 'x-amz-date': '20159930T123600Z' };
    const request = new Request('https://iam.amazonaws.com/', { headers });
    await expect(verify(request, 'secret', '2015-08-30T12:36:00Z')).rejects.toThrow('no such date');
  });

  it('must cover the host', async () => {
    const request = withAuthorization(
      `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=x-amz-date, Signature=00`,
    );
    await expect(verify(request, 'secret', '2015-08-30T12:36:00Z')).rejects.toThrow("'Host' must be");
  });

  it('must cover every x-amz- header for S3', async () => {
    const request = s3Request('GET', '/test.txt', '00', {});
    request.headers.set('x-amz-meta-added', 'later');
    await expect(verify(request, s3Secret, '2013-05-24T00:00:00Z')).rejects.toThrow(
      'not signed: x-amz-meta-added',
    );
  });

  it.each(['0', '604801', 'soon'])('cannot make a URL live %s seconds', (expires) => {
    const query = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a/b/c/s3/aws4_request&X-Amz-Expires=${expires}&X-Amz-Signature=00`;
    expect(() => readSignature(new Request(`https://${s3Host}/?${query}`))).toThrow('X-Amz-Expires');
  });

  it('is absent from an anonymous request', () => {
    expect(readSignature(new Request(`https://${s3Host}/test.txt`))).toBeUndefined();
  });
});
