import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { AwsError } from '../stand-in.ts';
import type { Bytes } from './aws-chunked.ts';
import { notImplemented } from './not-implemented.ts';

const algorithms: Readonly<Record<string, (body: Bytes) => string>> = {
  crc32: (body) => {
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return sum.toString('base64');
  },
  sha1: (body) => createHash('sha1').update(body).digest('base64'),
  sha256: (body) => createHash('sha256').update(body).digest('base64'),
};

const prefix = 'x-amz-checksum-';

/** Compares every checksum sent with the body, and returns them by algorithm. Throws `BadDigest`, `InvalidDigest`. */
export function verifyChecksums(headers: Headers, body: Bytes): Record<string, string> {
  verifyMd5(headers.get('content-md5'), body);
  const sent = [...headers]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, value]) => [name.slice(prefix.length), value] as const);
  for (const [algorithm, value] of sent) {
    const compute = algorithms[algorithm] ?? fail(`s3 checksum ${algorithm}`);
    if (compute(body) !== value) {
      const message = `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`;
      throw new AwsError('BadDigest', message);
    }
  }
  return Object.fromEntries(sent);
}

export function checksumHeaders(checksums: Readonly<Record<string, string>>): Record<string, string> {
  const headers = Object.entries(checksums).map(([algorithm, value]) => [prefix + algorithm, value]);
  return headers.length === 0 ? {} : { ...Object.fromEntries(headers), 'x-amz-checksum-type': 'FULL_OBJECT' };
}

function verifyMd5(sent: string | null, body: Bytes): void {
  if (sent === null) return;
  if (Buffer.from(sent, 'base64').length !== 16) {
    throw new AwsError('InvalidDigest', 'The Content-MD5 you specified was invalid.');
  }
  if (createHash('md5').update(body).digest('base64') !== sent) {
    throw new AwsError('BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
}

function fail(what: string): never {
  throw notImplemented(what);
}
