import { AwsError } from '../stand-in.ts';

export type Bytes = Uint8Array<ArrayBuffer>;

/**
 * Turns a request in transfer encoding `aws-chunked` (payload `STREAMING-UNSIGNED-PAYLOAD-TRAILER`) into the plain
 * request it stands for; trailers become headers, as a service checks a checksum alike wherever it was sent.
 */
export function decodeAwsChunked(headers: Headers, encoded: Bytes): { headers: Headers; body: Bytes } {
  const { body, trailers } = readChunks(Buffer.from(encoded));
  const declared = (headers.get('x-amz-trailer') ?? '').split(',').map((name) => name.trim().toLowerCase());
  if (
    [...trailers.keys()].sort().join() !==
    declared
      .filter((name) => name !== '')
      .sort()
      .join()
  ) {
    throw new AwsError('MalformedTrailerError', 'The trailers are not the ones that x-amz-trailer declares');
  }
  if (headers.get('x-amz-decoded-content-length') !== String(body.length)) {
    throw new AwsError('IncompleteBody', 'The body has not the length of x-amz-decoded-content-length');
  }
  return { headers: plainHeaders(headers, trailers), body };
}

function readChunks(encoded: Buffer): { body: Bytes; trailers: Map<string, string> } {
  const parts: Buffer[] = [];
  let at = 0;
  const readLine = (): string => {
    const end = encoded.indexOf('\r\n', at);
    if (end === -1) throw incomplete();
    const line = encoded.toString('latin1', at, end);
    at = end + 2;
    return line;
  };
  for (let size = chunkSize(readLine()); size > 0; size = chunkSize(readLine())) {
    if (encoded.toString('latin1', at + size, at + size + 2) !== '\r\n') throw incomplete();
    parts.push(encoded.subarray(at, at + size));
    at += size + 2;
  }
  const trailers = new Map<string, string>();
  for (let line = readLine(); line !== ''; line = at < encoded.length ? readLine() : '') {
    const colon = line.indexOf(':');
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return { body: new Uint8Array(Buffer.concat(parts)), trailers };
}

function chunkSize(line: string): number {
  if (!/^[0-9a-f]+$/i.test(line)) throw incomplete();
  return Number.parseInt(line, 16);
}

const incomplete = (): AwsError =>
  new AwsError('IncompleteBody', 'The aws-chunked body is cut short or malformed');

function plainHeaders(headers: Headers, trailers: Map<string, string>): Headers {
  const plain = new Headers(headers);
  const encodings = (headers.get('content-encoding') ?? '').split(',').map((name) => name.trim());
  const remaining = encodings.filter((name) => name !== 'aws-chunked' && name !== '').join(', ');
  plain.delete('content-encoding');
  if (remaining !== '') plain.set('content-encoding', remaining);
  plain.delete('x-amz-trailer');
  for (const [name, value] of trailers) plain.set(name, value);
  return plain;
}
