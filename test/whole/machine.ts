import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * How a call goes wrong. `killed`: its process dies before or after the effect, and nothing that it does later has any.
 * `reply lost`: the effect took place, and the client, not knowing, repeats the call if it is one that repeats.
 * `failed`: so do all its repetitions, so that the process hears of a failure and lives on.
 */
export const MODES = [
  'killed before',
  'killed after',
  'reply lost',
  'failed before',
  'failed after',
] as const;
export type Mode = (typeof MODES)[number];

/** The n-th call counted from the fault before, or from when it was armed, beginning with 1. */
export interface Fault {
  readonly at: number;
  readonly mode: Mode;
  /** Counts the pipeline's own calls alone. */
  readonly ofPipeline?: boolean;
}

/** One run of a program or a function: dead, it has no effect any more. */
interface Process {
  readonly name: string;
  isDead: boolean;
  /** Calls that fail for the rest of its life, by their names. */
  readonly failing: Map<string, Mode>;
}

export class Killed extends Error {}
class CallFailed extends Error {}

/** Lets one call of a process go on at a time, in an order that a test chooses. */
export type Turn = (process: string, what: string) => Promise<void>;

/**
 * All processes of a world, and each of their calls to anything outside of themselves: numbered points at which a test
 * stops, breaks or orders them.
 */
export function createMachine() {
  const current = new AsyncLocalStorage<Process>();
  let pending: Fault[] = [];
  let count = 0;
  let turn: Turn | undefined;
  let hit: string[] = [];
  const underWay = { calls: 0 };

  function modeOf(process: Process, what: string): Mode | undefined {
    const failing = process.failing.get(what);
    if (failing !== undefined) return failing;
    const [fault] = pending;
    if (fault?.ofPipeline === true && !process.name.startsWith('pipeline')) return undefined;
    count += 1;
    if (fault?.at !== count) return undefined;
    pending = pending.slice(1);
    count = 0;
    hit = [...hit, `${process.name}: ${what}: ${fault.mode}`];
    if (fault.mode.startsWith('failed')) process.failing.set(what, fault.mode);
    return fault.mode;
  }

  /** One call to the outside, under a name. `repeats`: how often its client repeats what failed in passing. */
  async function call<T>(what: string, effect: () => T, repeats = 0): Promise<Awaited<T>> {
    underWay.calls += 1;
    return callOnce(what, effect, repeats).finally(() => (underWay.calls -= 1));
  }

  async function callOnce<T>(what: string, effect: () => T, repeats: number): Promise<Awaited<T>> {
    const process = current.getStore();
    if (process === undefined) return await effect();
    if (process.isDead) throw new Killed(what);
    if (turn !== undefined) await turn(process.name, what);
    if (process.isDead) throw new Killed(what);
    const mode = modeOf(process, what);
    if (mode === 'killed before') throw die(process, what);
    if (mode === 'failed before') throw new CallFailed(`fetch failed: ${what}`);
    const result = await effect();
    if (mode === 'killed after') throw die(process, what);
    if (process.isDead) throw new Killed(what);
    if (mode === undefined) return result;
    if (mode === 'reply lost' && repeats > 0) return callOnce(what, effect, repeats - 1);
    throw new CallFailed(`fetch failed: ${what}`);
  }

  return {
    call,
    /** Runs a process to its end; throws {@link Killed} when it died, whatever it made of that. */
    async run<T>(name: string, work: () => Promise<T>): Promise<T> {
      const process: Process = { name, isDead: false, failing: new Map() };
      const [outcome] = await Promise.allSettled([current.run(process, work)]);
      if (process.isDead) throw new Killed(name);
      // What it left running ends with it.
      process.isDead = true;
      if (outcome.status === 'rejected') throw outcome.reason;
      return outcome.value;
    },
    /** Waits for calls that outlive their processes. */
    async rest(): Promise<void> {
      while (underWay.calls > 0) await nextTurn();
    },
    /** Forgets earlier faults and counts from here. */
    arm(faults: readonly Fault[] = []): void {
      pending = [...faults];
      count = 0;
      hit = [];
    },
    /** Calls since the last fault, or since it was armed. */
    counted: () => count,
    /** Which faults took place, in words. */
    hits: (): readonly string[] => hit,
    order(by: Turn | undefined): void {
      turn = by;
    },
    /** Runs `work`, whose process sleeps before its n-th call for as long as `meanwhile` takes. */
    napping<T>(
      name: string,
      call: number,
      work: () => Promise<T>,
      meanwhile: () => Promise<void>,
    ): Promise<T> {
      let calls = 0;
      turn = async (process) => {
        if (process === name && ++calls === call) await meanwhile();
      };
      return work().finally(() => (turn = undefined));
    },
  };
}
export type Machine = ReturnType<typeof createMachine>;

function die(process: Process, what: string): Killed {
  process.isDead = true;
  return new Killed(what);
}
