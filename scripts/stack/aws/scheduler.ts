import type { Caller } from '../stand-in.ts';
import type { GiveUp } from './lambda-failures.ts';
import type { Invoke } from './lambda.ts';
import { parseScheduleExpression } from './schedule-expression.ts';

export interface Schedule {
  readonly name: string;
  /** `rate(5 minutes)` or `cron(0 6 * * ? *)` */
  readonly expression: string;
  /** IANA zone of a cron expression; UTC when absent. */
  readonly timezone?: string;
  readonly functionArn: string;
  /** JSON text; `{}` when absent. */
  readonly input?: string;
  /** Queue for runs that could not be handed to the function. */
  readonly deadLetterArn?: string;
  /** The schedule's role; not judged when absent. */
  readonly caller?: Caller;
}

export interface SchedulerOptions {
  readonly schedules: readonly Schedule[];
  readonly invoke: Invoke;
  /** What becomes of a run that the function failed at; nothing when absent. */
  readonly giveUp?: GiveUp;
  /** Sends to a schedule's dead-letter queue. */
  readonly send?: (queueArn: string, body: string) => void;
  /** Runs that failed. */
  readonly log: (line: string) => void;
}

/** One run of a schedule. */
export interface ScheduleRun {
  readonly name: string;
  /** What went wrong, after the retries that AWS would make. */
  readonly error?: string;
}

export interface Scheduler {
  /** Runs the schedules that are due, or the named one whether it is due or not. */
  tick(name?: string): Promise<ScheduleRun[]>;
  runAll(): Promise<ScheduleRun[]>;
  close(): void;
}

const TICK_MILLISECONDS = 1000;
/** Scheduler invokes functions asynchronously, which Lambda retries twice. */
const ATTEMPTS = 3;

/** Runs functions on their schedules; throws, with the schedule's name, on what it cannot understand. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { schedules, log } = options;
  const entries = schedules.map((schedule) => toEntry(schedule, Date.now()));

  const runLogged = async (entry: Entry): Promise<ScheduleRun> => {
    const done = await run(entry, options);
    if (done.error !== undefined) log(`Schedule ${done.name} failed: ${done.error}`);
    return done;
  };

  const runDue = (): Promise<ScheduleRun[]> => {
    const now = Date.now();
    const due = entries.filter((entry) => entry.next <= now);
    // Times missed while nothing ran count once.
    due.forEach((entry) => (entry.next = entry.nextAfter(now)));
    return Promise.all(due.map(runLogged));
  };

  const timer = setInterval(() => void runDue(), TICK_MILLISECONDS).unref();
  return {
    async tick(name) {
      if (name === undefined) return runDue();
      const entry = entries.find(({ schedule }) => schedule.name === name);
      if (entry === undefined) throw new Error(`There is no schedule ${name}`);
      return [await runLogged(entry)];
    },
    runAll: () => Promise.all(entries.map(runLogged)),
    close: () => clearInterval(timer),
  };
}

interface Entry {
  readonly schedule: Schedule;
  readonly input: unknown;
  readonly nextAfter: (milliseconds: number) => number;
  next: number;
}

function toEntry(schedule: Schedule, now: number): Entry {
  try {
    if (schedule.input?.includes('<aws.scheduler.'))
      throw new Error('context attributes in the input are not supported');
    const input = JSON.parse(schedule.input ?? '{}') as unknown;
    const nextAfter = parseScheduleExpression(schedule.expression, schedule.timezone);
    const next = nextAfter(now);
    if (next === Infinity) throw new Error(`${schedule.expression} is never due`);
    return { schedule, input, nextAfter, next };
  } catch (cause) {
    throw new Error(`Schedule ${schedule.name}: ${(cause as Error).message}`, { cause });
  }
}

async function run({ schedule, input }: Entry, options: SchedulerOptions): Promise<ScheduleRun> {
  const { name, functionArn, caller } = schedule;
  try {
    caller?.authorize('lambda:InvokeFunction', functionArn);
    for (let attempt = 1; ; attempt += 1) {
      const result = await options.invoke(functionArn, input);
      if (result.functionError === undefined) return { name };
      if (attempt < ATTEMPTS) continue;
      const { requestId, payload: failure } = result;
      options.giveUp?.({ functionArn, requestId, event: input, attempts: ATTEMPTS, failure });
      return { name, error: JSON.stringify(failure) };
    }
  } catch (cause) {
    return { name, error: withDeadLetter(schedule, String(cause), options) };
  }
}

/** A run that never reached its function goes to the schedule's own queue, under the schedule's role. */
function withDeadLetter(schedule: Schedule, error: string, { send }: SchedulerOptions): string {
  const { deadLetterArn, caller, input = '{}' } = schedule;
  if (deadLetterArn === undefined) return error;
  try {
    caller?.authorize('sqs:SendMessage', deadLetterArn);
    send?.(deadLetterArn, input);
    return error;
  } catch (cause) {
    return `${error}; and no dead letter: ${String(cause)}`;
  }
}
