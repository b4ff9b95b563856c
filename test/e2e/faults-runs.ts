import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import type { Outcome } from '#bookings/reconcile/apply.ts';
import type { Patience } from '#scripts/connect.ts';
import { applyNow } from '#scripts/pipeline.ts';
import { createSession } from '#scripts/session.ts';
import type { World } from './world.ts';

/** Long enough for a busy machine; between attempts nobody waits. */
export const PATIENT: Patience = { aws: 20_000, http: 30_000, delay: (ms) => wait(Math.min(ms, 10)) };
/** Gives up on a call that is never answered before a test does. */
export const IMPATIENT: Patience = { ...PATIENT, aws: 500, http: 1_000 };

/** `npm run apply` in this process, for the world's checkout. Throws what that would have failed with. */
export async function applyHere({ directory, checkout }: World, patience = PATIENT): Promise<Outcome> {
  const session = await createSession({ stack: 'local', dir: directory, allow: [] }, checkout, patience);
  return applyNow(session);
}

/** Applies without faults, as the files of the checkout are, until nothing is on its way. Throws unless all is done. */
export async function applyCleanly(world: World): Promise<void> {
  const outcome = await applyHere(world);
  await settle(world);
  if (outcome.status === 'applied' || outcome.status === 'nothing-to-do') return;
  const failures = 'results' in outcome ? outcome.results.map((result) => result.failures) : [];
  throw new Error(`without faults, and still ${outcome.status}: ${JSON.stringify(failures)}`);
}

/** Waits until nothing is on its way. */
export async function settle({ stack }: World): Promise<void> {
  const left = await stack.settle(20_000);
  if (left.length > 0) throw new Error(`still on their way: ${left.join(', ')}`);
}

/** An apply as a process of its own. */
export interface Process {
  /** Tells it to begin, once it has loaded everything. */
  begin(): Promise<void>;
  kill(): Promise<void>;
  /** Exit code and what it said; code null when it was killed. */
  readonly ended: Promise<{ code: number | null; said: string }>;
}

export function prepareProcess({ directory, checkout }: World): Process {
  const file = fileURLToPath(new URL('faults-process.ts', import.meta.url));
  const child = fork(file, [directory, checkout], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const ready = once(child, 'message');
  const said = readAll(child);
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, said: said() }));
  return {
    ended,
    async begin() {
      await Promise.race([ready, ended.then((end) => Promise.reject(new Error(end.said)))]);
      child.send('begin');
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function readAll({ stdout, stderr }: ChildProcess): () => string {
  let text = '';
  for (const stream of [stdout!, stderr!]) stream.setEncoding('utf8').on('data', (part) => (text += part));
  return () => text;
}
