import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Fetch } from './stand-in.ts';

export interface Listening {
  readonly port: number;
  readonly url: string;
  close(): Promise<void>;
}

/** A server on 127.0.0.1 whose port is fixed before anything answers on it, so that addresses can be handed out first. */
export interface Reserved {
  readonly port: number;
  readonly url: string;
  /** Starts to answer; until then connections wait. */
  serve(fetch: Fetch): Listening;
  /** Gives the port back when nothing will ever answer on it. */
  close(): Promise<void>;
}

/** Stands before what answers on a port and may do something else with a request; undefined lets it through. */
export type Gate = (
  request: Request,
  answer: Fetch,
  connection: ServerResponse,
) => Promise<Response> | undefined;

/** Reserves a port (0: any free one). Throws `EADDRINUSE` when it is taken. */
export async function reserve(port = 0, gate?: Gate): Promise<Reserved> {
  let answer: Fetch | undefined;
  const waiting = Promise.withResolvers<void>();
  const server = createServer(
    getRequestListener(
      async (request, { outgoing }) => {
        if (answer === undefined) await waiting.promise;
        return gate?.(request, answer!, outgoing as ServerResponse) ?? answer!(request);
      },
      { overrideGlobalObjects: false },
    ),
  );
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${address.port}`;
  return {
    port: address.port,
    url,
    serve(fetch) {
      answer = fetch;
      waiting.resolve();
      return { port: address.port, url, close: () => closeServer(server) };
    },
    close: () => closeServer(server),
  };
}

/** Serves at once on any free port. */
export const listen = async (fetch: Fetch, port = 0): Promise<Listening> =>
  (await reserve(port)).serve(fetch);

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
