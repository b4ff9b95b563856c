import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, Script } from 'node:vm';
import { createServices, type Rows, type TextOutput } from './apps-script-services.ts';
import { renderBoard, type BoardCard } from './board-page.ts';
import { escapeHtml } from './html-page.ts';
import type { Fetch } from './stand-in.ts';

export interface AppsScriptOptions {
  /** The project's files, as {@link readAppsScript} reads them; they share one global scope. */
  readonly source: readonly SourceFile[];
  /** Script properties. */
  readonly properties: Readonly<Record<string, string>>;
  readonly rows: Rows;
  /** The deployment's id in `/macros/s/<deployment>/exec`; `local` unless said otherwise. */
  readonly deployment?: string;
  /** Lets tests hold the script lock. */
  readonly isLocked?: () => boolean;
}

export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/**
 * The front of an Apps Script web app. As on Google: no headers reach the script, it cannot set a status,
 * its answer waits behind a 302 to `/macros/echo` and can be fetched once, and an exception is an HTML page with status 200.
 * For people and tests, local only: the board at `GET /`, its cards at `GET /cards`.
 */
export function createAppsScript(options: AppsScriptOptions): { readonly fetch: Fetch } {
  const execute = createExecutor(options);
  const echoes = new Map<string, TextOutput>();
  const exec = `/macros/s/${options.deployment ?? 'local'}/exec`;

  async function runWebApp(request: Request, url: URL): Promise<Response> {
    let output: TextOutput;
    try {
      output = execute(
        request.method === 'POST' ? 'doPost' : 'doGet',
        await toEvent(request, url),
      ) as TextOutput;
      if (typeof output?.getContent !== 'function')
        throw new Error('The script completed but did not return anything.');
    } catch (error) {
      return renderError((error as Error).message);
    }
    const key = randomBytes(24).toString('base64url');
    echoes.set(key, output);
    const location = new URL(`/macros/echo?user_content_key=${key}&lib=local`, url).href;
    return new Response('<HTML><HEAD><TITLE>Moved Temporarily</TITLE></HEAD></HTML>', {
      status: 302,
      headers: { location, 'content-type': 'text/html; charset=utf-8' },
    });
  }

  const routes: Readonly<Record<string, (request: Request, url: URL) => Promise<Response> | Response>> = {
    [`POST ${exec}`]: runWebApp,
    [`GET ${exec}`]: runWebApp,
    'GET /macros/echo': (_, url) => echo(echoes, url),
    'GET /cards': () => Response.json(listCards(execute)),
    'GET /': () => page(renderBoard(listCards(execute))),
  };
  return {
    async fetch(request) {
      const url = new URL(request.url);
      const route = routes[`${request.method} ${url.pathname}`];
      if (route !== undefined) return route(request, url);
      const isKnown = Object.keys(routes).some((key) => key.endsWith(` ${url.pathname}`));
      return isKnown ? page('Method Not Allowed', 405) : page(NOT_FOUND, 404);
    },
  };
}

/** Reads an Apps Script project from its folder: every `.js` file, by name. */
export function readAppsScript(folder: string): readonly SourceFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.js'));
  return names.sort().map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }));
}

/** Calls a global function of the project. Each execution starts from fresh globals, as on Google. */
type Execute = (name: string, argument?: unknown) => unknown;

function createExecutor({ source, rows, properties, isLocked }: AppsScriptOptions): Execute {
  const scripts = source.map(({ name, text }) => new Script(text, { filename: name }));
  return (name, argument) => {
    const context = createContext(createServices({ rows, properties, isLocked: isLocked ?? (() => false) }));
    for (const script of scripts) script.runInContext(context);
    const call: unknown = context[name];
    if (typeof call !== 'function') throw new Error(`Script function not found: ${name}`);
    return (call as (argument: unknown) => unknown)(argument);
  };
}

/** The event object of a web app: query and body, and nothing of the headers but the content type. */
async function toEvent(request: Request, url: URL): Promise<Record<string, unknown>> {
  const parameters: Record<string, string[]> = {};
  for (const [name, value] of url.searchParams) (parameters[name] ??= []).push(value);
  const query = {
    queryString: url.search.slice(1),
    parameters,
    parameter: Object.fromEntries(Object.entries(parameters).map(([name, values]) => [name, values[0]])),
  };
  if (request.method !== 'POST') return { ...query, contentLength: -1 };
  const contents = await request.text();
  const length = Buffer.byteLength(contents);
  const type = request.headers.get('content-type') ?? 'application/octet-stream';
  return { ...query, contentLength: length, postData: { contents, length, type, name: 'postData' } };
}

function echo(echoes: Map<string, TextOutput>, url: URL): Response {
  const key = url.searchParams.get('user_content_key') ?? '';
  const output = echoes.get(key);
  if (output === undefined) return page(NOT_FOUND, 404);
  echoes.delete(key);
  return new Response(output.getContent(), {
    headers: { 'content-type': `${output.getMimeType()}; charset=utf-8` },
  });
}

/** Also takes the cards out of the script's realm. */
const listCards = (execute: Execute): BoardCard[] =>
  JSON.parse(JSON.stringify(execute('cards_'))) as BoardCard[];

const renderError = (message: string): Response =>
  page(
    `<!DOCTYPE html><html><head><title>Error</title></head><body><div>Error: ${escapeHtml(message)}</div></body></html>`,
  );

const NOT_FOUND =
  '<!DOCTYPE html><html><head><title>Page Not Found</title></head><body>Sorry, unable to open the file at this time.</body></html>';

const page = (html: string, status = 200): Response =>
  new Response(html, { status, headers: { 'content-type': 'text/html; charset=utf-8' } });
