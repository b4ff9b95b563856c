import { existsSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { shiftClock } from '../clock.ts';

/** What an instance is started with. */
export interface InstanceData {
  readonly directory: string;
  /** `<file>.<export>` */
  readonly handler: string;
  readonly clockOffset: number;
}

export interface Invocation {
  readonly requestId: string;
  /** JSON text */
  readonly event: string;
  readonly functionName: string;
  readonly functionVersion: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly clockOffset: number;
}

/** A failure in the form in which Lambda answers it. */
export interface LambdaFailure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What an instance reports: first how its start went (no payload), then one outcome per invocation. */
export type Outcome = { readonly payload: string } | { readonly failure: LambdaFailure };

type Handler = (event: unknown, context: object) => unknown;

/** A failure of the runtime itself, which has an error type of its own. */
class RuntimeError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

async function serve(port: MessagePort, data: InstanceData): Promise<void> {
  delete process.env.NODE_COMPILE_CACHE;
  shiftClock(data.clockOffset);
  const loaded = await attempt(() => load(data));
  port.postMessage('failure' in loaded ? loaded : { payload: '' });
  flushCompileCache();
  if ('value' in loaded) {
    port.on('message', (invocation: Invocation) => {
      void answer(loaded.value, invocation).then((outcome) => port.postMessage(outcome));
    });
  }
}

async function answer(handler: Handler, invocation: Invocation): Promise<Outcome> {
  shiftClock(invocation.clockOffset);
  const event = JSON.parse(invocation.event) as unknown;
  const result = await attempt(async () => serialise(await handler(event, context(invocation))));
  return 'failure' in result ? result : { payload: result.value };
}

async function attempt<T>(work: () => Promise<T>): Promise<{ value: T } | { failure: LambdaFailure }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { failure: toFailure(error) };
  }
}

async function load({ directory, handler }: InstanceData): Promise<Handler> {
  const [file = '', name = ''] = handler.split('.');
  const path = ['.mjs', '.js', '.cjs'].map((end) => join(directory, file + end)).find(existsSync);
  if (path === undefined) {
    throw new RuntimeError('Runtime.ImportModuleError', `Cannot find module '${file}' in ${directory}`);
  }
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  const found = module[name];
  if (typeof found !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (found.length > 2) {
    const text = `${handler} takes a callback, which Node.js 24 functions no longer support`;
    throw new RuntimeError('Runtime.CallbackHandlerDeprecated', text);
  }
  return found as Handler;
}

function context(invocation: Invocation): object {
  const deadline = performance.now() + invocation.timeoutSeconds * 1000;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: invocation.functionName,
    functionVersion: invocation.functionVersion,
    invokedFunctionArn: invocation.functionArn,
    memoryLimitInMB: String(invocation.memoryMegabytes),
    awsRequestId: invocation.requestId,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
}

function serialise(result: unknown): string {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? 'null';
  } catch (error) {
    throw new RuntimeError('Runtime.MarshalError', `Unable to stringify response body: ${String(error)}`);
  }
}

function toFailure(error: unknown): LambdaFailure {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

if (parentPort !== null) await serve(parentPort, workerData as InstanceData);
