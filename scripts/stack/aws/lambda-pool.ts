import { startInstance, type Instance } from './lambda-instance.ts';
import type { Outcome } from './lambda-worker.ts';
import type { LambdaFunction, LambdaOptions } from './lambda.ts';

/** The instances of one function, started as they are needed. */
export interface Pool {
  run(requestId: string, event: string): Promise<Outcome>;
  /** Starts one instance if there is none; its failure to start, if any. */
  warm(): Promise<Outcome>;
  close(): Promise<void>;
}

const MAX_INSTANCES = 4;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_RESPONSE_BYTES = 6_291_556;

export function createPool(fn: LambdaFunction, options: LambdaOptions): Pool {
  const instances = new Set<Instance>();
  const idle: Instance[] = [];
  const queue: (() => void)[] = [];
  let free = MAX_INSTANCES;

  async function withPermit<T>(work: () => Promise<T>): Promise<T> {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next === undefined) free += 1;
      else next();
    }
  }

  /** An instance without work, or the failure of starting one. */
  async function take(): Promise<Instance | Outcome> {
    for (let known = idle.pop(); known !== undefined; known = idle.pop()) {
      if (known.alive()) return known;
      instances.delete(known);
    }
    const instance = startInstance(fn, options);
    instances.add(instance);
    const started = await instance.started;
    if (!('failure' in started)) return instance;
    options.log({ function: fn.name, line: `Init Error\t${JSON.stringify(started.failure)}` });
    await discard(instance);
    return started;
  }

  async function discard(instance: Instance): Promise<void> {
    instances.delete(instance);
    await instance.stop();
  }

  async function give(instance: Instance): Promise<void> {
    if (instance.alive()) idle.push(instance);
    else await discard(instance);
  }

  async function runOnce(requestId: string, event: string): Promise<Outcome> {
    const instance = await take();
    if (!('run' in instance)) return instance;
    const outcome = limitSize(await instance.run(requestId, event));
    await give(instance);
    if ('failure' in outcome) {
      options.log({ function: fn.name, line: `Invoke Error\t${JSON.stringify(outcome.failure)}` });
    }
    return outcome;
  }

  return {
    run: (requestId, event) => withPermit(() => runOnce(requestId, event)),
    warm: () =>
      withPermit(async () => {
        const instance = await take();
        if (!('run' in instance)) return instance;
        await give(instance);
        return { payload: '' };
      }),
    close: async () => void (await Promise.all([...instances].map(discard))),
  };
}

function limitSize(outcome: Outcome): Outcome {
  if ('failure' in outcome) return outcome;
  const bytes = Buffer.byteLength(outcome.payload);
  if (bytes <= MAX_RESPONSE_BYTES) return outcome;
  return {
    failure: {
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    },
  };
}
