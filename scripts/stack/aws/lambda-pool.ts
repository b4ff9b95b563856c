import { startInstance, type Instance } from './lambda-instance.ts';
import type { Outcome } from './lambda-worker.ts';
import type { LambdaFunction, LambdaOptions } from './lambda.ts';

/** The instances of one function, started as they are needed. */
export interface Pool {
  run(requestId: string, event: string, invokedArn?: string): Promise<Outcome>;
  /** Starts one instance if there is none; its failure to start, if any. */
  warm(): Promise<Outcome>;
  close(): Promise<void>;
}

const MAX_INSTANCES = 4;
/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_RESPONSE_BYTES = 6_291_556;

/**
 * As on AWS, whoever finds no instance free makes one start, and takes one that is given back before. One starts at a
 * time: of a burst that finds none, most are done before the last of as many would have started.
 */
export function createPool(fn: LambdaFunction, options: LambdaOptions): Pool {
  const instances = new Set<Instance>();
  const idle: Instance[] = [];
  const queue: ((taken: Taken) => void)[] = [];
  let starting = false;
  let closed = false;

  /** An instance without work, or the failure of starting one. */
  async function take(): Promise<Taken> {
    for (let known = idle.pop(); known !== undefined; known = idle.pop()) {
      if (known.alive()) return { instance: known };
      instances.delete(known);
    }
    const { promise, resolve } = Promise.withResolvers<Taken>();
    queue.push(resolve);
    void startAnother();
    return promise;
  }

  async function startAnother(): Promise<void> {
    if (closed || starting || queue.length === 0 || instances.size === MAX_INSTANCES) return;
    starting = true;
    const instance = startInstance(fn, options);
    instances.add(instance);
    const started = await instance.started;
    starting = false;
    if ('failure' in started) {
      options.log({ function: fn.name, line: `Init Error\t${JSON.stringify(started.failure)}` });
      await discard(instance);
      queue.shift()?.({ failed: started });
    } else await give(instance);
    void startAnother();
  }

  async function give(instance: Instance): Promise<void> {
    if (!instance.alive()) {
      await discard(instance);
      void startAnother();
      return;
    }
    const next = queue.shift();
    if (next === undefined) idle.push(instance);
    else next({ instance });
  }

  async function discard(instance: Instance): Promise<void> {
    instances.delete(instance);
    await instance.stop();
  }

  async function runOn(instance: Instance, ...invocation: Parameters<Instance['run']>): Promise<Outcome> {
    const outcome = limitSize(await instance.run(...invocation));
    await give(instance);
    if ('failure' in outcome) {
      options.log({ function: fn.name, line: `Invoke Error\t${JSON.stringify(outcome.failure)}` });
    }
    return outcome;
  }

  return {
    async run(requestId, event, invokedArn = fn.arn) {
      const taken = await take();
      return 'failed' in taken ? taken.failed : runOn(taken.instance, requestId, event, invokedArn);
    },
    async warm() {
      const taken = await take();
      if ('failed' in taken) return taken.failed;
      await give(taken.instance);
      return { payload: '' };
    },
    async close() {
      closed = true;
      queue.splice(0).forEach((turnAway) => turnAway({ failed: CLOSED }));
      await Promise.all([...instances].map(discard));
    },
  };
}

const CLOSED: Outcome = {
  failure: { errorType: 'Runtime.ExitError', errorMessage: 'The stack stopped before an instance was free' },
};

type Taken = { readonly instance: Instance } | { readonly failed: Outcome };

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
