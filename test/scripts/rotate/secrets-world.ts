import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { createKeptSecret } from '#scripts/rotate/kept-secret.ts';
import { runSteps, type Next } from '#scripts/rotate/steps.ts';
import { createSecretsManager } from '#scripts/stack/aws/secrets-manager.ts';
import { shiftClock } from '#scripts/stack/clock.ts';
import { Crash } from '#test/functions/scc/local-scc.ts';
import { serve } from '#test/scripts/stack/aws/serve.ts';

export const NAME = 'some/secret';
const START = Date.parse('2027-05-01T12:00:00Z');

export interface Operator {
  /** Of a client that dies before its n+1st call; never unless told. */
  readonly dyingAfter?: number;
  /** What goes on after each call, and all the time while it waits. */
  readonly meanwhile?: () => Promise<void>;
}

/** Secrets Manager with empty secrets, a clock that is moved by hand, and operators who may die at any call. */
export async function startSecrets(names: readonly string[] = [NAME]) {
  const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-AbCdEf`;
  const manager = createSecretsManager({
    secrets: names.map((name) => ({ name, arn: arnOf(name) })),
    versions: new Map(),
  });
  const served = await serve('secretsmanager', manager.service);
  const clients: SecretsManagerClient[] = [];
  let ahead = START - Date.now();
  shiftClock(ahead);
  const advance = (milliseconds: number): void => shiftClock((ahead += milliseconds));
  const connect = ({ dyingAfter = Infinity, meanwhile = nothing }: Operator = {}) => {
    const client = new SecretsManagerClient(served.client);
    clients.push(client);
    let left = dyingAfter;
    client.middlewareStack.add(
      (next) => async (args) => {
        if (left-- <= 0) throw new Crash('the operator’s machine died');
        const answer = await next(args);
        await meanwhile();
        return answer;
      },
      { step: 'initialize' },
    );
    return client;
  };
  return {
    manager,
    advance,
    connect,
    secret: (operator: Operator = {}, name = NAME) => createKeptSecret(connect(operator), name),
    /** Waits in steps, in which others go on. */
    delayIn:
      (step: number, meanwhile: () => Promise<void> = nothing) =>
      async (milliseconds: number) => {
        for (let passed = 0; passed < milliseconds; passed += step) {
          advance(step);
          await meanwhile();
        }
      },
    async close() {
      shiftClock(0);
      for (const client of clients) client.destroy();
      await served.close();
    },
  };
}
export type SecretsWorld = Awaited<ReturnType<typeof startSecrets>>;

const nothing = async (): Promise<void> => undefined;

/** Runs steps and collects what is said. */
export async function runQuietly(
  next: Next,
  {
    delay = nothing,
    isDryRun = false,
  }: { delay?: (ms: number) => Promise<unknown>; isDryRun?: boolean } = {},
) {
  const said: string[] = [];
  const exit = await runSteps(next, { delay, say: (text) => void said.push(text), isDryRun });
  return { exit, said: said.join('\n') };
}

/**
 * Runs a command again and again, dying one call later each time, until it gets through; then as often as it takes until
 * it is done. Gives what was said last.
 */
export async function runWithCrashes(
  attempt: (dyingAfter: number) => Promise<{ exit: number; said: string }>,
) {
  for (let calls = 0; ; calls++) {
    try {
      return { ...(await attempt(calls)), crashes: calls };
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
}
