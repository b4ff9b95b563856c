import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { failingAnswer } from './fault-answers.ts';
import type { Fault } from './faults.ts';
import type { Place } from './ports.ts';

/** A call that something happens to. */
export interface Meeting {
  readonly place: Place;
  readonly request: Request;
  readonly connection: ServerResponse;
  readonly milliseconds: number;
  /** Has the effect; at most once. */
  answer(): Promise<Response>;
  /** Resolves when the call is released or its caller is gone. */
  held(): Promise<void>;
}

/** What each kind of fault does with a call. */
export const EFFECTS: Readonly<Record<Fault['does'], (meeting: Meeting) => Promise<Response>>> = {
  reset: async ({ connection }) => cut(connection),
  error: async ({ place, request }) => failingAnswer('error', place, request),
  throttle: async ({ place, request }) => failingAnswer('throttle', place, request),
  silence: ({ connection }) => untilGone(connection),
  async 'lose-reply'({ answer, connection }) {
    await whole(await answer());
    return cut(connection);
  },
  async 'hold-before'({ held, answer, connection }) {
    await held();
    return connection.destroyed ? RESPONSE_ALREADY_SENT : answer();
  },
  async 'hold-after'({ held, answer }) {
    const response = await whole(await answer());
    await held();
    return response;
  },
  async delay({ milliseconds, answer }) {
    await wait(milliseconds);
    return answer();
  },
  watch: ({ answer }) => answer(),
};

function cut(connection: ServerResponse): Response {
  connection.destroy();
  return RESPONSE_ALREADY_SENT;
}

async function untilGone(connection: ServerResponse): Promise<Response> {
  if (!connection.destroyed) await new Promise((resolve) => connection.once('close', resolve));
  return RESPONSE_ALREADY_SENT;
}

/** An effect is complete when its answer is. */
async function whole(response: Response): Promise<Response> {
  const body = response.body === null ? null : await response.arrayBuffer();
  return new Response(body, response);
}
