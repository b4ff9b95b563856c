import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { readJson } from '#bookings/model/read-input.ts';
import { fetchWithRetries, type Answer, type HttpFetch } from '#functions/adapters/http-client.ts';

/** Whether those who check a credential let it in now. Throws when they answer something else. */
export interface Doors {
  dashboard(token: string): Promise<boolean>;
  scc(serviceKey: string): Promise<boolean>;
  board(boardKey: string): Promise<boolean>;
}

export interface DoorUrls {
  readonly dashboardApi: string;
  readonly sccApi: string;
  /** The kanban web app. */
  readonly board: string;
}

/** Asks for things that do not exist, which only whoever is let in gets to hear. */
export function createDoors(urls: DoorUrls, fetch: HttpFetch): Doors {
  const ask = async (url: string, headers: Record<string, string>): Promise<boolean> => {
    const { pathname } = new URL(url);
    const init = { headers };
    const call = { url, init, timeout: 35_000, attempts: 4 };
    const { status } = await fetchWithRetries(`GET ${pathname}`, call, { fetch });
    if (REFUSED.has(status)) return false;
    if (ACCEPTED.has(status)) return true;
    throw new Error(`GET ${pathname}: ${status} says neither that the key is right nor that it is wrong`);
  };
  return {
    dashboard: (token) => ask(`${urls.dashboardApi}/api/${NOTHING}`, { 'x-dashboard-token': token }),
    scc: (key) => ask(`${urls.sccApi}/api/guest-links/${NOTHING}`, { 'x-service-key': key }),
    async board(key) {
      const init = {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ command: 'listCards', key }),
      };
      const call = { url: urls.board, init, timeout: 35_000, attempts: 3 };
      return isBoardOpen(await fetchWithRetries('POST to the board', call, { fetch }));
    },
  };
}

const NOTHING = 'rotation-check';
const REFUSED: ReadonlySet<number> = new Set([401, 403]);
const ACCEPTED: ReadonlySet<number> = new Set([200, 404]);

/** A web app of Apps Script cannot set a status, and answers with a page when something is wrong inside it. */
function isBoardOpen({ text }: Answer): boolean {
  const reply = readJson('reply', text, boardReply);
  if (!reply.ok) throw new Error('the board did not answer as the kanban web app does: is boardUrl right?');
  return reply.value.error !== 'forbidden';
}

const boardReply = z.looseObject({ ok: z.boolean(), error: z.string().optional() });

/**
 * Whether all of several answers are yes: they come from several instances of a function, so that a deploy that is not
 * through yet shows.
 */
export async function isAlways(
  ask: () => Promise<boolean>,
  delay: (milliseconds: number) => Promise<unknown> = wait,
): Promise<boolean> {
  for (let round = 1; round <= ROUNDS; round++) {
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, ask));
    if (answers.includes(false)) return false;
    if (round < ROUNDS) await delay(PAUSE);
  }
  return true;
}

const ROUNDS = 3;
const AT_ONCE = 4;
const PAUSE = 2_000;
