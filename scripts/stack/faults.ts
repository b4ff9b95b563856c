import * as z from 'zod';
import { renderProblem, UserError } from '#bookings/model/problem.ts';
import { readValue } from '#bookings/model/read-input.ts';
import { EFFECTS, type Meeting } from './fault-effects.ts';
import { describeCall, PIPELINE, type CallerKeys } from './fault-calls.ts';
import type { Gate } from './listen.ts';
import type { Place } from './ports.ts';

const EFFECT_NAMES = [
  'reset',
  'error',
  'throttle',
  'silence',
  'lose-reply',
  'hold-before',
  'hold-after',
  'delay',
  'watch',
] as const;

/** Something that goes wrong with calls, as `POST /_stack/faults` takes it. */
const faultSchema = z.strictObject({
  /** Whose calls are counted: `pipeline`, or a function that calls AWS, Google or the board (`calendar-sync`). */
  by: z.string().min(1).default(PIPELINE),
  /** Which of them are counted, by name with `*` for anything: `dynamodb/*`, `PUT /api/cards/*`. */
  match: z.string().min(1).default('*'),
  /** The first of the counted calls that it happens to, from when the fault was armed. */
  call: z.int().min(1).default(1),
  /** To how many in a row; `always`: until cleared. */
  times: z.union([z.int().min(1), z.literal('always')]).default(1),
  /**
   * Before the call has any effect: `reset` breaks the connection, `error` is a 500, `throttle` a 429 as that service
   * says it, `silence` never answers. After: `lose-reply` breaks the connection. `hold-before` and `hold-after` keep the
   * call until it is released or its caller is gone. `delay` answers late; `watch` does nothing, so that calls are listed.
   */
  does: z.enum(EFFECT_NAMES),
  /** Of `delay`. */
  milliseconds: z.int().min(0).max(600_000).default(1000),
});
const faultsSchema = z.array(faultSchema).max(1000);

export type FaultInput = z.input<typeof faultSchema>;
export type Fault = z.output<typeof faultSchema>;

/** One call that was seen. */
export interface Call {
  /** `pipeline`, a function's name, `cloudfront`, or `visitor`. */
  readonly by: string;
  /** `dynamodb/UpdateItem`, `s3/PutObject g/xhqgmdh.html`, `PUT /api/events/…`. */
  readonly name: string;
}

/** A call that was seen, and what happened to it. */
export interface SeenCall extends Call {
  readonly does: Fault['does'] | null;
}

/** The fault that happens to the last of these calls, all that were seen since it was armed; the first that does. */
export function faultOf<F extends Fault>(faults: readonly F[], calls: readonly Call[]): F | undefined {
  const last = calls.at(-1);
  return faults.find((fault) => {
    const pattern = toPattern(fault.match);
    const counts = ({ by, name }: Call) => by === fault.by && pattern.test(name);
    if (last === undefined || !counts(last)) return false;
    const number = calls.filter(counts).length;
    return number >= fault.call && (fault.times === 'always' || number < fault.call + fault.times);
  });
}

/** `*` stands for anything, also for nothing. */
const toPattern = (glob: string): RegExp =>
  new RegExp(`^${glob.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`, 's');

/** Throws {@link UserError} with every problem. */
export function parseFaults(input: unknown): Fault[] {
  const reading = readValue('faults', input, faultsSchema);
  if (reading.ok) return reading.value;
  throw new UserError(reading.problems.map(renderProblem).join('\n'), reading.problems);
}

export interface Faults {
  /** What stands before a place of the stack. */
  gateOf(place: Place): Gate;
  /** In place of what was armed before; counting starts anew. Throws {@link UserError}. */
  arm(faults: readonly FaultInput[]): void;
  /** Nothing is armed or counted any more, and what was held goes on. */
  clear(): void;
  /** Lets go on what is held now. */
  release(): void;
  /** What is armed, which calls were seen since, and which are held at this moment. */
  report(): {
    readonly armed: readonly Fault[];
    readonly calls: readonly SeenCall[];
    readonly held: readonly Call[];
  };
  /** The next call that is held, or one that is. */
  held(): Promise<Call>;
}

/** Injects failures where calls of others arrive. Nothing is looked at while nothing is armed. */
export function createFaults(keys: CallerKeys): Faults {
  let armed: readonly Fault[] = [];
  let calls: SeenCall[] = [];
  const held = new Map<Call, () => void>();
  let waiting = Promise.withResolvers<Call>();

  const hold = (call: Call): Promise<void> =>
    new Promise((resolve) => {
      held.set(call, resolve);
      waiting.resolve(call);
    });
  const letGo = (call: Call): void => {
    held.get(call)?.();
    held.delete(call);
    if (held.size === 0) waiting = Promise.withResolvers();
  };
  const release = (): void => [...held.keys()].forEach(letGo);

  return {
    gateOf: (place) => (request, answer, connection) => {
      if (armed.length === 0) return undefined;
      const call = describeCall(place, request, keys);
      const fault = faultOf(armed, [...calls, call]);
      calls.push({ ...call, does: fault?.does ?? null });
      if (fault === undefined) return undefined;
      const meeting: Meeting = {
        place,
        request,
        connection,
        milliseconds: fault.milliseconds,
        answer: () => answer(request),
        async held() {
          const gone = () => letGo(call);
          connection.once('close', gone);
          await hold(call);
          connection.off('close', gone);
        },
      };
      return EFFECTS[fault.does](meeting);
    },
    arm(faults) {
      const parsed = parseFaults(faults);
      release();
      armed = parsed;
      calls = [];
    },
    clear() {
      armed = [];
      calls = [];
      release();
    },
    release,
    report: () => ({ armed, calls, held: [...held.keys()] }),
    held: () => waiting.promise,
  };
}
