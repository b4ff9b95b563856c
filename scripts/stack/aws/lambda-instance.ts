import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { clockOffset } from '../clock.ts';
import { instanceEnvironment } from './lambda-environment.ts';
import type { InstanceData, Invocation, Outcome } from './lambda-worker.ts';
import type { LambdaFunction, LambdaOptions } from './lambda.ts';

/** One instance of a function: like Lambda's, it answers one invocation at a time. */
export interface Instance {
  /** How importing the bundle went; a failure ends the instance. */
  readonly started: Promise<Outcome>;
  run(requestId: string, event: string, invokedArn: string): Promise<Outcome>;
  alive(): boolean;
  stop(): Promise<void>;
}

/** Lambda gives 10 seconds on its own hardware; several instances start at once on a small machine. */
const INIT_SECONDS = 30;

export function startInstance(fn: LambdaFunction, options: LambdaOptions): Instance {
  const worker = startWorker(fn, options);
  let dead: Outcome | undefined;
  let waiting: ((outcome: Outcome) => void) | undefined;
  const settle = (outcome: Outcome): void => waiting?.(outcome);
  const die = (errorType: string, errorMessage: string): void => {
    dead ??= { failure: { errorType, errorMessage } };
    settle(dead);
  };
  worker.on('message', (outcome: Outcome) => settle(outcome));
  worker.on('error', (error: Error) => die(error.name, error.message));
  worker.on('exit', () => die('Runtime.ExitError', 'Runtime exited without providing a reason'));

  async function outcomeWithin(seconds: number, requestId?: string): Promise<Outcome> {
    if (dead !== undefined) return dead;
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    waiting = resolve;
    const timer = setTimeout(() => {
      const what = requestId === undefined ? 'Initialisation' : `RequestId: ${requestId} Error: Task`;
      die('Sandbox.Timedout', `${what} timed out after ${seconds.toFixed(2)} seconds`);
      void worker.terminate();
    }, seconds * 1000);
    const outcome = await promise;
    clearTimeout(timer);
    waiting = undefined;
    return outcome;
  }

  return {
    started: outcomeWithin(INIT_SECONDS),
    run(requestId, event, invokedArn) {
      const answered = outcomeWithin(fn.timeoutSeconds, requestId);
      const shift = options.clockOffset ?? clockOffset();
      worker.postMessage({ ...toInvocation(fn, requestId, event, shift), functionArn: invokedArn });
      return answered;
    },
    alive: () => dead === undefined,
    stop: async () => void (await worker.terminate()),
  };
}

/**
 * Each instance would strip the types of its runtime and compile its bundle again. Node takes the folder from a variable
 * before it loads the first file; the runtime removes that variable before the function sees it.
 */
const COMPILE_CACHE = join(tmpdir(), 'node-compile-cache');

function startWorker(fn: LambdaFunction, options: LambdaOptions): Worker {
  const { region, endpointUrl, log, clockOffset: shift = clockOffset() } = options;
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
  const logStream = `${day}/[${fn.version ?? '$LATEST'}]${randomUUID().replaceAll('-', '')}`;
  const data: InstanceData = { directory: fn.directory, handler: fn.handler, clockOffset: shift };
  const worker = new Worker(new URL('lambda-worker.ts', import.meta.url), {
    name: fn.name,
    env: {
      ...instanceEnvironment(fn, { region, endpointUrl, logStream }),
      NODE_COMPILE_CACHE: COMPILE_CACHE,
    },
    workerData: data,
    stdout: true,
    stderr: true,
    execArgv: ['--disable-warning=ExperimentalWarning'],
    resourceLimits: { maxOldGenerationSizeMb: fn.memoryMegabytes },
  });
  for (const stream of [worker.stdout, worker.stderr]) {
    onLine(stream, (line) => log({ function: fn.name, line }));
  }
  return worker;
}

function onLine(stream: Readable, take: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop()!;
    lines.forEach(take);
  });
  stream.on('end', () => {
    if (rest !== '') take(rest);
  });
}

const toInvocation = (
  fn: LambdaFunction,
  requestId: string,
  event: string,
  shift: number,
): Omit<Invocation, 'functionArn'> => ({
  requestId,
  event,
  functionName: fn.name,
  functionVersion: fn.version ?? '$LATEST',
  memoryMegabytes: fn.memoryMegabytes,
  timeoutSeconds: fn.timeoutSeconds,
  clockOffset: shift,
});
