import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { Script } from 'node:vm';
import type { HttpFetch } from '#functions/adapters/http-client.ts';
import { readAppsScript } from '#scripts/stack/apps-script.ts';
import {
  createServices,
  type Cell,
  type Rows,
  type TextOutput,
} from '#scripts/stack/apps-script-services.ts';
import type { Machine } from './machine.ts';

export type BoardRows = Rows & Map<string, readonly Cell[]>;
export const BOARD_KEY = 'board-key-of-this-test';
export const BOARD_URL = 'https://script.example.test/macros/s/local/exec';

const SOURCE = readAppsScript(fileURLToPath(new URL('../../functions/apps-script/kanban', import.meta.url)))
  .map(({ text }) => text)
  .join('\n');

type DoPost = (event: { postData: { contents: string } }) => TextOutput;

/** The board's own script over a sheet in memory. A realm of its own for each execution would cost most of the time. */
export function createMemoryBoard(rows: BoardRows, { call }: Machine): HttpFetch {
  const properties = { BOARD_KEY_HASH: createHash('sha256').update(BOARD_KEY).digest('hex') };
  const globals = createServices({ rows, properties, isLocked: () => false });
  const script = new Script(`(function (${Object.keys(globals).join()}) {${SOURCE}\nreturn doPost; })`);
  const load = script.runInThisContext() as (...services: unknown[]) => DoPost;
  const doPost = load(...Object.values(globals));
  return (_, { body }) =>
    call('POST board', () => new Response(doPost({ postData: { contents: String(body) } }).getContent()));
}
