import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { AwsError, type AwsService } from '../stand-in.ts';
import { checkEnvironment } from './lambda-environment.ts';
import { createPool, type Pool } from './lambda-pool.ts';
import { createLambdaService } from './lambda-service.ts';
import type { Outcome } from './lambda-worker.ts';

export interface LambdaFunction {
  readonly name: string;
  readonly arn: string;
  /** Where its bundle is. */
  readonly directory: string;
  /** `<file>.<export>`, e.g. `index.handler` */
  readonly handler: string;
  /** Its own variables, exactly as declared. */
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly credentials: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
}

export interface LambdaOptions {
  readonly functions: readonly LambdaFunction[];
  readonly endpointUrl: string;
  readonly region: string;
  /** Milliseconds that functions' clocks run ahead; as this realm's own at each invocation when absent. */
  readonly clockOffset?: number;
  /** Each line that a function writes, and what the runtime says about its failures. */
  readonly log: (line: { readonly function: string; readonly line: string }) => void;
}

export interface InvokeResult {
  readonly requestId: string;
  /** What the handler returned, or `{ errorType, errorMessage, trace }` with a function error. */
  readonly payload: unknown;
  /** Set when the function failed, was cut off (`payload.errorType` is `Sandbox.Timedout`) or could not start. */
  readonly functionError?: 'Unhandled';
}

/** Throws {@link AwsError} `ResourceNotFoundException` for a function that does not exist. */
export type Invoke = (
  nameOrArn: string,
  payload: unknown,
  options?: { readonly type?: 'RequestResponse' | 'Event' },
) => Promise<InvokeResult>;

export interface LambdaRuntime {
  readonly service: AwsService;
  readonly invoke: Invoke;
  /** Starts every function once; those that cannot start, each with its error. */
  warm(): Promise<{ name: string; error: string }[]>;
  /** Invocations that run or wait, retries included. */
  pending(): number;
  close(): Promise<void>;
}

/** AWS retries an asynchronous invocation twice (Lambda developer guide, "Error handling for asynchronous invocation"). */
const EVENT_ATTEMPTS = 3;
const RETRY_DELAY_MILLISECONDS = 50;

/** Runs each function's bundle in workers that see its declared environment and nothing else of this process. */
export function createLambdaRuntime(options: LambdaOptions): LambdaRuntime {
  options.functions.forEach(checkEnvironment);
  const pools = new Map(options.functions.map((fn) => [fn.name, createPool(fn, options)]));
  const closing = new AbortController();
  let pending = 0;

  function find(nameOrArn: string): { name: string; pool: Pool } {
    const name = functionName(nameOrArn);
    const pool = pools.get(name);
    if (pool === undefined) {
      throw new AwsError('ResourceNotFoundException', `Function not found: ${nameOrArn}`, 404);
    }
    return { name, pool };
  }

  async function counted<T>(work: () => Promise<T>): Promise<T> {
    if (closing.signal.aborted) throw new Error('The Lambda runtime is closed');
    pending += 1;
    try {
      return await work();
    } finally {
      pending -= 1;
    }
  }

  async function runEvent(name: string, pool: Pool, requestId: string, event: string): Promise<void> {
    for (let attempt = 1; attempt <= EVENT_ATTEMPTS; attempt += 1) {
      const outcome = await pool.run(requestId, event);
      if (!('failure' in outcome) || closing.signal.aborted) return;
      if (attempt < EVENT_ATTEMPTS) await wait(RETRY_DELAY_MILLISECONDS * attempt);
    }
    options.log({ function: name, line: `Dropped event ${requestId} after ${EVENT_ATTEMPTS} attempts` });
  }

  const invoke: Invoke = async (nameOrArn, payload, { type = 'RequestResponse' } = {}) => {
    const { name, pool } = find(nameOrArn);
    const requestId = randomUUID();
    const event = JSON.stringify(payload ?? null);
    if (type === 'Event') {
      void counted(() => runEvent(name, pool, requestId, event)).catch((error: unknown) =>
        options.log({ function: name, line: `Dropped event ${requestId}: ${String(error)}` }),
      );
      return { requestId, payload: null };
    }
    return toResult(requestId, await counted(() => pool.run(requestId, event)));
  };

  return {
    invoke,
    service: createLambdaService({ functions: options.functions, region: options.region, invoke }),
    async warm() {
      const started = await Promise.all(
        [...pools].map(async ([name, pool]) => ({ name, outcome: await counted(() => pool.warm()) })),
      );
      return started.flatMap(({ name, outcome }) =>
        'failure' in outcome
          ? [{ name, error: `${outcome.failure.errorType}: ${outcome.failure.errorMessage}` }]
          : [],
      );
    },
    pending: () => pending,
    async close() {
      closing.abort();
      await Promise.all([...pools.values()].map((pool) => pool.close()));
    },
  };
}

/** `name`, or an ARN with or without the qualifier `$LATEST`, to the name. */
function functionName(nameOrArn: string): string {
  if (!nameOrArn.startsWith('arn:')) return nameOrArn;
  const [, , , , , , name = '', qualifier] = nameOrArn.split(':');
  return qualifier === undefined || qualifier === '$LATEST' ? name : `${name}:${qualifier}`;
}

function toResult(requestId: string, outcome: Outcome): InvokeResult {
  if ('failure' in outcome) return { requestId, payload: outcome.failure, functionError: 'Unhandled' };
  return { requestId, payload: JSON.parse(outcome.payload) as unknown };
}
