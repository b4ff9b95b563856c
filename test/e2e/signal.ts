import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What went from the network to a phone for one request. */
export interface Transfer {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  /** Head and body as sent, compressed. */
  readonly bytes: number;
}

/**
 * The way of one phone to the network: an HTTP proxy that everything in the browser's context uses, its service worker
 * and uploads too, which Playwright's own switch for going offline does not reach.
 */
export interface Signal {
  readonly proxy: string;
  readonly transfers: Transfer[];
  /** Breaks every connection and takes no new one. */
  lose(): void;
  regain(): void;
  close(): Promise<void>;
}

export async function createSignal(): Promise<Signal> {
  let isLost = false;
  const transfers: Transfer[] = [];
  const server = createServer((request, response) => carry(request, response, transfers));
  server.on('connection', (socket) => isLost && socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    proxy: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    transfers,
    lose() {
      isLost = true;
      server.closeAllConnections();
    },
    regain: () => void (isLost = false),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function carry(request: IncomingMessage, response: ServerResponse, transfers: Transfer[]): void {
  const { method = '', url = '', headers } = request;
  const onward = ask(url, { method, headers, agent: false }, (answer) => {
    const { statusCode: status = 0, rawHeaders } = answer;
    const transfer = { method, url, status, bytes: headLength(rawHeaders) };
    transfers.push(transfer);
    answer.on('data', (chunk: Buffer) => (transfer.bytes += chunk.length));
    response.writeHead(status, rawHeaders);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

/** Of the status line and of `name: value` lines, as HTTP/1.1 sends them. */
const headLength = (rawHeaders: readonly string[]): number =>
  'HTTP/1.1 200 OK\r\n\r\n'.length + rawHeaders.reduce((sum, one) => sum + Buffer.byteLength(one) + 2, 0);
