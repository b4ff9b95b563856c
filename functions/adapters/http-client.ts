import { setTimeout as wait } from 'node:timers/promises';
import * as z from 'zod';
import { readJson } from '#bookings/model/read-input.ts';
import { StaleRevision } from '#bookings/reconcile/ports.ts';

/** `globalThis.fetch`, or what stands in for it. */
export type HttpFetch = (url: string, init: RequestInit) => Promise<Response>;

export interface HttpDeps {
  readonly fetch: HttpFetch;
  /** Waits so many milliseconds; `setTimeout` unless told otherwise. */
  readonly delay?: (milliseconds: number) => Promise<unknown>;
  /** 0 ≤ n < 1, for jitter. */
  readonly random?: () => number;
}

export interface HttpRequest<S extends z.ZodType> {
  readonly method: 'GET' | 'PUT' | 'POST';
  /** From the root, with its parts already encoded: `/api/cards/boatsetter-xhqgmdh`. */
  readonly path: string;
  readonly body?: unknown;
  readonly reply: S;
}

export interface HttpClient {
  /** The parsed reply. Throws {@link HttpError} for a refusal, and an `Error` that names the request for all else. */
  send<S extends z.ZodType>(request: HttpRequest<S>): Promise<z.output<S>>;
}

/** An answer other than success. `problem` is the body, when that was problem+json. */
export class HttpError extends Error {
  readonly status: number;
  readonly problem: Problem;
  constructor(request: string, status: number, problem: Problem) {
    const said = [problem.title, problem.detail].filter((part) => part !== undefined).join(': ');
    const where = problem.problems?.map(({ path, expected }) => `${path}: expected ${expected}`).join('; ');
    super(`${request}: ${[status, said, where && `(${where})`].filter(Boolean).join(' ')}`);
    this.name = 'HttpError';
    this.status = status;
    this.problem = problem;
  }
}

/** Turns a 409 that names their revision into {@link StaleRevision}, for use with `catch`; throws anything else as it is. */
export const toStaleRevision =
  (what: string, ours: number) =>
  (error: unknown): never => {
    const theirs = error instanceof HttpError ? error.problem.theirs : undefined;
    if (error instanceof HttpError && error.status === 409 && theirs !== undefined && theirs >= ours)
      throw new StaleRevision(what, ours, theirs);
    throw error;
  };

const problemSchema = z.looseObject({
  title: z.string().optional(),
  detail: z.string().optional(),
  /** Revision that the other side holds, in a refusal of stale work. */
  theirs: z.int().optional(),
  problems: z.array(z.looseObject({ path: z.string(), expected: z.string() })).optional(),
});
type Problem = z.output<typeof problemSchema>;

/** What a request is known by: as it is, or read when there is a first request to send. */
export type Key = string | (() => Promise<string>);

/**
 * JSON over HTTP to an API of ours, for requests that are safe to repeat: every attempt has a time limit, and
 * failures in passing (429, 5xx, network, time) are repeated. No error text ever holds a header.
 */
export function createHttpClient(
  options: {
    /** Origin of the API. */
    readonly url: string;
    readonly headers: Readonly<Record<string, Key>>;
    /** Milliseconds of one attempt; an API Gateway answers within 30 seconds. */
    readonly timeout?: number;
    readonly attempts?: number;
  },
  deps: HttpDeps,
): HttpClient {
  const { timeout = 35_000, attempts = 4 } = options;
  return {
    async send({ method, path, body, reply }) {
      const request = `${method} ${path}`;
      const init = {
        method,
        headers: {
          accept: 'application/json',
          ...(await readKeys(options.headers)),
          ...(body !== undefined && JSON_BODY),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      };
      const url = new URL(path, options.url).href;
      const response = await fetchWithRetries(request, { url, init, timeout, attempts }, deps);
      if (!response.ok) throw new HttpError(request, response.status, readProblem(response.text));
      return readReply(request, response.text === '' ? 'null' : response.text, reply);
    },
  };
}

async function readKeys(headers: Readonly<Record<string, Key>>): Promise<Record<string, string>> {
  const read = async ([name, key]: [string, Key]) => [name, typeof key === 'string' ? key : await key()];
  return Object.fromEntries(await Promise.all(Object.entries(headers).map(read))) as Record<string, string>;
}

const JSON_BODY = { 'content-type': 'application/json' };

/** What a server answered last, its body read within the same time limit. */
export interface Answer {
  readonly status: number;
  readonly ok: boolean;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly headers: Headers;
}

/** Repeats what failed in passing. Throws an `Error` that begins with `request` when there was never an answer. */
export async function fetchWithRetries(
  request: string,
  call: {
    readonly url: string;
    readonly init: RequestInit;
    readonly timeout: number;
    readonly attempts: number;
  },
  { fetch, delay = wait, random = Math.random }: HttpDeps,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await attemptOnce(request, call, fetch);
    const isLast = attempt >= call.attempts;
    if (outcome instanceof Error) {
      if (isLast) throw outcome;
    } else if (isLast || !isPassing(outcome.status)) return outcome;
    const asked = outcome instanceof Error ? undefined : retryAfter(outcome.headers);
    await delay(Math.min(asked ?? random() * FIRST_WAIT * 2 ** attempt, LONGEST_WAIT));
  }
}

const FIRST_WAIT = 250;
const LONGEST_WAIT = 20_000;

async function attemptOnce(
  request: string,
  { url, init, timeout }: { url: string; init: RequestInit; timeout: number },
  fetch: HttpFetch,
): Promise<Answer | Error> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeout) });
    const bytes = new Uint8Array(await response.arrayBuffer());
    const { status, ok, headers } = response;
    return { status, ok, headers, bytes, text: new TextDecoder().decode(bytes) };
  } catch (cause) {
    return new Error(`${request}: ${describeFailure(cause, timeout)}`, { cause });
  }
}

/** `fetch` says only "fetch failed" and keeps the reason in the cause. */
function describeFailure(error: unknown, timeout: number): string {
  if (!(error instanceof Error)) return 'no answer';
  if (error.name === 'TimeoutError') return `no answer within ${timeout / 1000} s`;
  const { cause } = error;
  return `no answer (${cause instanceof Error ? cause.message || cause.name : error.message})`;
}

/** 501 says that the other side will never be able to. */
const isPassing = (status: number): boolean => status === 429 || (status >= 500 && status !== 501);

/** Milliseconds; the header has seconds or a date. */
function retryAfter(headers: Headers): number | undefined {
  const text = headers.get('retry-after');
  if (text === null) return undefined;
  const milliseconds = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(milliseconds) ? undefined : Math.max(0, milliseconds);
}

function readProblem(text: string): Problem {
  const reading = readJson('problem', text, problemSchema);
  return reading.ok ? reading.value : {};
}

/** Names what is wrong with a reply without quoting it: it may hold what must not get into a log. */
function readReply<S extends z.ZodType>(request: string, text: string, schema: S): z.output<S> {
  const reading = readJson('reply', text, schema);
  if (reading.ok) return reading.value;
  const problems = reading.problems.map(({ path, expected }) => `${path || 'reply'}: expected ${expected}`);
  throw new Error(`${request}: the reply is not what it should be: ${problems.join('; ')}`);
}
