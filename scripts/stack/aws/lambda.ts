import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { KeptMap } from '../persistent-map.ts';
import type { AwsService } from '../stand-in.ts';
import { checkEnvironment } from './lambda-environment.ts';
import type { GiveUp } from './lambda-failures.ts';
import { parseFunctionName } from './lambda-name.ts';
import { createPool, type Pool } from './lambda-pool.ts';
import { createLambdaService } from './lambda-service.ts';
import { createVersions, LATEST, type DeclaredAlias, type KeptFunction } from './lambda-versions.ts';
import type { Outcome } from './lambda-worker.ts';

export interface LambdaFunction {
  readonly name: string;
  /** Without a qualifier. */
  readonly arn: string;
  /** Number of the published version that this is; none is `$LATEST`. */
  readonly version?: string;
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
  /** What becomes of an asynchronous event when all attempts have failed; it is dropped when absent. */
  readonly giveUp?: GiveUp;
  /** Functions with an alias are published; the others have `$LATEST` only. */
  readonly published?: {
    readonly aliases: readonly DeclaredAlias[];
    /** Where the bundles of versions are kept. */
    readonly directory: string;
    readonly state: KeptMap<KeptFunction>;
  };
}

export interface InvokeResult {
  readonly requestId: string;
  /** `$LATEST`, or the number of the version that ran. */
  readonly executedVersion?: string;
  /** What the handler returned, or `{ errorType, errorMessage, trace }` with a function error. */
  readonly payload: unknown;
  /** Set when the function failed, was cut off (`payload.errorType` is `Sandbox.Timedout`) or could not start. */
  readonly functionError?: 'Unhandled';
}

/** By name or ARN, with or without a qualifier. Throws `ResourceNotFoundException` where there is no such function. */
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
  const { aliases, directory, state } = options.published ?? UNPUBLISHED;
  const versions = createVersions({ functions: options.functions, aliases, directory, state });
  const pools = new Map<string, Pool>();
  const closing = new AbortController();
  let pending = 0;

  function find(nameOrArn: string): Found {
    const { name, qualifier } = parseFunctionName(nameOrArn);
    const fn = versions.resolve(name, qualifier ?? LATEST);
    const version = fn.version ?? LATEST;
    const arn = qualifier === undefined ? fn.arn : `${fn.arn}:${qualifier}`;
    return { name, version, arn, pool: poolOf(fn, version) };
  }

  /** The instances of one version. */
  function poolOf(fn: LambdaFunction, version: string): Pool {
    const key = `${fn.name}:${version}`;
    const pool = pools.get(key) ?? createPool(fn, options);
    pools.set(key, pool);
    return pool;
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

  async function runEvent({ name, arn, pool }: Found, requestId: string, event: string): Promise<void> {
    let failure: unknown;
    for (let attempt = 1; attempt <= EVENT_ATTEMPTS; attempt += 1) {
      const outcome = await pool.run(requestId, event, arn);
      if (!('failure' in outcome) || closing.signal.aborted) return;
      failure = outcome.failure;
      if (attempt < EVENT_ATTEMPTS) await wait(RETRY_DELAY_MILLISECONDS * attempt);
    }
    const failed = { functionArn: arn, requestId, event: JSON.parse(event) as unknown, failure };
    if (options.giveUp) options.giveUp({ ...failed, attempts: EVENT_ATTEMPTS });
    else options.log({ function: name, line: `Dropped event ${requestId} after ${EVENT_ATTEMPTS} attempts` });
  }

  const invoke: Invoke = async (nameOrArn, payload, { type = 'RequestResponse' } = {}) => {
    const found = find(nameOrArn);
    const { name, version: executedVersion, arn, pool } = found;
    const requestId = randomUUID();
    const event = JSON.stringify(payload ?? null);
    if (type === 'Event') {
      void counted(() => runEvent(found, requestId, event)).catch((error: unknown) =>
        options.log({ function: name, line: `Dropped event ${requestId}: ${String(error)}` }),
      );
      return { requestId, executedVersion, payload: null };
    }
    const outcome = await counted(() => pool.run(requestId, event, arn));
    return { requestId, executedVersion, ...toResult(outcome) };
  };

  return {
    invoke,
    service: createLambdaService({ functions: options.functions, region: options.region, invoke, versions }),
    async warm() {
      const started = await Promise.all(
        options.functions.map(async ({ name }) => {
          const alias = aliases.find(({ functionName }) => functionName === name)?.name;
          const { pool } = find(alias === undefined ? name : `${name}:${alias}`);
          return { name, outcome: await counted(() => pool.warm()) };
        }),
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

interface Found {
  readonly name: string;
  readonly version: string;
  /** As it was asked for, which is what the function sees. */
  readonly arn: string;
  readonly pool: Pool;
}

const UNPUBLISHED: NonNullable<LambdaOptions['published']> = { aliases: [], directory: '', state: new Map() };

function toResult(outcome: Outcome): Pick<InvokeResult, 'payload' | 'functionError'> {
  if ('failure' in outcome) return { payload: outcome.failure, functionError: 'Unhandled' };
  return { payload: JSON.parse(outcome.payload) as unknown };
}
